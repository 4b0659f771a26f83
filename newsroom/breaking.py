"""Breaking news goes out once for each event, whoever tells it and whoever calls it that."""

from __future__ import annotations

from datetime import datetime

from newsroom import deadlines
from newsroom.render import whole
from storage import promises, pushes, stories
from storage.database import Transaction
from storage.records import Lane, Push, PushKind


def break_news(tx: Transaction, story_id: int, number: int, now: datetime) -> Push | None:
    """None where it went out before."""
    told = stories.revision(tx, story_id, number)
    return pushes.create(
        tx,
        kind=PushKind.BREAKING,
        lane=Lane.BREAKING,
        story_id=story_id,
        revision=number,
        once=promises.key(tx, story_id),
        parts=whole.count(told) if told else 1,
        now=now,
        deliver_by=deadlines.deadline(PushKind.BREAKING, now),
    )
