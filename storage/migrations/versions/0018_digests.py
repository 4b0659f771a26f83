"""Since when a chat wants digests at its hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0018"
down_revision = "0017"

WANTED = sa.text("digest_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("chat", sa.Column("digest_since", Utc))
    op.create_index("ix_chat_digest", "chat", ["zone"], sqlite_where=WANTED, postgresql_where=WANTED)
