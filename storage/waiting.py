"""Tellings that are kept back from a story that is out: until an instant, or until an editor has decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import RevisionKind, StoryState
from storage.schema import revision, story, waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`until` is the end of its embargo; None where an editor decides."""

    story_id: int
    code: str
    state: StoryState
    number: int
    kind: RevisionKind
    headline: str | None
    language: str
    source: str
    created_at: datetime
    until: datetime | None


def add(tx: Transaction, story_id: int, number: int, until: datetime | None) -> None:
    tx.execute(sa.insert(waiting).values(story_id=story_id, number=number, until=until))


def embargo_of(tx: Transaction, story_id: int, now: datetime) -> datetime | None:
    """The embargo that the story's next telling is under."""
    running = sa.select(sa.func.max(waiting.c.until, type_=waiting.c.until.type))
    found: datetime | None = tx.execute(
        running.where(waiting.c.story_id == story_id, waiting.c.until > now)
    ).scalar_one()
    return found


def embargo(tx: Transaction, story_id: int, until: datetime) -> None:
    """All that is under embargo with this story is so until this instant."""
    of_it = (waiting.c.story_id == story_id) & waiting.c.until.is_not(None)
    tx.execute(sa.update(waiting).where(of_it).values(until=until))


def due(tx: Transaction, now: datetime, limit: int) -> list[Waiting]:
    """What comes out of its embargo now, the oldest telling first."""
    return _found(tx, _WAITING.where(waiting.c.until <= now).limit(limit))


def for_editors(tx: Transaction, limit: int) -> list[Waiting]:
    """What an editor has to decide, the newest first."""
    return _found(tx, _ASKED.limit(limit))


def of_story(tx: Transaction, story_id: int, number: int | None = None) -> Waiting | None:
    """The newest that an editor has to decide of this story, or the one of this number."""
    asked = _WAITING.where(waiting.c.until.is_(None), waiting.c.story_id == story_id)
    if number is not None:
        asked = asked.where(waiting.c.number == number)
    found = _found(tx, asked.order_by(None).order_by(waiting.c.number.desc()).limit(1))
    return found[0] if found else None


def asked_lately(
    tx: Transaction, kinds: Collection[RevisionKind], since: datetime, limit: int
) -> list[Waiting]:
    """Of these kinds, what came since then, the newest first."""
    asked = _ASKED.where(revision.c.kind.in_(kinds), revision.c.created_at >= since)
    return _found(tx, asked.limit(limit))


def drop(tx: Transaction, story_id: int, number: int) -> None:
    """This one waits no more; what was asked before and after it does."""
    its = waiting.c.story_id == story_id, waiting.c.number == number, waiting.c.until.is_(None)
    tx.execute(sa.delete(waiting).where(*its))


def settle(tx: Transaction, story_id: int, number: int) -> bool:
    """It waits no more, nor do the tellings before it that an editor was asked about.

    But what takes the story back does: no newer telling answers that. False where it did not wait.
    """
    of_it = waiting.c.story_id == story_id
    gone = tx.execute(sa.delete(waiting).where(of_it, waiting.c.number == number)).rowcount
    replaced = waiting.c.number < number, waiting.c.until.is_(None), ~_TAKES_BACK
    tx.execute(sa.delete(waiting).where(of_it, *replaced))
    return gone == 1


_TAKES_BACK = sa.exists().where(
    revision.c.story_id == waiting.c.story_id,
    revision.c.number == waiting.c.number,
    revision.c.kind.in_((RevisionKind.HOLD, RevisionKind.KILL)),
)
_WAITING: sa.Select[Any] = (
    sa.select(
        waiting,
        story.c.code,
        story.c.state,
        *(revision.c[name] for name in ("kind", "headline", "language", "source", "created_at")),
    )
    .join_from(waiting, story, story.c.id == waiting.c.story_id)
    .join(revision, (revision.c.story_id == waiting.c.story_id) & (revision.c.number == waiting.c.number))
    .order_by(waiting.c.story_id, waiting.c.number)
)
_ASKED = (
    _WAITING.where(waiting.c.until.is_(None), story.c.state != StoryState.KILLED)
    .order_by(None)
    .order_by(revision.c.created_at.desc())
)


def _found(tx: Transaction, asked: sa.Select[Any]) -> list[Waiting]:
    return [
        Waiting(
            story_id=row.story_id,
            code=row.code,
            state=StoryState(row.state),
            number=row.number,
            kind=RevisionKind(row.kind),
            headline=row.headline,
            language=row.language,
            source=row.source,
            created_at=row.created_at,
            until=row.until,
        )
        for row in tx.execute(asked)
    ]
