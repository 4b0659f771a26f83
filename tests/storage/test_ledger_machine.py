"""The ledger against every order of events: the promises of DESIGN §4 hold after each of them.

The machine is the world around the ledger: senders that die, requests that land or do not, answers that come,
come late or never, editors who pause, cancel and halt.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from readership import NOON, add_readers, approve_push

from storage import doubts, engine, leases, ledger, pushes, recovery
from storage.database import Transaction
from storage.records import Claim, Delivery, DeliveryState, OnUnknown, PushState, Settlement
from storage.schema import delivery, metadata, push

T = TypeVar("T")
BOT = 7
TTL = timedelta(seconds=15)
READERS = 8


@dataclass(slots=True)
class Attempt:
    """What the world knows of an intent: `landed` is None until its request has left."""

    delivery: Delivery
    epoch: int
    landed: bool | None = None


class Ledger(RuleBasedStateMachine):
    policy = OnUnknown.PARK
    most = 1

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ajil-ledger-"))
        self.writer = engine.writing(engine.parse(f"sqlite:///{self.folder / 'ajil.db'}"))
        metadata.create_all(self.writer)
        self.now = NOON
        self.epoch = 0
        self.after = 0
        self.stopped = False
        self.halted = False
        self.alive: list[Attempt] = []
        self.orphans: list[Attempt] = []
        self.copies: Counter[int] = Counter()

    def teardown(self) -> None:
        self.writer.dispose()
        shutil.rmtree(self.folder)

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self.writer.begin() as tx:
            return work(tx)

    @initialize()
    def open(self) -> None:
        def work(tx: Transaction) -> int:
            add_readers(tx, range(1, READERS + 1))
            return approve_push(tx)

        self.push_id = self.write(work)
        self.write(lambda tx: ledger.plan(tx, self.push_id))
        self.take_over()

    @rule()
    def take_over(self) -> None:
        """The sender dies, or is only cut off, and another begins."""

        def work(tx: Transaction) -> int:
            lease = leases.acquire(tx, BOT, "a", TTL, dead=leases.holder(tx, BOT))
            assert lease is not None
            recovery.abandon(tx, lease.epoch, self.policy, self.now)
            return lease.epoch

        self.epoch = self.write(work)
        self.after = 0
        self.orphans += self.alive
        self.alive = []

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        claim = self.write(lambda tx: self._claim(tx, limit, self.epoch))
        assert claim is not None
        assert not (claim.deliveries and (self.stopped or self.halted)), "G4"
        self.after = claim.after
        self.alive += [Attempt(delivery, self.epoch) for delivery in claim.deliveries]

    @rule()
    def claim_without_the_lease(self) -> None:
        assert self.write(lambda tx: self._claim(tx, 3, self.epoch - 1)) is None

    @precondition(lambda self: any(one.landed is None for one in (*self.alive, *self.orphans)))
    @rule(data=st.data(), lands=st.booleans())
    def request(self, data: st.DataObject, lands: bool) -> None:
        """A request leaves. That of a sender that was cut off too, if it was on its way."""
        waiting = [one for one in (*self.alive, *self.orphans) if one.landed is None]
        attempt = data.draw(st.sampled_from(waiting))
        attempt.landed = lands
        self.copies[attempt.delivery.chat_id] += lands

    @precondition(lambda self: self.alive or self.orphans)
    @rule(data=st.data(), honest=st.booleans())
    def answer(self, data: st.DataObject, honest: bool) -> None:
        """What became of an attempt is recorded, or only that nobody knows."""
        attempt = data.draw(st.sampled_from([*self.alive, *self.orphans]))
        settlement = self._settlement(attempt, honest=honest, data=data)
        self.write(lambda tx: ledger.settle(tx, self.push_id, [settlement], self.now))
        self.alive = [one for one in self.alive if one is not attempt]
        self.orphans = [one for one in self.orphans if one is not attempt]

    @rule()
    def lose_the_word_of_a_commit(self) -> None:
        """The sender does not know of intents that it has not sent; it takes them back."""
        known = {one.delivery.key for one in self.alive if one.landed is not None}
        self.write(lambda tx: recovery.take_back(tx, self.epoch, known, self.now))
        self.alive = [one for one in self.alive if one.landed is not None]

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def pause(self) -> None:
        self.stopped |= self.write(lambda tx: pushes.pause(tx, self.push_id))

    @rule()
    def unpause(self) -> None:
        if self.write(lambda tx: pushes.unpause(tx, self.push_id)):
            self.stopped = False

    @rule()
    def cancel(self) -> None:
        self.stopped |= self.write(lambda tx: pushes.cancel(tx, self.push_id, self.now))

    @rule()
    def halt(self) -> None:
        self.write(lambda tx: leases.halt(tx, "editor:1"))
        self.halted = True

    @rule()
    def unhalt(self) -> None:
        self.write(leases.unhalt)
        self.halted = False

    @invariant()
    def every_delivery_is_counted(self) -> None:
        """G1, by the rows and by the counters."""
        assert self.write(recovery.verify) == []

    @invariant()
    def nobody_gets_too_many(self) -> None:
        """G3."""
        assert max(self.copies.values(), default=0) <= self.most

    @invariant()
    def nobody_has_what_was_never_sent(self) -> None:
        if not hasattr(self, "push_id"):
            return
        never = sa.select(delivery.c.chat_id).where(delivery.c.state.in_(("cancelled", "expired")))
        chats = self.write(lambda tx: tx.execute(never).scalars().all())
        assert not any(self.copies[chat_id] for chat_id in chats)

    @invariant()
    def a_push_that_ended_has_nothing_left_to_begin(self) -> None:
        if not hasattr(self, "push_id"):
            return
        push = self.write(lambda tx: pushes.by_id(tx, self.push_id))
        assert push is not None
        if push.state is PushState.DONE:
            assert push.counts.open == 0
        if push.state is PushState.CANCELLED:
            assert push.counts.open <= len(self.alive) + len(self.orphans)

    def _claim(self, tx: Transaction, limit: int, epoch: int) -> Claim | None:
        return ledger.claim(
            tx, self.push_id, after=self.after, limit=limit, bot_id=BOT, epoch=epoch, now=self.now
        )

    def _settlement(self, attempt: Attempt, *, honest: bool, data: st.DataObject) -> Settlement:
        one = attempt.delivery
        state, doubts = DeliveryState.UNKNOWN, one.doubts + 1
        if attempt.landed is None or (honest and not attempt.landed):
            state, doubts = (
                data.draw(st.sampled_from([DeliveryState.RETRY_AT, DeliveryState.REJECTED])),
                one.doubts,
            )
        elif honest:
            state, doubts = DeliveryState.SENT, one.doubts
        elif self.policy is OnUnknown.RESEND_ONCE and not one.doubts:
            state = DeliveryState.RETRY_AT
        # A request that has not been sent when its outcome is written will not be sent.
        attempt.landed = bool(attempt.landed)
        return Settlement(
            chat_id=one.chat_id,
            part=one.part,
            attempt=one.attempt,
            state=state,
            not_before=self.now + timedelta(seconds=7) if state is DeliveryState.RETRY_AT else None,
            doubts=doubts,
        )


class LedgerThatResends(Ledger):
    policy = OnUnknown.RESEND_ONCE
    most = 2


class LedgerAndEditors(Ledger):
    """With editors who decide about what is unknown."""

    most = 2

    @rule()
    def resend(self) -> None:
        self.write(lambda tx: doubts.resend(tx, self.push_id, self.now, None))

    @rule()
    def leave(self) -> None:
        self.write(lambda tx: doubts.leave(tx, self.push_id))

    @rule()
    def expire(self) -> None:
        """Time is up, for now."""

        def work(tx: Transaction) -> None:
            tx.execute(sa.update(push).values(deliver_by=self.now))
            recovery.expire(tx, self.push_id, self.now)
            tx.execute(sa.update(push).values(deliver_by=None))

        self.write(work)


EFFORT = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TestPark = Ledger.TestCase
TestPark.settings = EFFORT
TestResendOnce = LedgerThatResends.TestCase
TestResendOnce.settings = EFFORT
TestEditors = LedgerAndEditors.TestCase
TestEditors.settings = settings(EFFORT, max_examples=25)
