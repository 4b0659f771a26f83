"""Topics that an editor chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("story_topic", sa.Column("chosen", sa.Boolean, nullable=False, server_default=sa.false()))
