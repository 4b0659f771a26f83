"""A story, from its draft to its revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RevisionKind(StrEnum):
    NEW = "new"
    UPDATE = "update"
    REFILE = "refile"
    CORRECTION = "correction"
    HOLD = "hold"
    KILL = "kill"


class StoryState(StrEnum):
    """Where a story stands. Readers see `PUBLISHED` ones only. `newsroom.cycle` has the ways between."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    HELD = "held"
    KILLED = "killed"


class SectionKind(StrEnum):
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`anchor` is stable over revisions, ASCII, at most 16 bytes: it travels in button data."""

    kind: SectionKind
    heading: str | None
    paragraphs: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What copy was understood to say. `sections[0]` is the lead; names follow IPTC ninjs 3.

    `alt_ids` are its source's other names for it, no one else's. `version_created` is what the copy claims.
    `marks` are signs of the wire that stood in the copy and are no part of the story («يتبع»).
    """

    copy: bytes
    media_type: str
    language: str
    sections: tuple[Section, ...]
    kind: RevisionKind = RevisionKind.NEW
    headline: str | None = None
    alert: str | None = None
    credit: str | None = None
    source_code: str | None = None
    related_headings: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    urgency: int | None = None
    slugline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    topics: tuple[str, ...] = ()
    embargo: datetime | None = None
    correction_note: str | None = None
    editor_note: str | None = None
    uri: str | None = None
    version: str | None = None
    alt_ids: tuple[str, ...] = ()
    evolved_from: str | None = None
    version_created: datetime | None = None
    rights: str | None = None
    link: str | None = None
    image: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A headline of the copy's related block. `code` is set once its story is here."""

    ordinal: int
    headline: str
    code: str | None = None
    matched_by: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable telling of a story. `headline` is None only where there is no lead to derive it from."""

    story_id: int
    number: int
    kind: RevisionKind
    language: str
    urgency: int
    created_at: datetime
    sections: tuple[Section, ...]
    headline: str | None = None
    headline_derived: bool = False
    credit: str | None = None
    source_code: str | None = None
    slugline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    topics: tuple[str, ...] = ()
    embargo: datetime | None = None
    correction_note: str | None = None
    editor_note: str | None = None
    uri: str | None = None
    version: str | None = None
    version_created: datetime | None = None
    rights: str | None = None
    link: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with its newest revision and that revision's related links.

    `opens_at`: it must not be out before, by its schedule or its embargo.
    """

    id: int
    code: str
    state: StoryState
    created_at: datetime
    updated_at: datetime
    revision: Revision
    published_at: datetime | None = None
    opens_at: datetime | None = None
    related: tuple[RelatedLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellers:
    """Whose a story is: who told it first, and whose words readers see."""

    first: str
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story as one line of a list."""

    id: int
    code: str
    headline: str
    language: str
    urgency: int
    source_code: str | None
    credit: str | None
    published_at: datetime
    headline_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that shares terms with another: what the related ranking works on.

    `spelt` is its headline in search spelling, where that is kept.
    """

    line: StoryLine
    terms: dict[str, float]
    spelt: str | None = None
