"""The real engine on a virtual clock: couriers that die or are cut off, a Telegram that fails, by one seed.

Whoever judges looks at what the pretended Telegram took, beside what the ledger says.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from readership import FIRST, NOON, add_readers, approve_push

from delivery import outcomes
from delivery.bodies import Bodies
from delivery.courier import Courier
from delivery.flow import Limits
from delivery.outcomes import Failure, Outcome
from delivery.pacer import Pacer
from delivery.reasons import Reason
from delivery.shift import Tools
from newsroom.message import Message
from storage import leases, pushes, recovery
from storage.database import Database, StorageError, Transaction
from storage.records import Composed, Lane, OnUnknown, Push, PushState, Variant
from storage.schema import delivery

T = TypeVar("T")
BOT = 7
READERS = 40
END = (PushState.DONE, PushState.CANCELLED)
LIMITS = Limits(per_second=30, per_chat=1, per_group_minute=20)


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
    """Answers as its dice fall. `copies` counts what it took, by push and chat."""

    dice: random.Random
    trouble: float
    copies: Counter[tuple[int, int]] = field(default_factory=Counter)
    outage: bool = False
    asked: int = 0

    async def send(self, method: str, prepared: bytes) -> Outcome:
        self.asked += 1
        body = json.loads(prepared)
        key = int(body["text"]), body["chat_id"] - FIRST
        await asyncio.sleep(self.dice.expovariate(8))
        outcome, landed = self._fate()
        self.copies[key] += landed
        await asyncio.sleep(self.dice.expovariate(8))
        return outcome

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        await asyncio.sleep(self.dice.expovariate(8))
        return outcomes.Uncertain("outage") if self.outage else outcomes.Done()

    def _fate(self) -> tuple[Outcome, bool]:
        """The outcome, and whether the message is there all the same."""
        if self.outage:
            return outcomes.Uncertain("outage"), self.dice.random() < 0.2
        if self.dice.random() >= self.trouble:
            return outcomes.Sent(self.asked), True
        fates: list[tuple[Outcome, bool]] = [
            (outcomes.Uncertain(Failure.RESET), True),
            (outcomes.Uncertain(Failure.RESET), False),
            (outcomes.Unsent(Failure.CONNECT), False),
            (outcomes.Throttled(self.dice.randint(1, 20)), False),
            (outcomes.Rejected(Reason.BLOCKED, "Forbidden: bot was blocked by the user"), False),
            (outcomes.Rejected(Reason.OTHER, "Bad Request: something"), False),
        ]
        return self.dice.choice(fates)


class Wire(Database):
    """A courier's own way to the database, which can be cut or lose the word of a commit."""

    def __init__(self, db: Database, dice: random.Random) -> None:
        self._db = db
        self._dice = dice
        self.cut = False
        self.trouble = 0.0

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._through(self._db.read, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return await self._through(self._db.write, work)

    async def _through(self, way: Callable[..., Any], work: Callable[[Transaction], T]) -> T:
        await asyncio.sleep(self._dice.expovariate(200))
        if self.cut or self._dice.random() < self.trouble / 2:
            raise StorageError("cut", temporary=True)
        answer: T = await way(work)
        await asyncio.sleep(self._dice.expovariate(200))
        if self.cut or self._dice.random() < self.trouble / 2:
            raise StorageError("the word of a commit was lost", temporary=True)
        return answer


class Desk:
    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        return Message(text=str(push.id))


@dataclass(slots=True)
class Outcomes:
    """What the judge sees: of each delivery, its state beside the copies that Telegram took."""

    rows: dict[tuple[int, int], str]
    copies: Counter[tuple[int, int]]
    pushes: list[Push]
    disagreements: list[recovery.Disagreement]
    deaths: int


class Simulation:
    """One story of an engine, told by a seed."""

    def __init__(self, db: Database, seed: int, policy: OnUnknown) -> None:
        self.dice = random.Random(seed)
        self.db = db
        self.policy = policy
        self.telegram = Telegram(self.dice, trouble=self.dice.choice([0.0, 0.05, 0.3]))
        self.trouble = self.dice.choice([0.0, 0.02, 0.1])
        self.deaths = 0
        self.push_ids: list[int] = []

    async def run(self) -> Outcomes:
        await self.db.write(lambda tx: add_readers(tx, range(1, READERS + 1)))
        for _ in range(self.dice.randint(1, 3)):
            await self._approve()
        for _ in range(self.dice.randint(1, 5)):
            await self._episode()
        await self._last_courier()
        return await self.db.read(self._judge)

    async def _episode(self) -> None:
        """Some time with a courier or two, and something that happens meanwhile."""
        async with self._courier() as first, self._courier() as second:
            await asyncio.sleep(self.dice.uniform(0, 3))
            await self.dice.choice([self._approve, self._cancel, self._halt, self._outage, self._nothing])()
            wire = self.dice.choice([first, second])
            wire.cut = self.dice.random() < 0.3
            await asyncio.sleep(self.dice.choice([0.1, 1, 25]))
            wire.cut = False
            await asyncio.sleep(self.dice.uniform(0, 2))

    async def _last_courier(self) -> None:
        self.telegram.trouble = 0.0
        self.trouble = 0.0
        await self.db.write(leases.unhalt)
        async with self._courier(), asyncio.timeout(3 * 3600):
            while not await self.db.read(self._is_over):  # noqa: ASYNC110 - the clock is virtual
                await asyncio.sleep(1)

    @asynccontextmanager
    async def _courier(self) -> AsyncIterator[Wire]:
        """One that dies in the end, or is drained."""
        wire = Wire(self.db, self.dice)
        wire.trouble = self.trouble
        courier = Courier(
            self._tools(wire), bot_id=BOT, name=f"{self.dice.random()}", is_dead=lambda _: False
        )
        task = asyncio.create_task(courier.run())
        yield wire
        if self.dice.random() < 0.5:
            await courier.aclose()
            await task
            return
        self.deaths += 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def _tools(self, wire: Wire) -> Tools:
        return Tools(
            db=wire,
            bodies=Bodies(Desk()),
            caller=self.telegram,
            pacer=Pacer(LIMITS),
            on_unknown=self.policy,
            now=clock,
        )

    async def _approve(self) -> None:
        lane = self.dice.choice([Lane.BREAKING, Lane.BROADCAST, Lane.DIGEST])
        self.push_ids.append(await self.db.write(lambda tx: approve_push(tx, lane=lane)))

    async def _cancel(self) -> None:
        push_id = self.dice.choice(self.push_ids)
        await self.db.write(lambda tx: pushes.cancel(tx, push_id, clock()))

    async def _halt(self) -> None:
        await self.db.write(lambda tx: leases.halt(tx, "somebody"))
        await asyncio.sleep(self.dice.uniform(0, 5))
        await self.db.write(leases.unhalt)

    async def _outage(self) -> None:
        self.telegram.outage = True
        await asyncio.sleep(self.dice.uniform(0, 60))
        self.telegram.outage = False

    async def _nothing(self) -> None:
        pass

    def _is_over(self, tx: Transaction) -> bool:
        found = [pushes.by_id(tx, push_id) for push_id in self.push_ids]
        return all(push is not None and push.state in END and not push.counts.open for push in found)

    def _judge(self, tx: Transaction) -> Outcomes:
        rows = tx.execute(sa.select(delivery.c.push_id, delivery.c.chat_id, delivery.c.state))
        found = [pushes.by_id(tx, push_id) for push_id in self.push_ids]
        return Outcomes(
            rows={(row.push_id, row.chat_id): row.state for row in rows},
            copies=self.telegram.copies,
            pushes=[push for push in found if push is not None],
            disagreements=recovery.verify(tx),
            deaths=self.deaths,
        )


def clock() -> datetime:
    """The wall clock of the virtual world."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time())
