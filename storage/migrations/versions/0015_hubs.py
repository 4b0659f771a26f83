"""Subscriptions at the WebSub hubs of feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0015"
down_revision = "0014"

# As in storage.schema, but frozen: a step never follows what the schema becomes later.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "feed_hub",
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("hub", sa.String(2048), nullable=False),
        sa.Column("topic", sa.String(2048), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("until", Utc),
        sa.Column("next_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_feed_hub_feed_id"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_feed_hub"),
        sa.UniqueConstraint("token", name="uq_feed_hub_token"),
    )
