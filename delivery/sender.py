"""Deliveries whose intents are committed, on their way: a turn to leave, a request, a verdict."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

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


class Caller(Protocol):
    """Telegram, as delivery needs it."""

    async def send(self, method: str, prepared: bytes) -> Outcome: ...

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome: ...


class Pacer(Protocol):
    """The pace of the token."""

    def ask(self, lane: Lane, chat_id: int, leave: Callable[[], object], *, cost: int = 1) -> Ask: ...

    def withdraw(self, ask: Ask) -> None: ...

    def landed(self, ask: Ask) -> None: ...

    def throttled(self, chat_id: int | None, seconds: float) -> None: ...

    def delay(self, chat_id: int) -> float: ...

    def rate(self) -> float: ...

    def paused_for(self) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class Errand:
    delivery: Delivery
    lane: Lane
    prepared: Prepared


class Sender:
    """Carries errands at once, as many as it is given. `finished` is told of each that ends.

    What waits for its turn is an ask of the pacer's; only what has left is a task.
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
        self._left: dict[asyncio.Task[Outcome], Errand] = {}
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
        if self._left:
            await asyncio.wait([*self._left], timeout=patience)
        if tasks := [*self._left]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def keys(self) -> set[Attempt]:
        """All that was given and not collected."""
        under_way = [errand.delivery for errand in (*self._waiting, *self._left.values())]
        return {one.key for one in (*under_way, *(delivery for delivery, _ in self._verdicts))}

    def _leave(self, errand: Errand, group: asyncio.TaskGroup) -> None:
        """Its turn has come."""
        ask = self._waiting.pop(errand)
        if self.health.ill or asyncio.get_running_loop().time() >= self._until:
            self._end(errand, Held())
            return
        self._departures.left(errand.delivery)
        task = group.create_task(self._call(errand))
        self._left[task] = errand
        task.add_done_callback(partial(self._answered, ask))

    async def _call(self, errand: Errand) -> Outcome:
        clock = asyncio.get_running_loop().time
        started = clock()
        delivery = errand.delivery
        silent = is_silent(delivery, errand.lane, self._now())
        body = errand.prepared.body(delivery, silent=silent)
        call = self._caller.act if delivery.act is Act.EDIT else self._caller.send
        outcome = await call(errand.prepared.method, body)
        if isinstance(outcome, outcomes.Sent):
            self.latency += WEIGHT * (min(clock() - started, SLOWEST_LATENCY) - self.latency)
        elif isinstance(outcome, outcomes.Throttled):
            self._throttled(errand.delivery.address, outcome.seconds)
        return outcome

    def _throttled(self, address: int, seconds: float) -> None:
        self._pacer.throttled(address, seconds)
        if seconds > LONGEST_HOLD:
            for errand in [one for one in self._waiting if one.delivery.address == address]:
                self._hold(errand, seconds)

    def _hold(self, errand: Errand, seconds: float = 0.0) -> None:
        self._pacer.withdraw(self._waiting.pop(errand))
        self._end(errand, Held(seconds))

    def _answered(self, ask: Ask, task: asyncio.Task[Outcome]) -> None:
        self._pacer.landed(ask)
        errand, outcome = self._left.pop(task), _verdict(task)
        self._departures.answered(errand.delivery, outcome)
        self._end(errand, outcome)

    def _end(self, errand: Errand, verdict: Verdict) -> None:
        self.lanes[errand.lane] -= 1
        self._verdicts.append((errand.delivery, verdict))
        self.health.note(verdict)
        if self.health.ill:
            self.recall()
        self._tell()


def _verdict(task: asyncio.Task[Outcome]) -> Outcome:
    """A task that was cancelled had left."""
    return (
        outcomes.Uncertain("the sender stopped before the answer came") if task.cancelled() else task.result()
    )
