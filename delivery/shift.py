"""One holding of the lease: turns of settling, claiming and sending."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from delivery import outcomes, planner, verdicts
from delivery.bodies import Bodies
from delivery.departures import Departures
from delivery.planner import Orders, Progress, Turn
from delivery.sender import LONGEST_HOLD, Caller, Errand, Pacer, Sender
from delivery.verdicts import Verdict
from storage import pushes, recovery
from storage.database import Database, StorageError
from storage.records import Claim, Delivery, Departed, Lease, OnUnknown, Push, PushState, Settlement

log = logging.getLogger(__name__)

SWEEP_EVERY = 5.0
"""Seconds between looks at an idle ledger, for what nobody woke us for."""

BRAKED_EVERY = 0.5
"""Seconds between looks at a brake that is on."""

AT_A_TIME = 16
"""Errands that are made ready before the event loop may turn to others."""

BAD_CONTENT = 3
"""Readers in a row whose copy Telegram refuses for what is in it, before the push is paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a shift works with. `now` is the wall clock, in UTC; `permitted` is messages a second.

    Nothing leaves while `braked` says so.
    """

    db: Database
    bodies: Bodies
    caller: Caller
    pacer: Pacer
    on_unknown: OnUnknown
    now: Callable[[], datetime]
    permitted: float = 30.0
    braked: Callable[[], bool] = lambda: False
    departures: Departures = field(default_factory=Departures)


class Shift:
    """Its tasks belong to `group`. `ring` wakes whoever calls `turn` before `rest_for` is over."""

    def __init__(
        self, tools: Tools, lease: Lease, group: asyncio.TaskGroup, *, ring: Callable[[], None]
    ) -> None:
        self.sender = Sender(
            tools.caller, tools.pacer, finished=self._note, now=tools.now, departures=tools.departures
        )
        self._tools = tools
        self._lease = lease
        self._group = group
        self._ring = ring
        self._progress: dict[int, Progress] = {}
        self._faults: Counter[int] = Counter()
        self._next_at: datetime | None = None
        self._look_first = True
        self._in_doubt = False
        self._braked = False
        self._group_size = planner.GROUP
        self._probing: asyncio.Task[None] | None = None

    @property
    def window(self) -> int:
        """`C`: how many deliveries may be under way, which is how many a death would leave uncertain."""
        return planner.window(self._tools.pacer.rate(), self.sender.latency)

    def look(self) -> None:
        """Something may be due that was not a moment ago."""
        self._look_first = True

    def doubt(self) -> None:
        """A commit failed, or the word of it was lost."""
        self._in_doubt = True

    def rest_for(self) -> float:
        """Seconds for which nothing is to do, unless somebody rings."""
        if self._look_first:
            return 0.0
        if self._braked:
            return BRAKED_EVERY
        if self.sender.has_work or not all(one.exhausted for one in self._progress.values()):
            return planner.flush_every(self._tools.pacer.rate())
        if self._next_at is None:
            return SWEEP_EVERY
        return min(SWEEP_EVERY, max(0.02, (self._next_at - self._tools.now()).total_seconds()))

    async def take_over(self, departed: Departed | None) -> None:
        """Settle or give up what earlier holders of the lease left without an outcome.

        `departed` is what is known of the last of them, if he is dead.
        """
        tools, epoch = self._tools, self._lease.epoch
        take_over = partial(planner.take_over, epoch=epoch, departed=departed, policy=tools.on_unknown)
        known, left = await tools.db.write(partial(take_over, now=tools.now()))
        tools.departures.begin(self._lease)
        if known:
            log.info("%d deliveries of an earlier sender had not left or were answered", known)
        if left:
            log.warning("%d deliveries were left uncertain by an earlier sender (%s)", left, tools.on_unknown)

    async def turn(self) -> bool:
        """Write what came back, claim and send what is due. False where the lease is not ours any more."""
        self._look_after_health()
        self._braked = self._tools.braked()
        self._group_size = planner.group(self._tools.pacer.rate())
        if self._in_doubt:
            await self._take_back()
        if (self._look_first or self._is_idle) and not await self._has_work():
            return True
        room = self._room()
        if not room and not self.sender.finished:
            return True
        turn = await self._write(room)
        self._look_first = turn.approved
        self._next_at = turn.next_at
        self._progress = {push_id: self._progress.get(push_id, Progress()) for push_id in turn.running}
        for push, claim in turn.claims:
            await self._dispatch(push, claim)
        return not turn.lost

    async def end(self, patience: float) -> None:
        """Recall what has not left, wait (seconds) for the rest, and write down what became of all."""
        if self._probing is not None:
            self._probing.cancel()
        await self.sender.drain(patience)
        await self._write(0)

    @property
    def _is_idle(self) -> bool:
        return not (self._progress or self.sender.has_work)

    async def _has_work(self) -> bool:
        """Plan the most urgent push that waits for it."""
        db, now = self._tools.db, self._tools.now()
        due = await db.read(partial(pushes.due, now=now))
        if any(push.state is PushState.APPROVED for push in due):
            planned = await db.write(partial(planner.plan_next, now=now, per_second=self._tools.permitted))
            self._progress.pop(planned or 0, None)
        self._look_first = False
        return bool(due) or self.sender.has_work

    async def _write(self, room: int) -> Turn:
        collected = self.sender.collect()
        orders = self._orders(collected, room)
        try:
            turn = await self._tools.db.write(partial(planner.take_turn, orders=orders))
        except StorageError:
            self.sender.restore(collected)
            raise
        self._tools.departures.settled(delivery for delivery, _ in collected)
        return turn

    def _orders(self, collected: list[tuple[Delivery, Verdict]], room: int) -> Orders:
        now, policy = self._tools.now(), self._tools.on_unknown
        settled: dict[int, list[Settlement]] = defaultdict(list)
        for delivery, verdict in collected:
            settled[delivery.push_id].append(verdicts.settlement(delivery, verdict, policy, now))
        changes = [verdicts.consequence(delivery, verdict) for delivery, verdict in collected]
        return Orders(
            lease=self._lease,
            now=now,
            room=room,
            settled=settled,
            changed=[change for change in changes if change is not None],
            refused=self._refused(collected),
            progress=self._progress,
            under_way=self.sender.lanes,
        )

    def _room(self) -> int:
        if self._braked or self._tools.pacer.paused_for() > LONGEST_HOLD:
            self.sender.recall()
            return 0
        return max(0, self.sender.health.capacity(self.window) - self.sender.under_way)

    def _refused(self, collected: list[tuple[Delivery, Verdict]]) -> list[int]:
        """The pushes whose message itself is at fault, so that every chat would refuse it."""
        for delivery, verdict in collected:
            if isinstance(verdict, outcomes.Sent):
                self._faults.pop(delivery.push_id, None)
            elif isinstance(verdict, outcomes.Rejected) and verdict.everywhere:
                self._faults[delivery.push_id] += 1
                log.error("push %d is refused for what is in it: %s", delivery.push_id, verdict.said)
        refused = [push_id for push_id, faults in self._faults.items() if faults >= BAD_CONTENT]
        for push_id in refused:
            del self._faults[push_id]
        return refused

    async def _dispatch(self, push: Push, claim: Claim) -> None:
        self._progress[push.id] = Progress(after=claim.after, exhausted=claim.exhausted)
        bodies = self._tools.bodies
        for number, delivery in enumerate(claim.deliveries):
            try:
                prepared = bodies.kept(push, delivery) or await bodies.get(push, delivery)
            except Exception as error:
                self._give_back(claim.deliveries[number:])
                await self._cannot_prepare(push, error)
                return
            self.sender.carry(Errand(delivery, push.lane, prepared), self._group)
            if number % AT_A_TIME == AT_A_TIME - 1:
                await asyncio.sleep(0)

    def _give_back(self, deliveries: tuple[Delivery, ...]) -> None:
        for delivery in deliveries:
            self.sender.give_back(delivery)

    async def _cannot_prepare(self, push: Push, error: Exception) -> None:
        """A database that is away comes back; a message that cannot be rendered waits for an editor."""
        if isinstance(error, StorageError):
            raise error
        log.error("push %d cannot be prepared and is paused", push.id, exc_info=error)
        await self._tools.db.write(partial(pushes.pause, push_id=push.id))

    async def _take_back(self) -> None:
        known = self.sender.keys()
        now = self._tools.now()
        take_back = partial(recovery.take_back, epoch=self._lease.epoch, known=known, now=now)
        await self._tools.db.write(take_back)
        self._in_doubt = False

    def _note(self) -> None:
        if self.sender.health.ill or self.sender.finished >= self._group_size:
            self._ring()

    def _look_after_health(self) -> None:
        if self.sender.health.ill and self._probing is None:
            log.warning("Telegram is in trouble; nothing is sent until it answers a harmless call")
            self._probing = self._group.create_task(self._probe())

    async def _probe(self) -> None:
        health = self.sender.health
        while health.ill:
            await asyncio.sleep(health.pause)
            health.probed(await self._tools.caller.act("getMe"))
        self._probing = None
        log.info("Telegram answers again")
        self._ring()
