"""Indexes from which an audience is read in the order of its chats, without their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    active = sa.text("state = 'active'")
    op.create_index("ix_chat_active", "chat", ["id"], sqlite_where=active, postgresql_where=active)
    op.drop_index("ix_subscription_scope", "subscription")
    op.create_index("ix_subscription_scope", "subscription", ["scope", "value", "chat_id", "how"])
