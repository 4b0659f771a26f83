"""What editors do."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata, story_ref
from storage.types import Utc

editor = sa.Table(
    "editor",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("role", sa.String(16), nullable=False),  # owner | editor
    sa.Column("name", sa.Text),
    sa.Column("added_by", sa.BigInteger),
    sa.Column("created_at", Utc, nullable=False),
)

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("push_id", Id, sa.ForeignKey("push.id"), primary_key=True),
    sa.Column("editor_id", sa.BigInteger, primary_key=True),
    sa.Column("verdict", sa.String(16), nullable=False),  # approved | rejected
    sa.Column("at", Utc, nullable=False),
)

# A message in an editor's chat that shows how a push stands; without a message nothing is shown there.
bulletin = sa.Table(
    "bulletin",
    metadata,
    sa.Column("push_id", Id, sa.ForeignKey("push.id"), primary_key=True, autoincrement=False),
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),  # Telegram's
    sa.Column("message_id", sa.BigInteger),
    sa.Column("face", sa.String(64)),  # what it shows, as a hash
    sa.Column("shown_at", Utc, nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
    sa.Index("ix_bulletin_over", "over", "shown_at"),
)

# What an editor was told waits for them. `number` is of the telling that waited, 1 for a story as a whole;
# `waits_as` is its number now: a hold and a release tell anew what is kept back.
advisory = sa.Table(
    "advisory",
    metadata,
    story_ref(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("matter", sa.String(16), primary_key=True),
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),  # Telegram's
    sa.Column("waits_as", sa.Integer, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("over", sa.Boolean, nullable=False),
    sa.Column("told_at", Utc, nullable=False),
    sa.Index("ix_advisory_over", "over", "told_at"),
    sa.Index("ix_advisory_told_at", "told_at"),
)

# An act on delivered copies that an editor was shown and has not said yes or no to.
amendment = sa.Table(
    "amendment",
    metadata,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # of the push that it would be
    story_ref(),
    sa.Column("base", sa.Integer, nullable=False),  # the revision that was the newest then
    sa.Column("telling", sa.Integer),  # the one that was kept back, and would be let in
    sa.Column("copy", sa.LargeBinary),
    sa.Column("media_type", sa.String(80)),
    sa.Column("charset", sa.String(40)),
    sa.Column("created_by", sa.BigInteger, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
)

# The story whose corrected copy the bot asked an editor for.
question = sa.Table(
    "question",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chat.id"), primary_key=True, autoincrement=False),
    story_ref(),
    sa.Column("asked_at", Utc, nullable=False),
)

# What an editor sent as an album, whose items Telegram tells of one by one. `chat_id` is Telegram's here.
album_item = sa.Table(
    "album_item",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("album", sa.String(64), nullable=False),
    sa.Column("item", sa.JSON, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_album_item_at", "at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)
