"""Who is told what."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata, story_ref
from storage.types import Utc

chat = sa.Table(
    "chat",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("telegram_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("moved_to", sa.BigInteger),
    sa.Column("moved_at", Utc),  # when its address changed: what was sent before is out of reach
    sa.Column("thread_id", sa.BigInteger),  # the forum thread in which an administrator said /start
    sa.Column("title", sa.Text),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("quiet_from", sa.String(5)),
    sa.Column("quiet_to", sa.String(5)),
    sa.Column("whole", sa.Boolean, nullable=False, server_default=sa.false()),  # stories in all their parts
    sa.Column("breaking_sounds", sa.Boolean, nullable=False, server_default=sa.false()),  # in quiet hours
    sa.Column("digest_times", sa.JSON, nullable=False),
    sa.Column("digest_since", Utc),  # digests of later hours are wanted; NULL: none
    sa.Column("daily_cap", sa.Integer),  # of news that it follows (storage.caps)
    sa.Column("capped_from", Utc),  # when the day began in which it was told so many
    sa.Column("capped_told", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_story_id", Id, sa.ForeignKey("story.id")),  # of the last answer; pushes are deliveries
    sa.Column("last_story_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("ended_why", sa.Text),
    # Of this and of the index of subscriptions PostgreSQL reads an audience. SQLite would sort it anew.
    sa.Index(
        "ix_chat_active",
        "id",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    ),
    sa.Index(
        "ix_chat_whole",
        "id",
        sqlite_where=sa.text("whole = 1"),
        postgresql_where=sa.text("whole"),
    ),
    sa.Index(
        "ix_chat_capped",
        "id",
        sqlite_where=sa.text("daily_cap IS NOT NULL"),
        postgresql_where=sa.text("daily_cap IS NOT NULL"),
    ),
    sa.Index(
        "ix_chat_digest",
        "zone",
        sqlite_where=sa.text("digest_since IS NOT NULL"),
        postgresql_where=sa.text("digest_since IS NOT NULL"),
    ),
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chat.id"), primary_key=True),
    sa.Column("scope", sa.String(8), primary_key=True),  # all | topic | story | words
    sa.Column("value", sa.String(200), primary_key=True),
    sa.Column("how", sa.String(16), nullable=False),  # breaking | all | digest | muted
    sa.Column("created_at", Utc, nullable=False),
    sa.Index("ix_subscription_scope", "scope", "value", "chat_id", "how"),
)

# Which story a message that the bot showed is about, so that a reply to it can be understood.
shown = sa.Table(
    "shown",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chat.id"), primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True),
    story_ref(),
)

# Of which stories followers are to be told, and when; `told_at` is the last time that they were.
follow_up = sa.Table(
    "follow_up",
    metadata,
    story_ref(primary_key=True),
    sa.Column("due_at", Utc),
    sa.Column("told_at", Utc),
    sa.Column("is_new", sa.Boolean, nullable=False),
    sa.Index(
        "ix_follow_up_due_at",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)
