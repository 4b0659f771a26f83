"""What editors were told waits for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "advisory",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("matter", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("waits_as", sa.Integer, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.Column("told_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_advisory_story_id"),
        sa.PrimaryKeyConstraint("story_id", "number", "matter", "chat_id", name="pk_advisory"),
    )
    op.create_index("ix_advisory_over", "advisory", ["over", "told_at"])
    op.create_index("ix_advisory_told_at", "advisory", ["told_at"])
