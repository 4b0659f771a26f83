"""That breaking news goes out once for each event: one push holds the key of the event."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage import events
from storage.database import Transaction
from storage.lines import LINES, line
from storage.records import PushKind, StoryLine, StoryState
from storage.schema import push, revision, story, story_event

_LOCK = 0x616A696C  # any number that nothing else of this database locks
_NAME = "breaking:"


def alone(tx: Transaction) -> None:
    """Until this transaction ends nobody else decides what breaks, or what is one event with what.

    To be called before anything else is read or locked. SQLite has one writer at any time.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def key(tx: Transaction, story_id: int) -> str:
    """`push.once` of the push that breaks this story's event."""
    return _key(events.of(tx, [story_id])[story_id])


def broken_by(tx: Transaction, story_id: int) -> int | None:
    """The story by which this story's event broke; None where nobody has pushed it."""
    held = sa.select(push.c.story_id).where(push.c.once == key(tx, story_id))
    found: int | None = tx.execute(held).scalar_one_or_none()
    return found


def broke(story_id: int | sa.ColumnElement[int]) -> sa.Exists:
    """For statements: the breaking push of this story itself went out or is about to."""
    own = push.alias()
    of_it = own.c.story_id == story_id, own.c.kind == PushKind.BREAKING
    return sa.exists().where(*of_it, own.c.once.is_not(None))


def is_broken(event_id: sa.ColumnElement[int]) -> sa.Exists:
    """For statements: a push holds the key of this event."""
    return sa.exists().where(push.c.once == sa.literal(_NAME) + sa.cast(event_id, sa.Text))


def passed_over(
    tx: Transaction, *, urgency: int, since: datetime, limit: int, sure: float = 1.0
) -> list[StoryLine]:
    """Stories at least as urgent, out since then, that were not pushed, for another one broke their event.

    The newest first. `sure`: only those that were joined to it no surer than this.
    """
    told = LINES.join(story_event, story_event.c.story_id == story.c.id)
    told = told.where(is_broken(story_event.c.event_id), ~broke(story.c.id))
    told = told.where(story.c.state == StoryState.PUBLISHED, story.c.published_at >= since)
    told = told.where(revision.c.urgency <= urgency, story_event.c.sureness <= sure)
    told = told.order_by(story.c.published_at.desc(), story.c.id.desc())
    return [line(row) for row in tx.execute(told.limit(limit))]


def follow(tx: Transaction, *event_ids: int) -> None:
    """After stories went from one event to another, the keys go with the stories that were pushed."""
    keys = [_key(event_id) for event_id in event_ids]
    inside = [events.inside(event_id) for event_id in event_ids]
    broke = sa.select(push.c.id, push.c.story_id).where(
        push.c.kind == PushKind.BREAKING, push.c.once.is_not(None)
    )
    concerned = broke.join(story, story.c.id == push.c.story_id)
    concerned = concerned.where(push.c.once.in_(keys) | sa.or_(*inside)).order_by(push.c.id)
    pushed = tx.execute(concerned).all()
    for row in pushed:  # first out of the way: two keys may have to change places
        _hold(tx, row.id, f"broke:{row.id}")
    known = events.of(tx, [row.story_id for row in pushed])
    firsts = {known[row.story_id]: row.id for row in reversed(pushed)}
    for event_id, push_id in firsts.items():
        if tx.execute(sa.select(push.c.id).where(push.c.once == _key(event_id))).one_or_none() is None:
            _hold(tx, push_id, _key(event_id))


def _hold(tx: Transaction, push_id: int, once: str) -> None:
    tx.execute(sa.update(push).where(push.c.id == push_id).values(once=once))


def _key(event_id: int) -> str:
    return f"{_NAME}{event_id}"
