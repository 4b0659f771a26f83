"""When a story opens, by its schedule or its embargo, and whether it breaks then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("story", sa.Column("opens_at", Utc))
    op.add_column("story", sa.Column("breaks", sa.Boolean, nullable=False, server_default=sa.false()))
    known = sa.text("opens_at IS NOT NULL")
    op.create_index("ix_story_opens_at", "story", ["opens_at"], sqlite_where=known, postgresql_where=known)
