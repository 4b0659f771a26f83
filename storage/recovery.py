"""What the ledger does by the clock and after a death: give up attempts, expire pushes, verify counters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import attempts, edits, parts, tally
from storage.database import Transaction
from storage.ready import Ready
from storage.records import Act, Attempt, Counts, DeliveryState, Departed, OnUnknown, PushState, Settlement
from storage.schema import delivery, push

EDIT_AGAIN_AFTER = timedelta(seconds=20)
"""Time for a dead sender's edit to land before another one leaves, which may say something newer."""

EXPIRED_AT_ONCE = 20_000
"""Deliveries: a few tenths of a second."""

ENDED = "the sender ended before the answer came"

_NEXT_RETRY = Ready(
    sa.select(delivery.c.not_before)
    .where(delivery.c.push_id == sa.bindparam("push_id"))
    .where(delivery.c.state == DeliveryState.RETRY_AT, tally.UNSETTLED)
    .order_by(delivery.c.not_before)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A push whose counters are not what its rows say: a fault of this program or of the disk."""

    push_id: int
    counters: Counts
    rows: Counts


def abandon(tx: Transaction, epoch: int, policy: OnUnknown, now: datetime) -> int:
    """Give up intents of earlier epochs, which may or may not have been sent; how many there were.

    Edits are due again: the last one to land counts. Messages are parked as UNKNOWN; with RESEND_ONCE the
    first doubt makes one due again, the second parks it.
    """
    touched = sa.select(delivery.c.push_id).where(_left_by(epoch)).distinct()
    pushes = tx.execute(touched).scalars().all()
    return sum(_abandon(tx, push_id, epoch, policy, now) for push_id in sorted(pushes))


def take_back(tx: Transaction, epoch: int, known: AbstractSet[Attempt], now: datetime) -> int:
    """Make intents of this epoch due again that their own sender never heard of; how many there were.

    It happens when a commit succeeds but the word of it is lost: certainly none of them was sent.
    """
    strays = [
        (row.push_id, _due_again(row, now)) for attempt, row in _intents(tx, epoch) if attempt not in known
    ]
    for push_id, group in _by_push(strays):
        attempts.settle(tx, push_id, group, before=DeliveryState.INTENT, now=now)
        tally.cancel_returned(tx, push_id, now)
        edits.settled(tx, push_id, {one.chat_id for one in group}, now)
    return len(strays)


def believe(tx: Transaction, epoch: int, departed: Departed, now: datetime) -> int:
    """Settle the intents of this epoch of which its dead sender's notes leave no doubt; how many.

    What was answered is sent, what never left is due again. Only what is flying is left to `abandon`.
    """
    answered = [
        (row.push_id, _sent(row, departed.sent[attempt]))
        for attempt, row in _intents(tx, epoch)
        if attempt in departed.sent
    ]
    for push_id, group in _by_push(answered):
        attempts.settle(tx, push_id, group, before=DeliveryState.INTENT, now=now)
        edits.settled(tx, push_id, {one.chat_id for one in group}, now)
    return len(answered) + take_back(tx, epoch, departed.flying, now)


def expire(tx: Transaction, push_id: int, now: datetime) -> int:
    """Give up what of a push is too late to be sent (`deliver_by`), a slice of it at a time; how many.

    A kill waits for no more than the slice.
    """
    late = sa.select(push.c.id).where(push.c.id == push_id, push.c.deliver_by <= now)
    late = late.where(push.c.state != PushState.CANCELLED)
    if tx.execute(late.with_for_update()).one_or_none() is None:
        return 0
    returned = tally.close_returned(tx, push_id, DeliveryState.EXPIRED, now)
    return returned + tally.close_planned(tx, push_id, DeliveryState.EXPIRED, now, most=EXPIRED_AT_ONCE)


def allow_until(tx: Transaction, push_id: int, until: datetime, now: datetime) -> None:
    """A push that is not late yet may be sent until then, if that is later than it has."""
    tight = push.c.id == push_id, push.c.deliver_by > now, push.c.deliver_by < until
    tx.execute(sa.update(push).where(*tight).values(deliver_by=until))


def next_retry(tx: Transaction, push_id: int) -> datetime | None:
    """When the next delivery of a push is due again."""
    return _NEXT_RETRY.scalar(tx, push_id=push_id)


def counts(tx: Transaction, push_id: int) -> Counts:
    """The counters of a push as its rows have them."""
    return _counts_of(tx, delivery.c.push_id == push_id).get(push_id, Counts())


def verify(tx: Transaction) -> list[Disagreement]:
    """Every push whose counters and rows disagree."""
    rows = _counts_of(tx, sa.true())
    kept = {row.id: tally.counts(row) for row in tx.execute(sa.select(push).order_by(push.c.id))}
    return [
        Disagreement(push_id=push_id, counters=counters, rows=rows.get(push_id, Counts()))
        for push_id, counters in kept.items()
        if counters != rows.get(push_id, Counts())
    ]


def _counts_of(tx: Transaction, which: sa.ColumnElement[bool]) -> dict[int, Counts]:
    by_state = sa.select(delivery.c.push_id, delivery.c.state, sa.func.count().label("rows")).where(which)
    cancelled = set(tx.execute(sa.select(push.c.id).where(push.c.state == PushState.CANCELLED)).scalars())
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in tx.execute(by_state.group_by(delivery.c.push_id, delivery.c.state)):
        ended = row.state == DeliveryState.PLANNED and row.push_id in cancelled
        found[row.push_id][DeliveryState.CANCELLED if ended else row.state] += row.rows
    return {push_id: _counts(states) for push_id, states in found.items()}


def _counts(states: Counter[str]) -> Counts:
    settled = {state.value: states[state] for state in tally.COUNTED}
    settled[DeliveryState.UNKNOWN] += states[DeliveryState.LEFT]
    return Counts(planned=states.total(), **settled)


def _abandon(tx: Transaction, push_id: int, epoch: int, policy: OnUnknown, now: datetime) -> int:
    left = _left_by(epoch) & (delivery.c.push_id == push_id)
    chats = tx.execute(sa.select(delivery.c.chat_id).where(left)).scalars().all()
    doubted = sa.update(delivery).values(doubts=delivery.c.doubts + 1, error=ENDED)
    again = {"state": DeliveryState.RETRY_AT, "not_before": now + EDIT_AGAIN_AFTER}
    resent = tx.execute(doubted.where(left, delivery.c.act == Act.EDIT).values(again)).rowcount
    if policy is OnUnknown.RESEND_ONCE:
        once = doubted.where(left, delivery.c.doubts == 0)
        resent += tx.execute(once.values(state=DeliveryState.RETRY_AT, not_before=now)).rowcount
    tally.cancel_returned(tx, push_id, now)
    parked = tx.execute(doubted.where(left).values(state=DeliveryState.UNKNOWN, done_at=now)).rowcount
    tally.move(tx, push_id, DeliveryState.INTENT, DeliveryState.UNKNOWN, parked)
    edits.settled(tx, push_id, chats, now)
    parts.follow(tx, push_id, chats, now)
    return resent + parked


def _intents(tx: Transaction, epoch: int) -> list[tuple[Attempt, Any]]:
    columns = (delivery.c.push_id, delivery.c.chat_id, delivery.c.part, delivery.c.attempt, delivery.c.doubts)
    intents = delivery.c.state == DeliveryState.INTENT, delivery.c.epoch == epoch, tally.UNSETTLED
    rows = tx.execute(sa.select(*columns).where(*intents))
    return [((row.push_id, row.chat_id, row.part, row.attempt), row) for row in rows]


def _by_push(found: Iterable[tuple[int, Settlement]]) -> Iterable[tuple[int, list[Settlement]]]:
    groups: dict[int, list[Settlement]] = defaultdict(list)
    for push_id, settlement in found:
        groups[push_id].append(settlement)
    return sorted(groups.items())


def _sent(row: Any, message_id: int | None) -> Settlement:
    return Settlement(
        chat_id=row.chat_id,
        part=row.part,
        attempt=row.attempt,
        state=DeliveryState.SENT,
        message_id=message_id,
        doubts=row.doubts,
    )


def _due_again(row: Any, now: datetime) -> Settlement:
    return Settlement(
        chat_id=row.chat_id,
        part=row.part,
        attempt=row.attempt,
        state=DeliveryState.RETRY_AT,
        not_before=now,
        doubts=row.doubts,
    )


def _left_by(epoch: int) -> sa.ColumnElement[bool]:
    return sa.and_(delivery.c.state == DeliveryState.INTENT, delivery.c.epoch < epoch, tally.UNSETTLED)
