"""Messages that show editors how a push stands, and when a push was let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0007"
down_revision = "0006"

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("push", sa.Column("released_at", Utc))
    op.create_index("ix_push_released_at", "push", ["released_at"])
    op.create_table(
        "bulletin",
        sa.Column("push_id", Id, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("face", sa.String(64)),
        sa.Column("shown_at", Utc, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["push_id"], ["push.id"], name="fk_bulletin_push_id"),
        sa.PrimaryKeyConstraint("push_id", "chat_id", name="pk_bulletin"),
    )
    op.create_index("ix_bulletin_over", "bulletin", ["over", "shown_at"])
