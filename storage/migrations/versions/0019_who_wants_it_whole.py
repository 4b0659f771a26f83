"""An index of the chats that want stories whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_index(
        "ix_chat_whole",
        "chat",
        ["id"],
        sqlite_where=sa.text("whole = 1"),
        postgresql_where=sa.text("whole"),
    )
