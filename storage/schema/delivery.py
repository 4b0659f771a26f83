"""From a push to every chat."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata, story_ref
from storage.types import Utc

push = sa.Table(
    "push",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    story_ref(nullable=True),
    sa.Column("revision", sa.Integer),  # of a digest: it counts the tellings of its own list
    sa.Column("digest_id", Id),  # the digest that this changes, by the number of its push
    sa.Column("composed", sa.JSON(none_as_null=True)),
    sa.Column("followers", sa.JSON(none_as_null=True)),  # whom a push to followers goes to
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("created_by", sa.BigInteger),
    sa.Column("token", sa.String(32), unique=True),  # what the editor's button carries, once
    sa.Column("once", sa.String(80), unique=True),  # e.g. "breaking:17": one such push, ever
    sa.Column("loud", sa.Boolean, nullable=False, server_default=sa.false()),  # edits: a reply rings as well
    sa.Column("not_before", Utc),
    sa.Column("deliver_by", Utc),
    sa.Column("released_at", Utc),  # when the last word was given that it waited for
    sa.Column("parts", sa.SmallInteger, nullable=False, server_default="1"),  # for chats that want it whole
    sa.Column("planned", sa.Integer, nullable=False, server_default="0"),
    sa.Column("sent", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rejected", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cancelled", sa.Integer, nullable=False, server_default="0"),
    sa.Column("expired", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unknown", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("story_id IS NOT NULL OR composed IS NOT NULL", name="content"),
    sa.Index("ix_push_state", "state", "lane", "id"),
    sa.Index("ix_push_released_at", "released_at"),
    sa.Index("ix_push_story_id", "story_id", "id"),
    sa.Index(
        "ix_push_digest_id",
        "digest_id",
        "id",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    ),
)

# Which stories a digest lists: what becomes of one of them later changes it.
digest_story = sa.Table(
    "digest_story",
    metadata,
    story_ref(primary_key=True),
    sa.Column("digest_id", Id, sa.ForeignKey("push.id"), primary_key=True),
    sa.Column("place", sa.SmallInteger, nullable=False),
    sa.Index("ix_digest_story_digest_id", "digest_id"),
)

# With OR, for SQLite builds the list of an IN anew for each of a million rows.
UNSETTLED = "state = 'intent' OR state = 'retry_at' OR state = 'unknown'"

# The key is the row, with no number of its own and nothing that looks up push and chat for each: a million of
# them are planned in one go, by a statement that reads both tables.
delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("push_id", Id, primary_key=True, autoincrement=False),
    sa.Column("chat_id", Id, primary_key=True, autoincrement=False),
    sa.Column("part", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("act", sa.String(8), nullable=False, server_default="send"),
    sa.Column("of_push", Id),  # with of_part: the earlier delivery to this chat, whose message this is about
    sa.Column("of_part", sa.SmallInteger),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempt", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("doubts", sa.SmallInteger, nullable=False, server_default="0"),  # attempts that may have landed
    sa.Column("epoch", sa.Integer),
    sa.Column("revision", sa.Integer),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("not_before", Utc),
    sa.Column("intent_at", Utc),
    sa.Column("done_at", Utc),
    sa.Index(
        "ix_delivery_unsettled",
        "push_id",
        "state",
        "not_before",
        sqlite_where=sa.text(UNSETTLED),
        postgresql_where=sa.text(UNSETTLED),
    ),
    # Which push a reader replies to. Partial, so that planning a million rows does not pay for it.
    sa.Index(
        "ix_delivery_shown",
        "chat_id",
        "message_id",
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    ),
    # Edits that may have landed late: a newer edit of the same message keeps its distance.
    sa.Index(
        "ix_delivery_doubted",
        "push_id",
        sqlite_where=sa.text("doubts > 0"),
        postgresql_where=sa.text("doubts > 0"),
    ),
    sqlite_with_rowid=False,
)

# How fast a running push goes out: a sample of its counters, taken every few seconds.
pulse = sa.Table(
    "pulse",
    metadata,
    sa.Column("push_id", Id, sa.ForeignKey("push.id"), primary_key=True, autoincrement=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("settled", sa.Integer, nullable=False),
    sa.Column("rate", sa.Float),  # outcomes a second since the sample before
)
