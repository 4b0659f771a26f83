"""By what a story is found and compared."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata, story_ref

# Read as posting lists: of a term, the stories by age. So the row lives in the key, in either database.
story_term = sa.Table(
    "story_term",
    metadata,
    sa.Column("term", sa.String(64)),
    story_ref(),
    sa.Column("weight", sa.Float, nullable=False),
    sa.PrimaryKeyConstraint("term", "story_id", postgresql_include=["weight"]),
    sqlite_with_rowid=False,
)

# All that a story says, by which it is compared; `posted` are the terms that it has in the posting lists.
story_words = sa.Table(
    "story_words",
    metadata,
    story_ref(primary_key=True),
    sa.Column("posted", sa.JSON, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
)

# By what name of the wire a telling came to its story (storage.takes).
take_reason = sa.Table(
    "take_reason",
    metadata,
    story_ref(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("because", sa.String(8), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)

# In how many stories each term is: counting a posting list takes too long.
term = sa.Table(
    "term",
    metadata,
    sa.Column("term", sa.String(64), primary_key=True),
    sa.Column("stories", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

# The topics of each story's newest revision, folded for comparison; or those that an editor chose instead.
story_topic = sa.Table(
    "story_topic",
    metadata,
    sa.Column("topic", sa.String(200), primary_key=True),
    story_ref(primary_key=True),
    sa.Column("chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_story_topic_story_id", "story_id"),
    sqlite_with_rowid=False,
)

# Which stories tell the event that another one told first, and why each is there (storage.events).
story_event = sa.Table(
    "story_event",
    metadata,
    story_ref(primary_key=True),
    sa.Column("event_id", Id, nullable=False, index=True),
    sa.Column("because", sa.String(8), nullable=False),
    sa.Column("sureness", sa.Float, nullable=False),
    sa.Column("matched", Id),
    sa.Column("shared", sa.JSON, nullable=False),
)
