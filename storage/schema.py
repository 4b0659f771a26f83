"""Every table of Ajil, in SQLAlchemy Core: one schema for SQLite and PostgreSQL.

Stored names of states and kinds are the values of the enums in `storage.records`.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.types import Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

# SQLite numbers rows by itself only where the key is spelled INTEGER; PostgreSQL needs the wide one.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _story_ref(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=primary_key, nullable=nullable)


story = sa.Table(
    "story",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(6), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("head", sa.Integer, nullable=False),  # number of the newest revision
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("published_at", Utc),
    sa.Column("opens_at", Utc),  # not out before, by its schedule or its embargo
    sa.Column("breaks", sa.Boolean, nullable=False, server_default=sa.false()),  # as soon as it opens
    sa.Index("ix_story_published", "state", "published_at", "id"),
    sa.Index(
        "ix_story_opens_at",
        "opens_at",
        sqlite_where=sa.text("opens_at IS NOT NULL"),
        postgresql_where=sa.text("opens_at IS NOT NULL"),
    ),
)

revision = sa.Table(
    "revision",
    metadata,
    _story_ref(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("headline", sa.Text),
    sa.Column("headline_derived", sa.Boolean, nullable=False),
    sa.Column("headline_key", sa.Text, index=True),  # newsroom.terms.words_key of the headline
    sa.Column("alert", sa.Text),
    sa.Column("credit", sa.Text),
    sa.Column("source_code", sa.String(32)),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    sa.Column("slugline", sa.Text),
    sa.Column("byline", sa.Text),
    sa.Column("dateline", sa.Text),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("embargo", Utc),
    sa.Column("correction_note", sa.Text),
    sa.Column("editor_note", sa.Text),
    sa.Column("related_headings", sa.JSON, nullable=False),
    sa.Column("uri", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("alt_ids", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("evolved_from", sa.Text),
    sa.Column("version_created", Utc),  # what the copy claims, but never after it came
    sa.Column("rights", sa.Text),
    sa.Column("link", sa.Text),
    sa.Column("image", sa.Text),
    sa.Column("marks", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("copy", sa.LargeBinary, nullable=False),
    sa.Column("source", sa.String(64), nullable=False),  # who handed it in: a wire source, "chat", "file"
    sa.Column("created_at", Utc, nullable=False),
    sa.CheckConstraint("urgency BETWEEN 1 AND 9", name="urgency"),
)

# A telling kept back from a story that is out: `until` its embargo ends, or (null) until an editor decides.
waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("story_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("until", Utc, index=True),
    sa.ForeignKeyConstraint(["story_id", "number"], ["revision.story_id", "revision.number"]),
)

section = sa.Table(
    "section",
    metadata,
    sa.Column("story_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("heading", sa.Text),
    sa.Column("anchor", sa.String(16), nullable=False),
    sa.Column("paragraphs", sa.JSON, nullable=False),
    sa.ForeignKeyConstraint(["story_id", "number"], ["revision.story_id", "revision.number"]),
    sa.UniqueConstraint("story_id", "number", "anchor"),
)

related_link = sa.Table(
    "related_link",
    metadata,
    sa.Column("story_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("headline_key", sa.Text, nullable=False, index=True),
    sa.Column("target_id", Id, sa.ForeignKey("story.id")),
    sa.Column("matched_by", sa.String(16)),
    sa.Column("score", sa.Float),
    sa.ForeignKeyConstraint(["story_id", "number"], ["revision.story_id", "revision.number"]),
)

# What the wire calls a story: scheme "uri", "item:SOURCE" or "text" (a hash of its words).
wire_key = sa.Table(
    "wire_key",
    metadata,
    sa.Column("scheme", sa.String(80), primary_key=True),
    sa.Column("value", sa.String(512), primary_key=True),
    _story_ref(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index("ix_wire_key_story_id", "story_id"),
)

# Read as posting lists: of a term, the stories by age. So the row lives in the key, in either database.
story_term = sa.Table(
    "story_term",
    metadata,
    sa.Column("term", sa.String(64)),
    _story_ref(),
    sa.Column("weight", sa.Float, nullable=False),
    sa.PrimaryKeyConstraint("term", "story_id", postgresql_include=["weight"]),
    sqlite_with_rowid=False,
)

# All that a story says, by which it is compared; `posted` are the terms that it has in the posting lists.
story_words = sa.Table(
    "story_words",
    metadata,
    _story_ref(primary_key=True),
    sa.Column("posted", sa.JSON, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
)

# Which stories tell the event that another one told first, and why each is there (storage.events).
story_event = sa.Table(
    "story_event",
    metadata,
    _story_ref(primary_key=True),
    sa.Column("event_id", Id, nullable=False, index=True),
    sa.Column("because", sa.String(8), nullable=False),
    sa.Column("sureness", sa.Float, nullable=False),
    sa.Column("matched", Id),
    sa.Column("shared", sa.JSON, nullable=False),
)

# In how many stories each term is: counting a posting list takes too long.
term = sa.Table(
    "term",
    metadata,
    sa.Column("term", sa.String(64), primary_key=True),
    sa.Column("stories", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Of which stories followers are to be told, and when; `told_at` is the last time that they were.
follow_up = sa.Table(
    "follow_up",
    metadata,
    _story_ref(primary_key=True),
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

# The topics of each story's newest revision, folded for comparison; or those that an editor chose instead.
story_topic = sa.Table(
    "story_topic",
    metadata,
    sa.Column("topic", sa.String(200), primary_key=True),
    _story_ref(primary_key=True),
    sa.Column("chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_story_topic_story_id", "story_id"),
    sqlite_with_rowid=False,
)

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
    sa.Column("daily_cap", sa.Integer),
    sa.Column("last_story_id", Id, sa.ForeignKey("story.id")),  # of the last answer; pushes are deliveries
    sa.Column("last_story_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("ended_why", sa.Text),
    sa.Index(
        "ix_chat_whole",
        "id",
        sqlite_where=sa.text("whole = 1"),
        postgresql_where=sa.text("whole"),
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
    sa.Index("ix_subscription_scope", "scope", "value", "how", "chat_id"),
)

# Which story a message that the bot showed is about, so that a reply to it can be understood.
shown = sa.Table(
    "shown",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chat.id"), primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True),
    _story_ref(),
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

push = sa.Table(
    "push",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    _story_ref(nullable=True),
    sa.Column("revision", sa.Integer),
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

# An act on delivered copies that an editor was shown and has not said yes or no to.
amendment = sa.Table(
    "amendment",
    metadata,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # of the push that it would be
    _story_ref(),
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
    _story_ref(),
    sa.Column("asked_at", Utc, nullable=False),
)

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
