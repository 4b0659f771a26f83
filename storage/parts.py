"""A push in several parts: each chat gets them in order, the next once the one before it was sent.

Part 0 is for everybody, the others for chats that want stories whole. What cannot follow is cancelled and
counted: a text goes on in order or not at all.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tally
from storage.database import Transaction
from storage.ready import Ready
from storage.records import DeliveryState
from storage.schema import chat, delivery, push

CUT_OFF = "an earlier part was not delivered"
_LOST = (
    DeliveryState.REJECTED,
    DeliveryState.UNKNOWN,
    DeliveryState.LEFT,
    DeliveryState.CANCELLED,
    DeliveryState.EXPIRED,
)

_earlier = delivery.alias("earlier")
_SAME = (_earlier.c.push_id == delivery.c.push_id) & (_earlier.c.chat_id == delivery.c.chat_id)
_BEFORE_WAS_SENT = sa.exists().where(
    _SAME, _earlier.c.part == delivery.c.part - 1, _earlier.c.state == DeliveryState.SENT
)
_ONE_WAS_LOST = sa.exists().where(_SAME, _earlier.c.part < delivery.c.part, _earlier.c.state.in_(_LOST))
_ANY_WANTS_WHOLE = sa.select(chat.c.id).where(chat.c.whole).limit(1)
_PARTS = Ready(sa.select(push.c.parts).where(push.c.id == sa.bindparam("push_id")))


def wanted(tx: Transaction, parts: int) -> int:
    """How many of so many anybody is to have: to plan and to follow one is quicker."""
    if parts == 1:
        return 1
    return parts if tx.execute(_ANY_WANTS_WHOLE).first() is not None else 1


def of(audience: sa.Select[tuple[int]], parts: int) -> sa.Select[Any]:
    """Of chats a row for each part that they are to have: `chat_id`, `part`, in the audience's order."""
    if parts == 1:
        return audience.add_columns(sa.literal(0).label("part"))
    every = sa.union_all(*(sa.select(sa.literal(part).label("part")) for part in range(parts))).subquery()
    wanted = sa.or_(every.c.part == 0, chat.c.whole)
    return audience.add_columns(every.c.part).join(every, wanted).order_by(every.c.part)


def reopen(tx: Transaction, push_id: int) -> None:
    """What was cut off behind a delivery that is open again waits for it again."""
    ahead = sa.exists().where(
        _SAME, _earlier.c.part < delivery.c.part, _earlier.c.state == DeliveryState.RETRY_AT
    )
    cut_off = delivery.c.push_id == push_id, delivery.c.part > 0, delivery.c.error == CUT_OFF
    waits = sa.update(delivery).where(*cut_off, delivery.c.state == DeliveryState.CANCELLED, ahead)
    opened = tx.execute(waits.values(state=DeliveryState.PLANNED, error=None, done_at=None)).rowcount
    tally.add(tx, push_id, {DeliveryState.CANCELLED: -opened})


def follow(tx: Transaction, push_id: int, chats: Collection[int], now: datetime) -> None:
    """After deliveries of a push to these chats were settled: their next parts go, or never will."""
    if not chats:
        return
    if _PARTS.scalar(tx, push_id=push_id) in (None, 1):
        return
    if tally.is_cancelled(tx, push_id):
        return
    later = delivery.c.push_id == push_id, delivery.c.chat_id.in_(chats), delivery.c.part > 0
    waiting = *later, delivery.c.state == DeliveryState.PLANNED
    due = sa.update(delivery).where(*waiting, _BEFORE_WAS_SENT)
    tx.execute(due.values(state=DeliveryState.RETRY_AT, not_before=now))
    ending = sa.update(delivery).where(*waiting, _ONE_WAS_LOST)
    closed = tx.execute(ending.values(state=DeliveryState.CANCELLED, error=CUT_OFF, done_at=now)).rowcount
    tally.move(tx, push_id, DeliveryState.PLANNED, DeliveryState.CANCELLED, closed)
