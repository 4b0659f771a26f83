"""The index of what is unsettled, spelled so that planning a million rows does not pay for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

WHERE = sa.text("state = 'intent' OR state = 'retry_at' OR state = 'unknown'")


def upgrade() -> None:
    op.drop_index("ix_delivery_unsettled", "delivery")
    op.create_index(
        "ix_delivery_unsettled",
        "delivery",
        ["push_id", "state", "not_before"],
        sqlite_where=WHERE,
        postgresql_where=WHERE,
    )
