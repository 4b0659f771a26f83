"""What the program knows of itself."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import metadata
from storage.types import Utc

schedule_occurrence = sa.Table(
    "schedule_occurrence",
    metadata,
    sa.Column("schedule", sa.String(80), primary_key=True),
    sa.Column("instant", Utc, primary_key=True),
    sa.Column("done_at", Utc),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("bot_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
)

# An update is written here when it has been handled, in whatever way it ended.
update_log = sa.Table(
    "update_log",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("payload", sa.Text),
)

# Small facts about this database: the bot that it belongs to, a bot-wide halt.
fact = sa.Table(
    "fact",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
