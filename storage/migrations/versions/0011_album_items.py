"""Items of albums that editors sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "album_item",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("album", sa.String(64), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="pk_album_item"),
    )
    op.create_index("ix_album_item_at", "album_item", ["at"])
