"""Digests: which chats want one at which hours, and what was published since the last one.

What a digest is about is the push's `composed`, with the method `METHOD`: the chats' zone and hours, and the
window of publication (ISO 8601, UTC).
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
from storage.records import ChatState, StoryLine
from storage.schema import chat, schedule_occurrence, story
from storage.upsert import insert

METHOD = "digest"

_hours_kept = sa.cast(chat.c.digest_times, sa.Text)  # PostgreSQL does not compare JSON


@dataclass(frozen=True, slots=True)
class Round:
    """Chats that get one digest at one instant: those of a zone that chose the same hours (`HH:MM`)."""

    zone: str
    times: tuple[str, ...]


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


def published(
    tx: Transaction, since: datetime, until: datetime, *, limit: int, now: datetime
) -> tuple[list[StoryLine], int]:
    """What readers may see of that time, the most urgent first, and how many stories they are in all."""
    its = readable(now), story.c.published_at >= since, story.c.published_at < until
    found = LINES.where(*its)
    count = tx.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
    rows = tx.execute(found.order_by(sa.text("urgency"), story.c.published_at.desc()).limit(limit))
    return [line(row) for row in rows], count
