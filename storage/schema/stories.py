"""What a story is made of."""

from __future__ import annotations

import sqlalchemy as sa

from storage.schema.base import Id, metadata, story_ref
from storage.types import Utc

TAKEN_BACK = "state IN ('held', 'killed')"

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
        "ix_story_taken_back",
        "updated_at",
        sqlite_where=sa.text(TAKEN_BACK),
        postgresql_where=sa.text(TAKEN_BACK),
    ),
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
    story_ref(primary_key=True),
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

# What the wire calls a story: scheme "uri", "item:SOURCE", "heard" or "text" (a hash of its words).
wire_key = sa.Table(
    "wire_key",
    metadata,
    sa.Column("scheme", sa.String(80), primary_key=True),
    sa.Column("value", sa.String(512), primary_key=True),
    story_ref(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index("ix_wire_key_story_id", "story_id"),
)
