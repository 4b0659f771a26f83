"""Stories in several parts, for chats that want them whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("chat", sa.Column("whole", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("push", sa.Column("parts", sa.SmallInteger, nullable=False, server_default="1"))
