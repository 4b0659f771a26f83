"""What stands around the engine in a simulation: a Telegram and a way to the database, both to be spoiled."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from delivery import outcomes
from delivery.outcomes import Failure, Outcome
from delivery.reasons import Reason
from storage.database import Database, StorageError, Transaction

T = TypeVar("T")
Key = tuple[int, int]
"""Push and reader."""

SLOWEST = 20.0
"""Seconds after which a request may still land whose sender gave it up long ago."""


class Inline(Executor):
    """Runs work where it is handed in, so that nothing depends on threads."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@dataclass(slots=True)
class Telegram:
    """Answers as its dice fall. `copies` counts what it took, `departed` is told of every request."""

    dice: random.Random
    trouble: float
    homes: dict[int, int]
    """Who lives at an address."""
    departed: Callable[[Key, bool], None]
    copies: Counter[Key] = field(default_factory=Counter)
    given: dict[int, Key] = field(default_factory=dict)
    """Whose message an id is."""
    outage: bool = False
    blocked: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    _on_its_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, prepared: bytes, *, excused: bool) -> Outcome:
        body = json.loads(prepared)
        key = int(body["text"]), self.homes[body["chat_id"]]
        self.departed(key, excused)
        outcome, lands = self._fate(body["chat_id"], key)
        is_late = isinstance(outcome, outcomes.Uncertain) and self.dice.random() < 0.2
        landing = asyncio.create_task(
            self._land(key, self.dice.uniform(0, SLOWEST) if is_late else None, lands)
        )
        self._on_its_way.add(landing)
        landing.add_done_callback(self._on_its_way.discard)
        try:
            await (asyncio.sleep(3) if is_late else asyncio.shield(landing))
            await asyncio.sleep(self.dice.expovariate(8))
        except asyncio.CancelledError:
            if self.dice.random() < 0.3:
                landing.cancel()
            raise
        return outcome

    async def act(self) -> Outcome:
        await asyncio.sleep(self.dice.expovariate(8))
        return outcomes.Uncertain("outage") if self.outage else outcomes.Done()

    def migrate(self, address: int, to: int) -> None:
        self.moved[address] = to
        self.homes[to] = self.homes[address]

    async def rest(self) -> None:
        """Until nothing is on its way any more."""
        while self._on_its_way:
            await asyncio.wait(self._on_its_way)

    async def _land(self, key: Key, seconds: float | None, lands: bool) -> None:
        await asyncio.sleep(self.dice.expovariate(8) if seconds is None else seconds)
        self.copies[key] += lands

    def _fate(self, address: int, key: Key) -> tuple[Outcome, bool]:
        """The outcome, and whether the message is there all the same."""
        if address in self.moved:
            return outcomes.Migrated(self.moved[address]), False
        if key[1] in self.blocked:
            return outcomes.Rejected(Reason.BLOCKED, "Forbidden: bot was blocked by the user"), False
        if self.outage:
            return outcomes.Uncertain("outage"), self.dice.random() < 0.2
        if self.dice.random() >= self.trouble:
            number = len(self.given) + 1
            self.given[number] = key
            return outcomes.Sent(number), True
        fates: list[tuple[Outcome, bool]] = [
            (outcomes.Uncertain(Failure.RESET), True),
            (outcomes.Uncertain(Failure.RESET), False),
            (outcomes.Unsent(Failure.CONNECT), False),
            (outcomes.Throttled(self.dice.randint(1, 20)), False),
            (outcomes.Rejected(Reason.OTHER, "Bad Request: something"), False),
        ]
        return self.dice.choice(fates)


class Wire(Database):
    """A process's own way to the database: it can be slow, be cut, and lose the word of a commit.

    `before` and `after` are called around every piece of work that gets through.
    """

    def __init__(
        self, db: Database, dice: random.Random, *, before: Callable[[], None], after: Callable[[], None]
    ) -> None:
        self._db = db
        self._dice = dice
        self._before = before
        self._after = after
        self.running = asyncio.Event()
        """Cleared, the process is stopped: nothing goes through, in either direction."""
        self.running.set()
        self.was_stopped = False
        self.cut = False
        self.loses = 0.0
        self.delay = 0.005

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._through(self._db.read, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        self._before()
        return await self._through(self._db.write, work)

    async def _through(self, way: Callable[..., Any], work: Callable[[Transaction], T]) -> T:
        await self._way("cut")
        answer: T = await way(work)
        self._after()
        await self._way("the word of a commit was lost")
        return answer

    async def _way(self, trouble: str) -> None:
        await asyncio.sleep(self._dice.expovariate(1 / self.delay))
        await self.running.wait()
        if self.cut or self._dice.random() < self.loses / 2:
            raise StorageError(trouble, temporary=True)
