"""How much of what it follows a chat was told in a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("chat", sa.Column("capped_from", Utc))
    op.add_column("chat", sa.Column("capped_told", sa.Integer, nullable=False, server_default="0"))
    op.create_index(
        "ix_chat_capped",
        "chat",
        ["id"],
        sqlite_where=sa.text("daily_cap IS NOT NULL"),
        postgresql_where=sa.text("daily_cap IS NOT NULL"),
    )
