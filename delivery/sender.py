"""Deliveries whose intents are committed, on their way: a turn to leave, a request, a verdict."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from delivery import outcomes
from delivery.bodies import Prepared
from delivery.departures import Departures
from delivery.health import Health
from delivery.lanes import Ask
from delivery.loudness import is_silent
from delivery.outcomes import Outcome
from delivery.verdicts import Held, Verdict
from storage.records import Act, Attempt, Delivery, Lane

LONGEST_HOLD = 2.0
"""Seconds that an intent may wait for its own chat; one that would wait longer is given back instead."""

FIRST_LATENCY, SLOWEST_LATENCY, WEIGHT = 0.1, 10.0, 0.1
"""Seconds from request to answer: assumed, counted at most, and the weight of a new one in the mean."""


_STOPPED = outcomes.Uncertain("the sender stopped before the answer came")
"""A call that is cancelled had left."""

Told = Callable[[Outcome], None]


class Caller(Protocol):
    """Telegram, as delivery needs it.

    `begin` is a `send` or an `act` that leaves at once, and it returns how to give that up; or None, where it
    has to wait. `told` is not called before it returns.
    """

    async def send(self, method: str, prepared: bytes) -> Outcome: ...

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome: ...

    def begin(
        self, method: str, prepared: bytes, told: Told, *, is_act: bool
    ) -> Callable[[], object] | None: ...


class Pacer(Protocol):
    """The pace of the token."""

    def ask(self, lane: Lane, chat_id: int, leave: Callable[[], object], *, cost: int = 1) -> Ask: ...

    def withdraw(self, ask: Ask) -> None: ...

    def landed(self, ask: Ask) -> None: ...

    def throttled(self, chat_id: int | None, seconds: float) -> None: ...

    def delay(self, chat_id: int) -> float: ...

    def rate(self) -> float: ...

    def paused_for(self) -> float: ...


# Two for each message, so of the kinds that are made the quickest.
@dataclass(slots=True, eq=False)
class Errand:
    delivery: Delivery
    lane: Lane
    prepared: Prepared


class Flight(NamedTuple):
    """What has left: whom to tell, and how to give it up."""

    told: Told
    give_up: Callable[[], object]


class Sender:
    """Carries errands at once, as many as it is given. `finished` is told of each that ends.

    What waits for its turn is an ask of the pacer's. What has left is a task only where it had to wait for a
    connection: a task for each message costs as much as all else that is done for it here.
    """

    def __init__(
        self,
        caller: Caller,
        pacer: Pacer,
        *,
        finished: Callable[[], None],
        now: Callable[[], datetime],
        departures: Departures,
    ) -> None:
        self.health = Health()
        self.latency = FIRST_LATENCY
        self.lanes: Counter[Lane] = Counter()
        self._caller = caller
        self._pacer = pacer
        self._tell = finished
        self._now = now
        self._departures = departures
        self._waiting: dict[Errand, Ask] = {}
        self._left: dict[Errand, Flight] = {}
        self._landed = asyncio.Event()
        self._verdicts: list[tuple[Delivery, Verdict]] = []
        self._until = 0.0

    @property
    def under_way(self) -> int:
        return len(self._waiting) + len(self._left)

    @property
    def has_work(self) -> bool:
        return bool(self._waiting or self._left or self._verdicts)

    @property
    def finished(self) -> int:
        return len(self._verdicts)

    def trust_until(self, until: float) -> None:
        """Nothing leaves after this time of the loop's clock: the lease may be somebody else's then."""
        self._until = until

    def carry(self, errand: Errand, group: asyncio.TaskGroup) -> None:
        self.lanes[errand.lane] += 1
        address = errand.delivery.address
        if (delay := self._pacer.delay(address)) > LONGEST_HOLD:
            self._end(errand, Held(delay))
            return
        leave = partial(self._leave, errand, group)
        self._waiting[errand] = self._pacer.ask(errand.lane, address, leave, cost=errand.prepared.cost)

    def give_back(self, delivery: Delivery) -> None:
        """For a delivery that cannot even be begun."""
        self._verdicts.append((delivery, Held()))

    def collect(self) -> list[tuple[Delivery, Verdict]]:
        """The verdicts since the last time. They are the caller's now."""
        verdicts, self._verdicts = self._verdicts, []
        return verdicts

    def restore(self, verdicts: list[tuple[Delivery, Verdict]]) -> None:
        """Take back what could not be written."""
        self._verdicts[:0] = verdicts

    def recall(self) -> None:
        """Stop all that has not left; each comes back as held."""
        for errand in [*self._waiting]:
            self._hold(errand)

    async def drain(self, patience: float) -> None:
        """Wait so long (seconds) for what has left, then give it up as uncertain."""
        self.recall()
        self._landed.clear()
        if self._left:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._landed.wait()
        for flight in [*self._left.values()]:
            flight.told(_STOPPED)
            flight.give_up()

    def keys(self) -> set[Attempt]:
        """All that was given and not collected."""
        under_way = [errand.delivery for errand in (*self._waiting, *self._left)]
        return {one.key for one in (*under_way, *(delivery for delivery, _ in self._verdicts))}

    def _leave(self, errand: Errand, group: asyncio.TaskGroup) -> None:
        """Its turn has come."""
        ask = self._waiting.pop(errand)
        now = asyncio.get_running_loop().time()
        if self.health.ill or now >= self._until:
            self._end(errand, Held())
            return
        self._departures.left(errand.delivery)
        delivery, is_act = errand.delivery, errand.delivery.act is Act.EDIT
        silent = delivery.quiet_from is not None and is_silent(delivery, errand.lane, self._now())
        body = errand.prepared.body(delivery, silent=silent)
        told = partial(self._answered, errand, ask, now)
        give_up = self._caller.begin(errand.prepared.method, body, told, is_act=is_act)
        if give_up is None:
            call = self._caller.act if is_act else self._caller.send
            give_up = group.create_task(_wait(partial(call, errand.prepared.method, body), told)).cancel
        self._left[errand] = Flight(told, give_up)

    def _throttled(self, address: int, seconds: float) -> None:
        self._pacer.throttled(address, seconds)
        if seconds > LONGEST_HOLD:
            for errand in [one for one in self._waiting if one.delivery.address == address]:
                self._hold(errand, seconds)

    def _hold(self, errand: Errand, seconds: float = 0.0) -> None:
        self._pacer.withdraw(self._waiting.pop(errand))
        self._end(errand, Held(seconds))

    def _answered(self, errand: Errand, ask: Ask, left_at: float, outcome: Outcome) -> None:
        if self._left.pop(errand, None) is None:
            return  # it was given up
        self._pacer.landed(ask)
        if isinstance(outcome, outcomes.Sent):
            took = asyncio.get_running_loop().time() - left_at
            self.latency += WEIGHT * (min(took, SLOWEST_LATENCY) - self.latency)
        elif isinstance(outcome, outcomes.Throttled):
            self._throttled(errand.delivery.address, outcome.seconds)
        self._departures.answered(errand.delivery, outcome)
        self._end(errand, outcome)
        if self.health.ill:
            self.recall()
        if not self._left:
            self._landed.set()

    def _end(self, errand: Errand, verdict: Verdict) -> None:
        self.lanes[errand.lane] -= 1
        self._verdicts.append((errand.delivery, verdict))
        self.health.note(verdict)
        self._tell()


async def _wait(call: Callable[[], Awaitable[Outcome]], told: Told) -> None:
    outcome: Outcome = _STOPPED
    try:
        outcome = await call()
    finally:
        told(outcome)
