"""Digests: which chats want one at which hours, and what was published since the last one.

A digest is a push; its `revision` counts how often its list was told anew. What it is about is its
`composed`, with the method `METHOD`: zone and hours of the chats, the window of publication (ISO 8601, UTC).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.engine import to_json
from storage.lines import LINES, line, readable
from storage.records import ChatState, Composed, StoryLine, StoryState
from storage.schema import chat, digest_story, push, schedule_occurrence, story
from storage.upsert import insert

METHOD = "digest"

_hours_kept = sa.cast(chat.c.digest_times, sa.Text)  # PostgreSQL does not compare JSON


@dataclass(frozen=True, slots=True)
class Round:
    """Chats that get one digest at one instant: those of a zone that chose the same hours (`HH:MM`)."""

    zone: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A digest that was told anew. `planned`: how many chats it went to, or is going to."""

    id: int
    revision: int
    composed: Composed
    planned: int


def rounds(tx: Transaction) -> Sequence[Round]:
    wanted = sa.select(chat.c.zone, _hours_kept.label("times")).where(chat.c.digest_since.is_not(None))
    rows = tx.execute(wanted.where(chat.c.state == ChatState.ACTIVE).distinct())
    return [Round(row.zone, tuple(json.loads(row.times))) for row in rows]


def audience(params: Mapping[str, Any]) -> sa.Select[tuple[int]]:
    """Ids of the chats of a digest's round that had chosen it before its hour."""
    until = sa.literal(datetime.fromisoformat(params["until"]), chat.c.digest_since.type)
    its = (
        chat.c.zone == params["zone"],
        _hours_kept == to_json(params["times"]),
        chat.c.digest_since < until,
    )
    return sa.select(chat.c.id).where(chat.c.state == ChatState.ACTIVE, *its).order_by(chat.c.id)


def begin(tx: Transaction, schedule: str, instant: datetime) -> bool:
    """Whether this occurrence is ours to send: each is, once, to one process."""
    row = insert(tx, schedule_occurrence).values(schedule=schedule, instant=instant, done_at=instant)
    return (
        tx.execute(row.on_conflict_do_nothing().returning(schedule_occurrence.c.instant)).first() is not None
    )


def most_urgent(
    tx: Transaction, since: datetime, until: datetime, *, limit: int, now: datetime
) -> list[StoryLine]:
    """Of what readers may see of that time, the most urgent first."""
    found = LINES.where(*_published(since, until, now)).limit(limit)
    rows = tx.execute(found.order_by(sa.text("urgency"), story.c.published_at.desc(), story.c.id.desc()))
    return [line(row) for row in rows]


def count(tx: Transaction, since: datetime, until: datetime, now: datetime) -> int:
    """How many stories readers may see of that time."""
    found = LINES.where(*_published(since, until, now))
    return tx.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()


def note_stories(tx: Transaction, digest_id: int, stories: Sequence[int]) -> None:
    """The stories that the digest lists, in its order.

    Shares a lock with whoever withdraws one now: they find the digest, or it is shown when they are done.
    """
    of_them = sa.select(story.c.id).where(story.c.id.in_(stories)).order_by(story.c.id)
    tx.execute(of_them.with_for_update(read=True))
    rows = [{"digest_id": digest_id, "story_id": one, "place": place} for place, one in enumerate(stories)]
    tx.execute(sa.insert(digest_story), rows)


def listed(tx: Transaction, digest_id: int, now: datetime) -> list[StoryLine]:
    """What readers may see of the stories that the digest lists, in its order."""
    its = LINES.join(digest_story, digest_story.c.story_id == story.c.id)
    its = its.where(digest_story.c.digest_id == digest_id, readable(now))
    return [line(row) for row in tx.execute(its.order_by(digest_story.c.place))]


def withdrawn(tx: Transaction, digest_id: int) -> int:
    """How many of the stories that the digest listed were withdrawn since."""
    killed = sa.select(sa.func.count()).select_from(digest_story.join(story))
    killed = killed.where(digest_story.c.digest_id == digest_id, story.c.state == StoryState.KILLED)
    return tx.execute(killed).scalar_one()


def tell_anew(tx: Transaction, story_id: int) -> list[Told]:
    """Each digest that lists the story gets a new revision: intents of an older one are not written then."""
    told = sa.update(push).where(push.c.id.in_(_listing(story_id))).values(revision=push.c.revision + 1)
    rows = tx.execute(told.returning(push.c.id, push.c.revision, push.c.composed, push.c.planned))
    return sorted((_told(row) for row in rows), key=lambda one: one.id)


def delivered(tx: Transaction, story_id: int) -> int:
    """How many digests that list the story arrived."""
    arrived = sa.select(sa.func.coalesce(sa.func.sum(push.c.sent), 0))
    return int(tx.execute(arrived.where(push.c.id.in_(_listing(story_id)))).scalar_one())


def _listing(story_id: int) -> sa.Select[tuple[int]]:
    return sa.select(digest_story.c.digest_id).where(digest_story.c.story_id == story_id)


def _told(row: sa.Row[Any]) -> Told:
    return Told(id=row.id, revision=row.revision, composed=Composed(**row.composed), planned=row.planned)


def _published(since: datetime, until: datetime, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return readable(now), story.c.published_at >= since, story.c.published_at < until
