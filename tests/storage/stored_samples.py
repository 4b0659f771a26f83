"""Stories to store, and a short way to store them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from storage import chats, stories, terms
from storage.database import Transaction
from storage.records import ChatKind, Draft, Section, SectionKind, StoryState

NOW = datetime(2024, 5, 6, 12, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
numbers = count(1000)

LEAD = Section(kind=SectionKind.LEAD, heading=None, paragraphs=("وصل الوفد.", "وبدأ اللقاء."), anchor="lead")
BODY = Section(kind=SectionKind.BODY, heading="ما بعد اللقاء", paragraphs=("لا بيان بعد.",), anchor="s1")


def draft(**changes: Any) -> Draft:
    plain: dict[str, Any] = {
        "copy": "وصل الوفد.\r\n".encode(),
        "media_type": "text/plain",
        "language": "ar",
        "sections": (LEAD, BODY),
    }
    return Draft(**plain | changes)


def revise(
    tx: Transaction, story_id: int, *, headline: str = "وصول الوفد", now: datetime = NOW, **changes: Any
) -> int:
    """The new revision's number. A headline's key is here the headline itself."""
    telling = draft(**changes)
    return stories.add_revision(
        tx,
        story_id,
        telling,
        kind=telling.kind,
        headline=headline or None,
        headline_derived=False,
        headline_key=headline,
        urgency=telling.urgency or 5,
        source="test",
        related_keys=telling.related,
        now=now,
    )


def file(
    tx: Transaction,
    *,
    code: str | None = None,
    state: StoryState = StoryState.PUBLISHED,
    words: dict[str, float] | None = None,
    now: datetime = NOW,
    **changes: Any,
) -> int:
    """The id of a new story with one revision."""
    story_id, _ = stories.create(tx, [code or f"T{next(numbers)}"], state, now)
    revise(tx, story_id, now=now, **changes)
    terms.index(tx, story_id, words or {})
    return story_id


def move(tx: Transaction, story_id: int, state: StoryState, now: datetime = NOW) -> None:
    story = stories.by_id(tx, story_id)
    assert story is not None
    assert stories.move(tx, story_id, story.state, state, now, opens_at=story.opens_at)


def chat(tx: Transaction, telegram_id: int, **changes: Any) -> int:
    """Our id of a chat that was seen."""
    plain: dict[str, Any] = {
        "kind": ChatKind.PRIVATE,
        "title": None,
        "language": "ar",
        "zone": "UTC",
        "now": NOW,
    }
    return chats.see(tx, telegram_id, **plain | changes).id
