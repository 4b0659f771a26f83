"""The counters on a push: moved in the transaction that moves its rows, so that G1 holds at every commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.ready import Ready
from storage.records import Act, Counts, DeliveryState, PushState
from storage.schema import delivery, push

COUNTED = (
    DeliveryState.SENT,
    DeliveryState.REJECTED,
    DeliveryState.CANCELLED,
    DeliveryState.EXPIRED,
    DeliveryState.UNKNOWN,
)
"""The states that have a counter; LEFT counts as UNKNOWN, the other ones are open."""

SETTLED = sum((push.c[state] for state in COUNTED[1:]), push.c[COUNTED[0]])

# Spelled as the partial index is: neither database sees through a bound value.
UNSETTLED = sa.text(
    "(delivery.state = 'intent' OR delivery.state = 'retry_at' OR delivery.state = 'unknown')"
)

# Built once, for it is asked many times a second.
_ENDS = (push.c.state == PushState.RUNNING) & (
    push.c.planned == SETTLED + sa.bindparam("more", type_=sa.Integer)
)
_ADD = Ready(
    sa.update(push)
    .where(push.c.id == sa.bindparam("the_push"))
    .values({push.c[state]: push.c[state] + sa.bindparam(f"more_{state}") for state in COUNTED})
    .values({push.c.state: sa.case((_ENDS, PushState.DONE.value), else_=push.c.state)})
)

_STATE = Ready(
    sa.select(push.c.state).where(push.c.id == sa.bindparam("push_id")).with_for_update(key_share=True)
)


def unsettled(push_id: int, state: DeliveryState) -> sa.ColumnElement[bool]:
    """Deliveries of a push in a state that the partial index holds, found by it: left to itself, SQLite walks
    over all of the push whenever it has to see more of them than the index tells.
    """
    one = delivery.alias("one")
    indexed = sa.text("one.state IN ('intent', 'retry_at', 'unknown')")
    keys = sa.select(one.c.push_id, one.c.chat_id, one.c.part)
    found = keys.where(one.c.push_id == push_id, one.c.state == state, indexed)
    key = sa.tuple_(delivery.c.push_id, delivery.c.chat_id, delivery.c.part)
    return key.in_(found) & (delivery.c.state == state)


def move(tx: Transaction, push_id: int, before: DeliveryState, after: DeliveryState, count: int) -> None:
    """`count` deliveries went from one state to another."""
    if before is DeliveryState.LEFT:
        before = DeliveryState.UNKNOWN
    if count:
        add(tx, push_id, {after: count} if before not in COUNTED else {before: -count, after: count})


def add(tx: Transaction, push_id: int, changes: Mapping[DeliveryState, int]) -> None:
    """A running push whose last open delivery this settles is done."""
    counted = {f"more_{state}": changes.get(state, 0) for state in COUNTED}
    if any(counted.values()):
        _ADD.run(tx, the_push=push_id, more=sum(counted.values()), **counted)


def cancel(tx: Transaction, push_id: int, now: datetime) -> None:
    """Count what a push that was just cancelled has not begun. Only what is under way may still end.

    What was planned stays as it is, for to close a million rows takes seconds: in a cancelled push it is
    cancelled.
    """
    close_returned(tx, push_id, DeliveryState.CANCELLED, now)
    unbegun = push.c.planned - SETTLED - under_way(tx, push_id)
    tx.execute(sa.update(push).where(push.c.id == push_id).values(cancelled=push.c.cancelled + unbegun))


def close_returned(tx: Transaction, push_id: int, after: DeliveryState, now: datetime) -> int:
    """What waits for another attempt will not get it; how many.

    A copy that an earlier attempt may have brought stays uncertain. An edit is none.
    """
    returned = sa.update(delivery).where(unsettled(push_id, DeliveryState.RETRY_AT))
    doubted = returned.where(delivery.c.doubts > 0, delivery.c.act != Act.EDIT)
    unknown = tx.execute(doubted.values(state=DeliveryState.UNKNOWN, done_at=now)).rowcount
    closed = tx.execute(returned.values(state=after, done_at=now)).rowcount
    add(tx, push_id, {DeliveryState.UNKNOWN: unknown, after: closed})
    return unknown + closed


def close_planned(tx: Transaction, push_id: int, after: DeliveryState, now: datetime, *, most: int) -> int:
    """Of what has not begun, `most` never will; how many."""
    one, key = delivery.alias("one"), ("push_id", "chat_id", "part")
    planned = sa.select(*(one.c[name] for name in key)).limit(most)
    planned = planned.where(one.c.push_id == push_id, one.c.state == DeliveryState.PLANNED)
    found = sa.tuple_(*(delivery.c[name] for name in key)).in_(planned)
    still = delivery.c.state == DeliveryState.PLANNED
    closed = tx.execute(sa.update(delivery).where(found, still).values(state=after, done_at=now)).rowcount
    add(tx, push_id, {after: closed})
    return closed


def cancel_returned(tx: Transaction, push_id: int, now: datetime) -> None:
    """Close what came back for another attempt after its push was cancelled."""
    if is_cancelled(tx, push_id):
        close_returned(tx, push_id, DeliveryState.CANCELLED, now)


def is_cancelled(tx: Transaction, push_id: int) -> bool:
    """Asked before planned deliveries change. If it is not, it will not be before this transaction ends."""
    return _STATE.scalar(tx, push_id=push_id) == PushState.CANCELLED


def under_way(tx: Transaction, push_id: int | None = None) -> int:
    """Intents without an outcome, of one push or of all: what may still land whatever is stopped now."""
    intents = sa.select(sa.func.count()).select_from(delivery)
    intents = intents.where(delivery.c.state == DeliveryState.INTENT, UNSETTLED)
    if push_id is not None:
        intents = intents.where(delivery.c.push_id == push_id)
    return tx.execute(intents).scalar_one()


def counts(row: sa.Row[Any]) -> Counts:
    """The counters of a row of `push`."""
    return Counts(
        planned=row.planned,
        sent=row.sent,
        rejected=row.rejected,
        cancelled=row.cancelled,
        expired=row.expired,
        unknown=row.unknown,
    )
