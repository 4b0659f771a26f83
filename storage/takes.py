"""By what name of the wire a telling came to its story, or which story that was taken back it looks like."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from storage.database import Transaction
from storage.events import Because
from storage.schema import take_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeReason:
    story_id: int
    number: int
    because: Because
    name: str


def note(tx: Transaction, reason: TakeReason) -> None:
    values = {
        "story_id": reason.story_id,
        "number": reason.number,
        "because": reason.because,
        "name": reason.name,
    }
    tx.execute(sa.insert(take_reason).values(values))


def reasons(tx: Transaction, story_ids: Collection[int]) -> list[TakeReason]:
    """The newest telling first."""
    asked = sa.select(take_reason).where(take_reason.c.story_id.in_(story_ids))
    rows = tx.execute(asked.order_by(take_reason.c.story_id, take_reason.c.number.desc()))
    return [
        TakeReason(story_id=row.story_id, number=row.number, because=Because(row.because), name=row.name)
        for row in rows
    ]


def is_shadowed(tx: Transaction, story_id: int) -> bool:
    """Whether it came in looking like a story that was taken back: then only an editor lets it out."""
    looks = take_reason.c.because.in_((Because.KILLED, Because.HELD))
    asked = sa.select(sa.exists().where(take_reason.c.story_id == story_id, looks))
    return bool(tx.execute(asked).scalar_one())
