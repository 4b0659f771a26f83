"""Addresses that are read again and again."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata
from storage.types import Utc

# `seen` are fingerprints of the items of its last body: those are not filed again. `epoch` fences a poll.
feed = sa.Table(
    "feed",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("url", sa.String(2048), nullable=False, unique=True),
    sa.Column("host", sa.String(260), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8)),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("trust", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("body_hash", sa.String(64)),
    sa.Column("seen", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("good_at", Utc),
    sa.Column("next_at", Utc, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("polled_at", Utc),
    sa.Column("outcome", sa.String(16)),
    sa.Column("status", sa.Integer),
    sa.Column("created_at", Utc, nullable=False),
    sa.Index("ix_feed_due", "state", "next_at"),
)

# When a host may be asked again, whichever of its feeds it is for.
feed_host = sa.Table(
    "feed_host",
    metadata,
    sa.Column("host", sa.String(260), primary_key=True),
    sa.Column("free_at", Utc, nullable=False),
)

# A subscription at a feed's WebSub hub: `token` ends the address that it calls, `secret` signs its news.
feed_hub = sa.Table(
    "feed_hub",
    metadata,
    sa.Column("feed_id", Id, sa.ForeignKey("feed.id"), primary_key=True),
    sa.Column("hub", sa.String(2048), nullable=False),
    sa.Column("topic", sa.String(2048), nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("until", Utc),
    sa.Column("next_at", Utc, nullable=False),
)

feed_log = sa.Table(
    "feed_log",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("feed_id", Id, sa.ForeignKey("feed.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("since", Utc, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("is_trouble", sa.Boolean, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("fresh", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("pushed", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text),
    sa.Index("ix_feed_log_feed_id", "feed_id", "id"),
)
