"""Breaking news goes out once for each story, whoever calls it that."""

from __future__ import annotations

from datetime import datetime

from newsroom import deadlines
from storage import pushes
from storage.database import Transaction
from storage.records import Lane, Push, PushKind


def break_news(tx: Transaction, story_id: int, number: int, now: datetime) -> Push | None:
    """None where it went out before."""
    return pushes.create(
        tx,
        kind=PushKind.BREAKING,
        lane=Lane.BREAKING,
        story_id=story_id,
        revision=number,
        once=f"breaking:{story_id}",
        now=now,
        deliver_by=deadlines.deadline(PushKind.BREAKING, now),
    )
