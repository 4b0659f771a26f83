"""A story that is corrected, held and killed while it goes out, among deaths and outages: by a seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import seeds
import sqlalchemy as sa
from noticeboard import KILLED, Line, Noticeboard, Posted
from pretended import Wire
from readership import FIRST, add_readers
from simulation import LIMITS, Clocks

from delivery.bodies import Bodies
from delivery.courier import Courier
from delivery.pacer import Pacer
from delivery.shift import Tools
from newsroom import breaking, copies, steps
from newsroom.message import Message
from newsroom.wire import parse
from storage import pushes, recovery, stories
from storage.database import Database, Transaction
from storage.records import (
    Composed,
    DeliveryState,
    OnUnknown,
    Push,
    PushState,
    RevisionKind,
    Story,
    StoryState,
    Variant,
)
from storage.schema import delivery, push

BOT, READERS = 7, range(1, 25)
OVER = (PushState.DONE, PushState.CANCELLED)
BY = steps.by_editor(1)


class Desk:
    """Renders a revision as its number; a withdrawal as the last one there can be."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        story = await self._db.read(lambda tx: stories.by_id(tx, push.story_id or 0))
        assert story is not None
        said = KILLED if story.state is StoryState.KILLED else push.revision
        return Message(text=str(said))


class Life:
    """One story that goes out while its editors change their minds."""

    def __init__(self, db: Database, seed: int, policy: OnUnknown) -> None:
        self.dice = random.Random(seed)
        self.db = db
        self.policy = policy
        self.board = Noticeboard(self.dice, self.dice.choice([0.0, 0.1, 0.3]), self.dice.choice([1.0, 8.0]))
        self.trouble = self.dice.choice([0.0, 0.02, 0.1])
        self.takes = 0
        self.wires: list[Wire] = []
        self.intents_at_the_kill: int | None = None

    async def tell(self) -> list[object]:
        """What broke the promises."""
        Clocks.database_ahead *= 0
        await self.db.write(lambda tx: add_readers(tx, READERS))
        await self.db.write(self._break)
        for _ in range(self.dice.randint(1, 3)):
            await self._episode()
        self.board.trouble = self.trouble = 0.0
        await self.db.write(self._go_on)
        async with self._process(), asyncio.timeout(6 * 3600):
            while not await self.db.read(_is_over):  # noqa: ASYNC110 - the clock is virtual
                await asyncio.sleep(1)
            await self.board.rest()
        return await self.db.read(self._judge)

    async def _episode(self) -> None:
        async with self._process(), self._process():
            for _ in range(self.dice.randint(2, 6)):
                await asyncio.sleep(self.dice.choice([0.3, 1, 3]) * self.dice.random())
                await self.dice.choice(self._events())()
            await asyncio.sleep(self.dice.uniform(0, 3))

    def _events(self) -> list[Callable[[], Awaitable[None]]]:
        acts = [self._correct, self._correct, self._hold, self._release, self._kill, self._pause, self._go_on]
        return [*(self._doing(act) for act in acts), self._outage, self._block, self._freeze, self._cut_off]

    def _doing(self, act: Callable[[Transaction], None]) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            await self.db.write(act)

        return do

    # What editors do.

    def _break(self, tx: Transaction) -> None:
        story_id, _ = stories.create(tx, ["AAAA"], StoryState.PUBLISHED, Clocks.wall())
        self._add_take(tx, story_id)
        breaking.break_news(tx, story_id, 1, Clocks.wall())

    def _correct(self, tx: Transaction) -> None:
        self.takes += 1
        if (story := _story(tx)).state in (StoryState.PUBLISHED, StoryState.HELD):
            draft = parse(f"صحح المحررون هذا الخبر للمرة {self.takes} بعد أن تبين خطؤه.".encode())
            copies.correct(tx, story, draft, by=BY, now=Clocks.wall(), loud=self.dice.random() < 0.5)

    def _hold(self, tx: Transaction) -> None:
        if (story := _story(tx)).state is StoryState.PUBLISHED:
            copies.hold(tx, story, by=BY, now=Clocks.wall())

    def _release(self, tx: Transaction) -> None:
        if (story := _story(tx)).state is StoryState.HELD:
            copies.release(tx, story, by=BY, now=Clocks.wall())

    def _kill(self, tx: Transaction) -> None:
        story = _story(tx)
        if story.state is not StoryState.KILLED and self.dice.random() < 0.5:
            copies.kill(tx, story, by=BY, now=Clocks.wall())
            self.intents_at_the_kill = _intents(tx)

    def _pause(self, tx: Transaction) -> None:
        for number in tx.execute(sa.select(push.c.id)).scalars().all():
            if self.dice.random() < 0.5:
                pushes.pause(tx, number)

    def _go_on(self, tx: Transaction) -> None:
        self._release(tx)
        for number in tx.execute(sa.select(push.c.id)).scalars().all():
            pushes.unpause(tx, number)

    def _add_take(self, tx: Transaction, story_id: int) -> None:
        stories.add_revision(
            tx,
            story_id,
            replace(parse("عادت العبارات إلى العمل صباح الأحد.".encode()), kind=RevisionKind.NEW),
            kind=RevisionKind.NEW,
            headline="عادت العبارات",
            headline_derived=True,
            headline_key="عادت",
            urgency=2,
            source="wire",
            related_keys=(),
            now=Clocks.wall(),
        )

    # What readers, Telegram and the machines do.

    async def _outage(self) -> None:
        self.board.outage = True
        await asyncio.sleep(self.dice.uniform(0, 30))
        self.board.outage = False

    async def _block(self) -> None:
        self.board.blocked.add(FIRST + self.dice.choice(READERS))

    async def _freeze(self) -> None:
        if self.board.posted:
            self.board.frozen.add(self.dice.choice([*self.board.posted]))

    async def _cut_off(self) -> None:
        wire = self.dice.choice(self.wires)
        wire.cut = True
        await asyncio.sleep(self.dice.choice([0.1, 1, 25]))
        wire.cut = False

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[None]:
        """One that dies in the end, or is drained."""
        wire = Wire(self.db, self.dice, before=lambda: None, after=lambda: None)
        wire.loses = self.trouble
        self.wires.append(wire)
        tools = Tools(
            db=wire,
            bodies=Bodies(Desk(self.db)),
            caller=Line(self.board, wire, Clocks.wall),
            pacer=Pacer(LIMITS),
            on_unknown=self.policy,
            now=Clocks.wall,
        )
        courier = Courier(tools, bot_id=BOT, name=f"{self.dice.random()}", is_dead=lambda _: False)
        task = asyncio.create_task(courier.run())
        yield
        if self.dice.random() < 0.5:
            await courier.aclose()
            await task
            return
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    # The judge.

    def _judge(self, tx: Transaction) -> list[object]:
        story = _story(tx)
        newest = KILLED if story.state is StoryState.KILLED else story.revision.number
        wrongs: list[object] = [*recovery.verify(tx)]
        wrongs += [("backwards", m) for m in self.board.posted.values() if m.said != sorted(m.said)]
        copies = tx.execute(sa.select(delivery).where(delivery.c.message_id.is_not(None))).all()
        for copy in copies:
            message = self.board.posted[copy.message_id]
            if not self._ended(tx, copy, message) and message.said[-1:] != [newest]:
                wrongs.append(("left behind", tuple(copy), message, newest))
        if self.intents_at_the_kill is not None and _intents(tx) != self.intents_at_the_kill:
            wrongs.append(("an intent after the kill",))
        return wrongs + self._untold(tx)

    def _ended(self, tx: Transaction, copy: sa.Row[tuple[object, ...]], message: Posted) -> bool:
        """Whether a terminal reason says why it is behind."""
        about = delivery.c.of_push == copy.push_id, delivery.c.of_part == copy.part
        edit = delivery.c.chat_id == copy.chat_id, delivery.c.act == "edit", *about
        rejected = sa.select(delivery.c.push_id).where(*edit, delivery.c.state == DeliveryState.REJECTED)
        return tx.execute(rejected).first() is not None

    def _untold(self, tx: Transaction) -> list[object]:
        """Who may have a copy that nobody can find hears of a kill all the same."""
        if self.intents_at_the_kill is None:
            return []
        kill = sa.select(push.c.id).where(push.c.kind == "kill").scalar_subquery()
        told = sa.select(delivery.c.chat_id).where(delivery.c.push_id == kill, delivery.c.part == 0)
        unknown = sa.select(delivery.c.chat_id).where(
            delivery.c.state == DeliveryState.UNKNOWN, delivery.c.push_id != kill
        )
        return [("not told", chat) for chat in tx.execute(unknown.where(delivery.c.chat_id.not_in(told)))]


def _story(tx: Transaction) -> Story:
    found = stories.by_code(tx, "AAAA")
    assert found is not None
    return found


def _is_over(tx: Transaction) -> bool:
    found = [pushes.by_id(tx, number) for number in tx.execute(sa.select(push.c.id)).scalars().all()]
    return all(one is not None and one.state in OVER and not one.counts.open for one in found)


def _intents(tx: Transaction) -> int:
    """Ever written for what is no edit."""
    attempts = sa.select(sa.func.sum(delivery.c.attempt)).where(delivery.c.of_push.is_(None))
    return tx.execute(attempts).scalar_one() or 0


PAUSED_UNPLANNED = range(220, 221)
"""A kill is paused before it is planned, and what is settled meanwhile passed for its planning."""


@pytest.mark.parametrize("policy", OnUnknown)
@pytest.mark.parametrize(
    "chunk", [*seeds.chunks(40), PAUSED_UNPLANNED], ids=lambda chunk: f"from_{chunk.start}"
)
def test_every_copy_comes_to_say_the_newest_and_never_goes_back(
    chunk: range, policy: OnUnknown, tmp_path: Path, sqlite_template: Path
) -> None:
    async def tale(db: Database, seed: int, _file: Path) -> Sequence[object]:
        return await Life(db, seed, policy).tell()

    assert seeds.broken(tale, chunk, sqlite_template, tmp_path) == {}
