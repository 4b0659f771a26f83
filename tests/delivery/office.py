"""A courier at work: a real database, real HTTP to a simulated Telegram, a way to wait for what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from readership import FIRST, add_readers, approve_push

from delivery.bodies import Bodies
from delivery.caller import Caller
from delivery.courier import Courier
from delivery.departures import Departures
from delivery.flow import Limits
from delivery.outcomes import Outcome
from delivery.pacer import Pacer
from delivery.shift import Tools
from delivery.transport import Patience
from delivery.wire import Wire
from newsroom.message import Message
from simulator import Options, Server, World, serve
from storage import pushes, recovery
from storage.database import Database, Transaction
from storage.records import Composed, Counts, Lane, OnUnknown, Push, PushKind, PushState, Variant

T = TypeVar("T")
FAST = Limits(per_second=1000, per_chat=1000, per_group_minute=100_000)
IMPATIENT = Patience(connect=1.0, read=0.5, write=1.0, pool=1.0)
OVER = (PushState.DONE, PushState.CANCELLED)


class Watched(Database):
    """A database that tells when something was written to it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._written = asyncio.Event()
        self.before_write: Callable[[], None] = lambda: None

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._db.read(work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        self.before_write()
        try:
            return await self._db.write(work)
        finally:
            self._written.set()

    async def until(self, holds: Callable[[Transaction], bool]) -> None:
        async with asyncio.timeout(60):
            while not await self._db.read(holds):
                await self._written.wait()
                self._written.clear()


class Echo:
    """Prepares what was composed, or the push's number; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[Variant] = []

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        self.asked.append(variant)
        return push.composed or Message(text=f"{push.id}")


class Attended(Caller):
    """Does something once after so many harmless calls."""

    acts_left = -1
    then: Callable[[], None] = staticmethod(lambda: None)

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        outcome = await super().act(method, prepared)
        self.acts_left -= 1
        if not self.acts_left:
            self.then()
        return outcome


class Office:
    """Readers are the people of the world; `run` has a courier work while the block lasts."""

    def __init__(self, db: Database, server: Server, *, policy: OnUnknown = OnUnknown.PARK) -> None:
        self.db = Watched(db)
        self.server = server
        self.world = server.world
        self.policy = policy
        self.echo = Echo()
        self.limits = FAST
        self.patience = IMPATIENT
        self.widest = 0
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.braked: Callable[[], bool] = lambda: False
        self.departures = Departures()
        self._after_acts: tuple[int, Callable[[], None]] = (-1, lambda: None)

    async def enlist(self, count: int) -> range:
        """So many readers more; their ids of ours."""
        ids = range(len(self.world.users), len(self.world.users) + count)
        self.world.add_people(count, first_id=FIRST + ids.start)
        await self.db.write(lambda tx: add_readers(tx, ids))
        return ids

    def after_acts(self, count: int, then: Callable[[], None]) -> None:
        """Do this once after so many harmless calls of a courier."""
        self._after_acts = count, then

    async def push(self, lane: Lane = Lane.BROADCAST, text: str = "خبر") -> int:
        return await self.db.write(lambda tx: approve_push(tx, lane=lane, kind=PushKind.BROADCAST, text=text))

    @asynccontextmanager
    async def courier(self) -> AsyncIterator[Courier]:
        """One that works, and is drained in the end."""
        async with self.telegram() as caller:
            courier = self._courier(caller)
            task = asyncio.create_task(courier.run())
            try:
                yield courier
            finally:
                await courier.aclose()
                await task

    @asynccontextmanager
    async def mortal_courier(self) -> AsyncIterator[Courier]:
        """One that works, and dies in the end without another word."""
        async with self.telegram() as caller:
            courier = self._courier(caller)
            task = asyncio.create_task(courier.run())
            try:
                yield courier
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    @asynccontextmanager
    async def telegram(self) -> AsyncIterator[Caller]:
        wire = Wire(self.server.url)
        await wire.open()
        try:
            caller = Attended(wire, self.world.token, patience=self.patience)
            caller.acts_left, caller.then = self._after_acts
            yield caller
        finally:
            await wire.close()

    async def over(self, *push_ids: int) -> None:
        """Wait until these pushes have ended and nothing of them is open."""

        def holds(tx: Transaction) -> bool:
            found = [pushes.by_id(tx, push_id) for push_id in push_ids]
            return all(push and push.state in OVER and not push.counts.open for push in found)

        await self.db.until(holds)

    async def counts(self, push_id: int) -> Counts:
        """Of the rows, which the counters agree with."""

        def work(tx: Transaction) -> Counts:
            assert recovery.verify(tx) == []
            return recovery.counts(tx, push_id)

        return await self.db.read(work)

    def _courier(self, caller: Caller) -> Courier:
        tools = Tools(
            db=self.db,
            bodies=Bodies(self.echo),
            caller=caller,
            pacer=Pacer(self.limits),
            on_unknown=self.policy,
            now=self.now,
            braked=self.braked,
            departures=self.departures,
        )
        courier = Courier(tools, bot_id=self.world.bot.id, is_dead=lambda _: True)
        self.widest = 0
        self.db.before_write = lambda: self._note(courier)
        return courier

    def _note(self, courier: Courier) -> None:
        """`widest`: the most that the last courier has had in hand."""
        self.widest = max(self.widest, courier.window)


@asynccontextmanager
async def opened(db: Database, *, policy: OnUnknown = OnUnknown.PARK) -> AsyncIterator[Office]:
    async with serve(World(options=Options(keep_messages=4))) as server:
        yield Office(db, server, policy=policy)
