"""The real engine on a virtual clock: processes that die, stop or are cut off, a Telegram that fails, editors
who change their minds, clocks that jump. One seed tells one story, always the same.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from judge import Judge
from pretended import Telegram, Wire
from readership import FIRST, NOON, add_readers, approve_push

from delivery import outcomes
from delivery.bodies import Bodies
from delivery.courier import Courier
from delivery.departures import Departures
from delivery.flow import Limits
from delivery.outcomes import Failure, Outcome
from delivery.pacer import Pacer
from delivery.sender import Told
from delivery.shift import Tools
from newsroom.message import Message
from storage import edits, leases, pushes, stories
from storage.database import Database, StorageError, Transaction
from storage.records import (
    Composed,
    Draft,
    Lane,
    OnUnknown,
    Push,
    PushKind,
    PushState,
    RevisionKind,
    StoryState,
    Subject,
    Variant,
)
from storage.schema import push as push_table

BOT = 7
PEOPLE, GROUPS = range(1, 29), range(29, 33)
ELSEWHERE = -50_000
END = (PushState.DONE, PushState.CANCELLED)
LIMITS = Limits(per_second=30, per_chat=1, per_group_minute=20)
LONGEST = 3 * 3600.0
OUTAGES = (outcomes.Uncertain("outage"), outcomes.Unsent(Failure.CONNECT), outcomes.Unauthorised("outage"))


class Clocks:
    """The wall clocks of the virtual world. Loop time itself never jumps: it stands for a monotonic clock."""

    database_ahead = timedelta(0)

    @classmethod
    def wall(cls) -> datetime:
        return NOON + timedelta(seconds=asyncio.get_running_loop().time())

    @classmethod
    def database(cls, _tx: Transaction) -> datetime:
        return cls.wall() + cls.database_ahead


@dataclass(slots=True)
class Desk:
    """Renders a push as its number and its revision, where nothing fails."""

    dice: random.Random
    trouble: float

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        if self.dice.random() < self.trouble:
            raise StorageError("the story cannot be read", temporary=True)
        return Message(text=f"{push.id}:{push.revision}")


class Process:
    """One that wants to send: its own way to the database and to Telegram, its own wall clock."""

    task: asyncio.Task[None]

    def __init__(self, wire: Wire, telegram: Telegram) -> None:
        self.wire = wire
        self.ahead = timedelta(0)
        self.flights: set[asyncio.Task[Outcome]] = set()
        self._telegram = telegram

    def now(self) -> datetime:
        return Clocks.wall() + self.ahead

    async def send(self, method: str, prepared: bytes) -> Outcome:
        return await self._unless_stopped(lambda: self._telegram.send(prepared, excused=self._is_excused))

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        if method == "getMe":
            return await self._unless_stopped(self._telegram.act)
        return await self._unless_stopped(lambda: self._telegram.edit(prepared, excused=self._is_excused))

    def begin(self, method: str, prepared: bytes, told: Told, *, is_act: bool) -> Callable[[], object] | None:
        """Now a connection is free, now none is."""
        if self._telegram.dice.random() < 0.5:
            return None
        call = self.act if is_act else self.send
        flight = asyncio.create_task(call(method, prepared))
        self.flights.add(flight)
        flight.add_done_callback(self.flights.discard)
        flight.add_done_callback(partial(_tell, told))
        return flight.cancel

    @property
    def _is_excused(self) -> bool:
        return self.wire.was_stopped or bool(Clocks.database_ahead)

    async def _unless_stopped(self, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        await self.wire.running.wait()
        outcome = await call()
        await self.wire.running.wait()
        return outcome


def _tell(told: Told, flight: asyncio.Task[Outcome]) -> None:
    if not flight.cancelled():
        told(flight.result())


class Simulation:
    """One story of an engine, told by a seed."""

    def __init__(self, db: Database, file: Path, seed: int, policy: OnUnknown) -> None:
        self.dice = random.Random(seed)
        self.db = db
        self.policy = policy
        self.judge = Judge(file, policy)
        homes = {FIRST + one: one for one in PEOPLE} | {-(FIRST + one): one for one in GROUPS}
        trouble = self.dice.choice([0.0, 0.05, 0.3])
        self.telegram = Telegram(self.dice, trouble, homes, self.judge, self.judge.copies)
        self.telegram.given = self.judge.given
        self.trouble = self.dice.choice([0.0, 0.02, 0.1])
        self.notes = self.dice.choice([None, file.with_suffix(".departures")])
        """One machine, where a sender learns of a death at once and of what had left; or two."""
        self.dead: set[str] = set()
        self.push_ids: list[int] = []
        self.story = 0
        self.pair: list[Process] = []
        self._running = AsyncExitStack()

    async def run(self) -> list[tuple[object, ...]]:
        """The promises that were broken."""
        Clocks.database_ahead = timedelta(0)
        await self._write(lambda tx: add_readers(tx, PEOPLE))
        await self._write(lambda tx: add_readers(tx, GROUPS, kind="group"))
        if self.dice.random() < 0.5:
            await self._break_news()
        else:
            await self._approve()
        for _ in range(self.dice.randint(1, 3)):
            await self._episode()
        await self._last_process()
        self.judge.end()
        self.judge.close()
        return self.judge.wrongs

    async def _episode(self) -> None:
        """Some time with two processes, and what happens meanwhile."""
        async with AsyncExitStack() as self._running:
            self.pair = [await self._running.enter_async_context(self._process()) for _ in range(2)]
            for _ in range(self.dice.randint(1, 3)):
                await asyncio.sleep(self.dice.choice([0, 0.3, 2]) * self.dice.random())
                await self.dice.choice(self._events())()
            await asyncio.sleep(self.dice.uniform(0, 2))

    def _events(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            *(self._approve, self._cancel, self._pause, self._halt, self._hasten),
            *(self._outage, self._block, self._migrate),
            *(self._crash, self._crash, self._cut_off, self._stop_process, self._slow_down),
            *(self._set_a_clock, self._set_the_database_s_clock),
            *([self._revise, self._revise, self._revise] if self.story else []),
        ]

    async def _last_process(self) -> None:
        self.telegram.trouble = 0.0
        self.trouble = 0.0
        async with self._process(), asyncio.timeout(LONGEST):
            while not await self.db.read(self._is_over):  # noqa: ASYNC110 - the clock is virtual
                await asyncio.sleep(1)
            await self.telegram.rest()

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[Process]:
        """One that dies in the end, or is drained."""
        wire = Wire(self.db, self.dice, before=lambda: self._widen(courier), after=self.judge.commit)
        wire.loses = self.trouble
        process = Process(wire, self.telegram)
        name = f"{self.dice.random()}"
        courier = Courier(self._tools(process), bot_id=BOT, name=name, is_dead=self.dead.__contains__)
        process.task = asyncio.create_task(courier.run(), name=name)
        yield process
        if self.dice.random() < 0.5 and not process.task.done():
            await courier.aclose()
            await process.task
        else:
            await self._die(process)

    async def _die(self, process: Process) -> None:
        task = process.task
        for one in (task, *process.flights):
            one.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if self.notes is not None:
            self.dead.add(task.get_name())

    def _widen(self, courier: Courier) -> None:
        self.judge.widest = max(self.judge.widest, courier.window)

    def _tools(self, process: Process) -> Tools:
        return Tools(
            db=process.wire,
            bodies=Bodies(Desk(self.dice, self.trouble)),
            caller=process,
            pacer=Pacer(LIMITS),
            on_unknown=self.policy,
            now=process.now,
            departures=Departures(self.notes),
        )

    async def _write(self, work: Callable[[Transaction], object]) -> None:
        await self.db.write(work)
        self.judge.commit()

    # What editors do.

    async def _approve(self) -> None:
        lane = self.dice.choice([Lane.BREAKING, Lane.BROADCAST, Lane.DIGEST])
        self.push_ids.append(await self.db.write(lambda tx: approve_push(tx, lane=lane)))

    async def _break_news(self) -> None:
        def breaking(tx: Transaction) -> int:
            self.story, _ = stories.create(tx, ["AAAA"], StoryState.PUBLISHED, Clocks.wall())
            return self._push_revision(tx, PushKind.BREAKING, Lane.BREAKING)

        self.push_ids.append(await self.db.write(breaking))

    async def _revise(self) -> None:
        """A newer telling, and the push that brings the copies up to it."""
        kind = self.dice.choice([PushKind.UPDATE, PushKind.CORRECTION, PushKind.HOLD])

        def revised(tx: Transaction) -> int:
            edits.supersede(tx, Subject(story_id=self.story), Clocks.wall())
            return self._push_revision(tx, kind, Lane.CORRECTION, loud=self.dice.random() < 0.5)

        self.push_ids.append(await self.db.write(revised))
        self.judge.commit()

    def _push_revision(self, tx: Transaction, kind: PushKind, lane: Lane, *, loud: bool = False) -> int:
        revision = tell(tx, self.story)
        what = {"kind": kind, "lane": lane, "story_id": self.story, "revision": revision, "loud": loud}
        made = pushes.create(tx, **what, once=f"revision:{revision}", now=Clocks.wall())  # type: ignore[arg-type] # as above
        assert made is not None
        return made.id

    async def _cancel(self) -> None:
        push_id = self.dice.choice(self.push_ids)
        await self._write(lambda tx: pushes.cancel(tx, push_id, Clocks.wall()))
        self.judge.stopped(push_id, for_good=True)

    async def _pause(self) -> None:
        push_id = self.dice.choice(self.push_ids)
        if not await self.db.write(lambda tx: pushes.pause(tx, push_id)):
            return
        self.judge.stopped(push_id)
        await self._a_while()
        self.judge.lifts(push_id)
        await self._write(lambda tx: pushes.unpause(tx, push_id))

    async def _halt(self) -> None:
        await self.db.write(lambda tx: leases.halt(tx, "somebody"))
        self.judge.stopped()
        await self._a_while()
        self.judge.lifts()
        await self._write(leases.unhalt)

    async def _hasten(self) -> None:
        """A push is of no use after a moment."""
        push_id = self.dice.choice(self.push_ids)
        soon = Clocks.wall() + timedelta(seconds=self.dice.uniform(0, 5))
        by = sa.update(push_table).where(push_table.c.id == push_id).values(deliver_by=soon)
        await self._write(lambda tx: tx.execute(by))

    # What readers and Telegram do.

    async def _outage(self) -> None:
        self.telegram.outage = self.dice.choice(OUTAGES)
        await asyncio.sleep(self.dice.uniform(0, 60))
        self.telegram.outage = None

    async def _block(self) -> None:
        self.telegram.blocked.add(self.dice.choice(PEOPLE))

    async def _migrate(self) -> None:
        number = self.dice.choice(GROUPS)
        self.telegram.migrate(-(FIRST + number), ELSEWHERE - number)

    # What happens to processes, the database and clocks.

    async def _crash(self) -> None:
        """A process dies, and another one takes its place."""
        await asyncio.sleep(self.dice.uniform(0, 2))
        await self._die(self.pair.pop(self.dice.randrange(2)))
        self.pair.append(await self._running.enter_async_context(self._process()))

    async def _cut_off(self) -> None:
        wire = self.dice.choice(self.pair).wire
        wire.cut = True
        await self._a_while()
        wire.cut = False

    async def _stop_process(self) -> None:
        """SIGSTOP, and SIGCONT once its lease may be somebody else's."""
        wire = self.dice.choice(self.pair).wire
        wire.was_stopped = True
        wire.running.clear()
        await self._a_while()
        wire.running.set()

    async def _slow_down(self) -> None:
        """Every commit takes seconds."""
        for process in self.pair:
            process.wire.delay = self.dice.choice([0.5, 3.0])
        await self._a_while()
        for process in self.pair:
            process.wire.delay = 0.005

    async def _set_a_clock(self) -> None:
        self.dice.choice(self.pair).ahead = timedelta(seconds=self.dice.uniform(-300, 300))

    async def _set_the_database_s_clock(self) -> None:
        Clocks.database_ahead += timedelta(seconds=self.dice.uniform(-30, 60))

    async def _a_while(self) -> None:
        await asyncio.sleep(self.dice.choice([0.1, 1, 5, 25]))

    def _is_over(self, tx: Transaction) -> bool:
        found = [pushes.by_id(tx, push_id) for push_id in self.push_ids]
        return all(push is not None and push.state in END and not push.counts.open for push in found)


def tell(tx: Transaction, story: int) -> int:
    """A new revision of a story."""
    return stories.add_revision(
        tx,
        story,
        Draft(copy=b"x", media_type="text/plain", language="ar", sections=()),
        kind=RevisionKind.UPDATE,
        headline="خبر",
        headline_derived=False,
        headline_key="خبر",
        urgency=2,
        source="wire",
        related_keys=(),
        now=NOON,
    )
