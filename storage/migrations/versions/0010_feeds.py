"""Feeds, what became of their polls, and when their hosts may be asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0010"
down_revision = "0009"

# As in storage.schema, but frozen: a step never follows what the schema becomes later.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _create_feed()
    _create_feed_host()
    _create_feed_log()


def _create_feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", Id, nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("url", name="uq_feed_url"),
    )
    op.create_index("ix_feed_due", "feed", ["state", "next_at"], unique=False)


def _create_feed_host() -> None:
    op.create_table(
        "feed_host",
        sa.Column("host", sa.String(260), nullable=False),
        sa.Column("free_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_feed_host"),
    )


def _create_feed_log() -> None:
    op.create_table(
        "feed_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("feed_id", Id, nullable=False),
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
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_feed_log_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feed_log"),
    )
    op.create_index("ix_feed_log_feed_id", "feed_log", ["feed_id", "id"], unique=False)
