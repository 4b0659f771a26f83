"""Deliveries whose intents are committed, on their way: a permit, a request, a verdict."""

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
from delivery.health import Health
from delivery.loudness import is_silent
from delivery.outcomes import Outcome
from delivery.verdicts import Held, Verdict
from storage.records import Delivery, Lane

LONGEST_HOLD = 2.0
"""Seconds that an intent may wait for its own chat; one that would wait longer is given back instead."""

FIRST_LATENCY, SLOWEST_LATENCY, WEIGHT = 0.1, 3.0, 0.1
"""Seconds from request to answer: assumed, counted at most, and the weight of a new one in the mean."""


class Caller(Protocol):
    """Telegram, as delivery needs it."""

    async def send(self, method: str, prepared: bytes) -> Outcome: ...

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome: ...


class Pacer(Protocol):
    """The pace of the token."""

    async def acquire(self, lane: Lane, chat_id: int | None = None) -> None: ...

    def throttled(self, chat_id: int | None, seconds: float) -> None: ...

    def delay(self, chat_id: int) -> float: ...

    def rate(self) -> float: ...

    def paused_for(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Errand:
    delivery: Delivery
    lane: Lane
    prepared: Prepared


class Sender:
    """Carries errands at once, as many as it is given. `finished` is told of each that ends."""

    def __init__(
        self,
        caller: Caller,
        pacer: Pacer,
        *,
        finished: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self.health = Health()
        self.latency = FIRST_LATENCY
        self.lanes: Counter[Lane] = Counter()
        self._caller = caller
        self._pacer = pacer
        self._tell = finished
        self._now = now
        self._waiting: dict[asyncio.Task[Verdict], Errand] = {}
        self._left: dict[asyncio.Task[Verdict], Errand] = {}
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
        task = group.create_task(self._carry(errand))
        self._waiting[task] = errand
        self.lanes[errand.lane] += 1
        task.add_done_callback(partial(self._end, errand))

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
        for task in self._waiting:
            task.cancel()

    async def drain(self, patience: float) -> None:
        """Wait so long (seconds) for what has left, then give it up as uncertain."""
        self.recall()
        if tasks := [*self._waiting, *self._left]:
            await asyncio.wait(tasks, timeout=patience)
        if tasks := [*self._left]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def keys(self) -> set[tuple[int, int, int, int]]:
        """Push, chat, part and attempt of all that was given and not collected."""
        under_way = [errand.delivery for errand in (*self._waiting.values(), *self._left.values())]
        return {key_of(one) for one in (*under_way, *(delivery for delivery, _ in self._verdicts))}

    async def _carry(self, errand: Errand) -> Verdict:
        return await self._wait(errand) or await self._call(errand)

    async def _wait(self, errand: Errand) -> Held | None:
        """None once it may leave, which is at once."""
        address = errand.delivery.address
        if (delay := self._pacer.delay(address)) > LONGEST_HOLD:
            return Held(delay)
        await self._pacer.acquire(errand.lane, address)
        if self.health.ill or asyncio.get_running_loop().time() >= self._until:
            return Held()
        self._depart()
        return None

    def _depart(self) -> None:
        task = asyncio.current_task()
        if (errand := self._waiting.pop(task, None)) is not None:  # type: ignore[arg-type] # it runs as a task
            self._left[task] = errand  # type: ignore[index] # the same

    async def _call(self, errand: Errand) -> Outcome:
        clock = asyncio.get_running_loop().time
        started = clock()
        delivery = errand.delivery
        silent = is_silent(delivery, errand.lane, self._now())
        body = errand.prepared.body(delivery.address, delivery.thread_id, silent=silent)
        outcome = await self._caller.send(errand.prepared.method, body)
        if isinstance(outcome, outcomes.Sent):
            self.latency += WEIGHT * (min(clock() - started, SLOWEST_LATENCY) - self.latency)
        elif isinstance(outcome, outcomes.Throttled):
            self._pacer.throttled(errand.delivery.address, outcome.seconds)
        return outcome

    def _end(self, errand: Errand, task: asyncio.Task[Verdict]) -> None:
        verdict = _verdict(task, has_left=self._left.pop(task, None) is not None)
        self._waiting.pop(task, None)
        self.lanes[errand.lane] -= 1
        self._verdicts.append((errand.delivery, verdict))
        self.health.note(verdict)
        if self.health.ill:
            self.recall()
        self._tell()


def _verdict(task: asyncio.Task[Verdict], *, has_left: bool) -> Verdict:
    """A cancelled task is a recall: harmless before the request leaves, a doubt after it."""
    if not task.cancelled():
        return task.result()
    return outcomes.Uncertain("the sender stopped before the answer came") if has_left else Held()


def key_of(delivery: Delivery) -> tuple[int, int, int, int]:
    return delivery.push_id, delivery.chat_id, delivery.part, delivery.attempt
