"""Deliveries that change or answer earlier ones, and the acts on them that wait for an editor's word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0009"
down_revision = "0008"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("push", sa.Column("loud", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_push_story_id", "push", ["story_id", "id"])
    op.add_column("delivery", sa.Column("act", sa.String(8), nullable=False, server_default="send"))
    op.add_column("delivery", sa.Column("of_push", Id))
    op.add_column("delivery", sa.Column("of_part", sa.SmallInteger))
    doubted = sa.text("doubts > 0")
    op.create_index(
        "ix_delivery_doubted", "delivery", ["push_id"], sqlite_where=doubted, postgresql_where=doubted
    )
    op.add_column("chat", sa.Column("moved_at", Utc))
    op.create_table(
        "amendment",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("copy", sa.LargeBinary),
        sa.Column("media_type", sa.String(80)),
        sa.Column("created_by", sa.BigInteger, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_amendment_story_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_amendment")),
    )
