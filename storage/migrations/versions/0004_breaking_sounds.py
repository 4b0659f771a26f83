"""Whether breaking news sounds in a chat's quiet hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("chat", sa.Column("breaking_sounds", sa.Boolean, nullable=False, server_default=sa.false()))
