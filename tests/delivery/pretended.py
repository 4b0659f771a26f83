"""What stands around the engine in a simulation: a Telegram and a way to the database, both to be spoiled."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from delivery import outcomes
from delivery.outcomes import Failure, Outcome
from delivery.reasons import Reason
from storage.database import Database, StorageError, Transaction
from storage.records import ChatKind, Delivery

T = TypeVar("T")
Key = tuple[int, int]
"""Push and reader."""

TIME_OUT, SLOWEST, SLOWEST_EDIT = 3.0, 20.0, 6.0
"""Seconds before a sender gives a request up, and in which it may land all the same.

An edit that lands later than a sender waits before the next one would undo it, and nobody could know.
"""


def delivery(chat_id: int = 5, **changes: Any) -> Delivery:
    """A private chat's copy of push 1."""
    plain: dict[str, Any] = {
        "push_id": 1,
        "chat_id": chat_id,
        "part": 0,
        "attempt": 1,
        "doubts": 0,
        "revision": None,
        "address": chat_id,
        "thread_id": None,
        "kind": ChatKind.PRIVATE,
        "language": "ar",
        "zone": "UTC",
    }
    return Delivery(**plain | changes)


class Inline(Executor):
    """Runs work where it is handed in, so that nothing depends on threads."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class Observer(Protocol):
    """Who sees what Telegram sees."""

    def departs(self, key: Key, edited: int | None, excused: bool) -> None:
        """A request has left: for a new message, or for message `edited`."""
        ...

    def shows(self, number: int, revision: str) -> None:
        """A message shows this revision from now on."""
        ...


@dataclass(slots=True)
class Telegram:
    """Answers as its dice fall. `copies` counts the messages that it took for a push and a reader."""

    dice: random.Random
    trouble: float
    homes: dict[int, int]
    """Who lives at an address."""
    observer: Observer
    copies: Counter[Key] = field(default_factory=Counter)
    given: dict[int, tuple[Key, int]] = field(default_factory=dict)
    """Whose message a number is, and the address that it went to."""
    outage: Outcome | None = None
    blocked: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    _on_its_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, prepared: bytes, *, excused: bool) -> Outcome:
        body = json.loads(prepared)
        push, _, revision = body["text"].partition(":")
        key = int(push), self.homes[body["chat_id"]]
        self.observer.departs(key, None, excused)
        outcome, lands = self._fate(body["chat_id"], key[1])
        number = len(self.given) + 1
        if lands:
            self.given[number] = key, body["chat_id"]

        def land() -> None:
            self.copies[key] += 1
            self.observer.shows(number, revision)

        landing = self._landing(land if lands else None, outcome, SLOWEST)
        answer = outcomes.Sent(number) if isinstance(outcome, outcomes.Done) else outcome
        return await self._answer(landing, answer)

    async def edit(self, prepared: bytes, *, excused: bool) -> Outcome:
        body = json.loads(prepared)
        push, _, revision = body["text"].partition(":")
        number = body["message_id"]
        (_, reader), address = self.given[number]
        self.observer.departs((int(push), reader), number, excused)
        outcome, lands = self._fate(body["chat_id"], reader)
        if address != body["chat_id"]:
            outcome, lands = outcomes.Rejected(Reason.COPY_NOT_FOUND, "message to edit not found"), False

        def land() -> None:
            self.observer.shows(number, revision)

        return await self._answer(self._landing(land if lands else None, outcome, SLOWEST_EDIT), outcome)

    async def act(self) -> Outcome:
        await asyncio.sleep(self.dice.expovariate(8))
        return self.outage or outcomes.Done()

    def migrate(self, address: int, to: int) -> None:
        self.moved[address] = to
        self.homes[to] = self.homes[address]

    async def rest(self) -> None:
        """Until nothing is on its way any more."""
        while self._on_its_way:
            await asyncio.wait(self._on_its_way)

    def _landing(self, land: Callable[[], None] | None, outcome: Outcome, slowest: float) -> Landing:
        """On its way whatever becomes of its sender; what nobody waits for may take its time."""
        is_late = isinstance(outcome, outcomes.Uncertain) and self.dice.random() < 0.2
        seconds = self.dice.uniform(0, slowest) if is_late else self.dice.expovariate(8)
        task = asyncio.create_task(_after(seconds, land))
        self._on_its_way.add(task)
        task.add_done_callback(self._on_its_way.discard)
        return Landing(task, is_late)

    async def _answer(self, landing: Landing, outcome: Outcome) -> Outcome:
        try:
            await (asyncio.sleep(TIME_OUT) if landing.is_late else asyncio.shield(landing.task))
            await asyncio.sleep(self.dice.expovariate(8))
        except asyncio.CancelledError:
            if self.dice.random() < 0.3:
                landing.task.cancel()
            raise
        return outcome

    def _fate(self, address: int, reader: int) -> tuple[Outcome, bool]:
        """The outcome, and whether what was asked happens all the same."""
        if address in self.moved:
            return outcomes.Migrated(self.moved[address]), False
        if reader in self.blocked:
            return outcomes.Rejected(Reason.BLOCKED, "Forbidden: bot was blocked by the user"), False
        if self.outage is not None:
            lands = isinstance(self.outage, outcomes.Uncertain) and self.dice.random() < 0.2
            return self.outage, lands
        if self.dice.random() >= self.trouble:
            return outcomes.Done(), True
        fates: list[tuple[Outcome, bool]] = [
            (outcomes.Uncertain(Failure.RESET), True),
            (outcomes.Uncertain(Failure.RESET), False),
            (outcomes.Unsent(Failure.CONNECT), False),
            (outcomes.Throttled(self.dice.randint(1, 20)), False),
            (outcomes.Rejected(Reason.OTHER, "Bad Request: something"), False),
        ]
        return self.dice.choice(fates)


@dataclass(frozen=True, slots=True)
class Landing:
    """`is_late`: its sender gives it up before it arrives."""

    task: asyncio.Task[None]
    is_late: bool


async def _after(seconds: float, land: Callable[[], None] | None) -> None:
    await asyncio.sleep(seconds)
    if land is not None:
        land()


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
