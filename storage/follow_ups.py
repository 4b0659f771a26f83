"""Stories of which followers are to be told, and when; of each the last time that they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import follow_up, subscription
from storage.upsert import insert_on


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`is_new`: nobody was told of the story yet."""

    story_id: int
    is_new: bool


def last_told(tx: Transaction, story_id: int) -> datetime | None:
    found: datetime | None = tx.execute(_TOLD, {"story_id": story_id}).scalar_one_or_none()
    return found


def plan(tx: Transaction, story_id: int, due_at: datetime) -> None:
    """Takes that come until then are told as one; the first time, the story is new to everybody."""
    row = {"story_id": story_id, "due_at": due_at, "is_new": True}
    tx.execute(_planning(tx.dialect.name), row)


@cache
def _planning(dialect: str) -> sa.Insert:
    row = insert_on(dialect, follow_up)
    sooner = sa.func.coalesce(follow_up.c.due_at, row.excluded.due_at)
    return row.on_conflict_do_update(index_elements=["story_id"], set_={"due_at": sooner})


def due(tx: Transaction, now: datetime, limit: int) -> list[FollowUp]:
    waiting = sa.select(follow_up.c.story_id, follow_up.c.is_new).where(follow_up.c.due_at <= now)
    rows = tx.execute(waiting.order_by(follow_up.c.due_at).limit(limit))
    return [FollowUp(row.story_id, row.is_new) for row in rows]


def done(tx: Transaction, story_id: int, now: datetime) -> bool:
    """False where another process was quicker."""
    waiting = (follow_up.c.story_id == story_id) & (follow_up.c.due_at <= now)
    told = {"due_at": None, "told_at": now, "is_new": False}
    return tx.execute(sa.update(follow_up).where(waiting).values(told)).rowcount == 1


def is_followed(tx: Transaction, code: str) -> bool:
    return _any(tx, (subscription.c.scope == "story") & (subscription.c.value == code))


def words_followed(tx: Transaction) -> list[str]:
    """What anybody follows by words, each once."""
    wanted = sa.select(subscription.c.value).where(subscription.c.scope == "words").distinct()
    return list(tx.execute(wanted).scalars())


def topics_followed(tx: Transaction, topics: tuple[str, ...]) -> list[str]:
    """Those of the topics that anybody follows."""
    of_them = (subscription.c.scope == "topic") & subscription.c.value.in_(topics)
    return list(tx.execute(sa.select(subscription.c.value).where(of_them).distinct()).scalars())


def everything_wanted(tx: Transaction) -> bool:
    """Whether any chat wants whatever is published."""
    return _any(tx, (subscription.c.scope == "all") & (subscription.c.how == "all"))


def _any(tx: Transaction, wanted: sa.ColumnElement[bool]) -> bool:
    return tx.execute(sa.select(subscription.c.chat_id).where(wanted).limit(1)).one_or_none() is not None


_TOLD = sa.select(follow_up.c.told_at).where(follow_up.c.story_id == sa.bindparam("story_id"))
