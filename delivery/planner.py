"""How much is under way and whose turn it is (pure), and the one transaction in which a turn is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from delivery.verdicts import Change, Moved, Unthreaded
from newsroom.deadlines import ROOM
from storage import chats, ledger, pushes, recovery
from storage.database import Transaction
from storage.records import Claim, Departed, Lane, Lease, OnUnknown, Push, PushState, Settlement

SMALLEST_WINDOW, BIGGEST_WINDOW = 4, 250
GROUP = 8
"""Outcomes that are worth a transaction of their own, where they come slowly."""

QUICKEST_FLUSH, SLOWEST_FLUSH = 0.075, 0.25
"""Seconds between two turns."""

QUICKEST_WRITE = 0.05
"""Seconds that a turn may take until its intents are committed, without a gap in what leaves."""


def flush_every(rate: float) -> float:
    """Seconds between turns: seldom enough to write in groups, often enough that a group is small."""
    return _time_of_group(rate, QUICKEST_FLUSH)


def group(rate: float) -> int:
    """How many outcomes are written without waiting for more."""
    return max(GROUP, int(rate * QUICKEST_FLUSH))


def window(rate: float, latency: float) -> int:
    """`C` of DESIGN §4: so many deliveries under way keep the rate up while answers and commits take time."""
    written_in = _time_of_group(rate, QUICKEST_WRITE)
    wanted = math.ceil(rate * (latency + flush_every(rate) + written_in)) + 2
    return min(BIGGEST_WINDOW, max(SMALLEST_WINDOW, wanted))


def _time_of_group(rate: float, least: float) -> float:
    return min(SLOWEST_FLUSH, max(least, GROUP / max(rate, 1.0)))


@dataclass(slots=True)
class Progress:
    """How far the claims of a running push have come."""

    after: int = 0
    exhausted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a turn is to write: what became of deliveries, then new intents for at most `room` of them."""

    lease: Lease
    now: datetime
    room: int
    settled: Mapping[int, Sequence[Settlement]]
    changed: Sequence[Change]
    refused: Sequence[int]
    progress: Mapping[int, Progress]
    under_way: Mapping[Lane, int]


@dataclass(slots=True)
class Turn:
    """What a turn has written. `next_at` is when a delivery that waits is due again."""

    claims: list[tuple[Push, Claim]] = field(default_factory=list)
    running: frozenset[int] = frozenset()
    approved: bool = False
    lost: bool = False
    next_at: datetime | None = None

    def wait_until(self, at: datetime | None) -> None:
        if at is not None:
            self.next_at = at if self.next_at is None else min(self.next_at, at)


class Room:
    """Room for new deliveries. The most urgent lane has it all but for a foot in the door: every other lane
    that has nothing under way gets one place, for the pacer to be fair with.
    """

    def __init__(self, size: int, lanes: Sequence[Lane], under_way: Mapping[Lane, int]) -> None:
        self._feet = {lane for lane in lanes if lane != min(lanes) and not under_way.get(lane)}
        if size <= len(self._feet):
            self._feet.clear()
        self._left = max(0, size - len(self._feet))

    def of(self, lane: Lane) -> int:
        return self._left + (lane in self._feet)

    def take(self, lane: Lane, count: int) -> None:
        if count and lane in self._feet:
            self._feet.discard(lane)
            count -= 1
        self._left -= count


def take_turn(tx: Transaction, orders: Orders) -> Turn:
    """Outcomes and intents share a commit, so that a message costs less than one."""
    for push_id, settlements in orders.settled.items():
        ledger.settle(tx, push_id, settlements, orders.now)
    for change in orders.changed:
        _change_chat(tx, change, orders.now)
    for push_id in orders.refused:
        pushes.pause(tx, push_id)
    due = pushes.due(tx, orders.now)
    running = [push for push in due if push.state is PushState.RUNNING]
    turn = Turn(running=frozenset(push.id for push in running), approved=len(running) < len(due))
    in_time = [push for push in running if not _is_late(push, orders.now)]
    if in_time:
        _claim(tx, orders, in_time, turn)
    for push in due:
        if _is_late(push, orders.now):
            recovery.expire(tx, push.id, orders.now)
    return turn


def take_over(
    tx: Transaction, epoch: int, departed: Departed | None, policy: OnUnknown, now: datetime
) -> tuple[int, int]:
    """Intents of earlier epochs of which the outcome is known after all, and those that were given up."""
    known = recovery.believe(tx, epoch - 1, departed, now) if departed is not None else 0
    return known, recovery.abandon(tx, epoch, policy, now)


def plan_next(tx: Transaction, now: datetime, per_second: float) -> int | None:
    """Plan the most urgent approved push; its id. One a commit: a big one may take a second.

    A push to more chats than the permitted rate can serve in time has the time that it needs.
    """
    approved = next((push.id for push in pushes.due(tx, now) if push.state is PushState.APPROVED), None)
    if approved is not None:
        needs = timedelta(seconds=ROOM * ledger.plan(tx, approved) / per_second)
        recovery.allow_until(tx, approved, now + needs, now)
    return approved


def _is_late(push: Push, now: datetime) -> bool:
    return push.deliver_by is not None and push.deliver_by <= now


def _claim(tx: Transaction, orders: Orders, running: Sequence[Push], turn: Turn) -> None:
    room = Room(orders.room, [push.lane for push in running], orders.under_way)
    for push in running:
        progress = orders.progress.get(push.id, Progress())
        if progress.exhausted and not _is_again_due(tx, push, orders.now, turn):
            continue
        limit = room.of(push.lane)
        claim = _claim_of(tx, orders, push, progress, limit) if limit else None
        if claim is not None:
            room.take(push.lane, len(claim.deliveries))
            turn.claims.append((push, claim))
            if claim.exhausted:
                turn.wait_until(recovery.next_retry(tx, push.id))
        elif limit:
            turn.lost = True
            return


def _claim_of(tx: Transaction, orders: Orders, push: Push, progress: Progress, limit: int) -> Claim | None:
    return ledger.claim(
        tx,
        push.id,
        after=progress.after,
        limit=limit,
        bot_id=orders.lease.bot_id,
        epoch=orders.lease.epoch,
        now=orders.now,
    )


def _is_again_due(tx: Transaction, push: Push, now: datetime, turn: Turn) -> bool:
    at = recovery.next_retry(tx, push.id)
    turn.wait_until(at)
    return at is not None and at <= now


def _change_chat(tx: Transaction, change: Change, now: datetime) -> None:
    if isinstance(change, Moved):
        chats.move(tx, change.old, change.new, now)
    elif isinstance(change, Unthreaded):
        chats.leave_thread(tx, change.chat_id, change.thread_id)
    else:
        chats.end(tx, change.chat_id, change.state, change.why, now)
