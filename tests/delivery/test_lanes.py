"""Whose turn it is while a hundred thousand deliveries run: the whole engine, on a clock that jumps."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
import virtual
from pretended import Inline
from readership import FIRST, NOON, approve_push

from delivery import outcomes
from delivery.bodies import Bodies
from delivery.courier import Courier
from delivery.flow import Limits
from delivery.limiter import PacedLimiter
from delivery.outcomes import Outcome
from delivery.pacer import Pacer
from delivery.sender import Told
from delivery.shift import Tools
from newsroom.message import Message
from storage import engine
from storage.database import Database, Transaction
from storage.records import Composed, Lane, OnUnknown, Push, Variant

T = TypeVar("T")
RATE = 30
CROWD = 100_000
ANSWER = 0.05  # seconds

Story = Callable[["Room"], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    at: float
    push: int
    chat: int


@dataclass
class Telegram:
    """Notes every request; answers after `seconds`, and with a 429 where `penalty` says so."""

    seconds: Callable[[int], float] = lambda _chat: ANSWER
    penalty: Callable[[int], float | None] = lambda _chat: None
    asked: list[Asked] = field(default_factory=list)

    async def send(self, method: str, prepared: bytes) -> Outcome:
        chat, _, text = prepared.partition(b",")
        number = int(chat.rpartition(b":")[2]) - FIRST
        self.asked.append(Asked(now(), int(text.rpartition(b'"text":"')[2].split(b'"')[0]), number))
        penalty = self.penalty(number)
        await asyncio.sleep(self.seconds(number))
        return outcomes.Sent(len(self.asked)) if penalty is None else outcomes.Throttled(penalty)

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        return outcomes.Done()

    def begin(self, method: str, prepared: bytes, told: Told, *, is_act: bool) -> None:
        """Nothing leaves at once."""

    def between(self, start: float, end: float) -> Counter[int]:
        """How many requests there were, by push."""
        return Counter(one.push for one in self.asked if start <= one.at < end)


class Desk:
    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        return Message(text=str(push.id))


@dataclass
class Room:
    db: Database
    telegram: Telegram
    pacer: Pacer
    courier: Courier

    async def push(self, lane: Lane) -> int:
        push_id = await self.db.write(lambda tx: approve_push(tx, lane=lane))
        self.courier.wake()
        return push_id

    async def reply(self, chat: int) -> float:
        """Seconds until somebody who asked has the answer."""

        async def call() -> bool:
            await asyncio.sleep(ANSWER)
            return True

        started, data = now(), {"chat_id": FIRST + chat}
        await PacedLimiter(self.pacer).process_request(call, (), {}, "sendMessage", data, None)
        return now() - started


def now() -> float:
    return asyncio.get_running_loop().time()


def clock() -> datetime:
    return NOON + timedelta(seconds=now())


def add_crowd(tx: Transaction, count: int) -> None:
    """In one statement each: they are many."""
    chats = """
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < :count)
        INSERT INTO chat (id, telegram_id, kind, state, language, zone, digest_times, created_at)
        SELECT i, :first + i, 'private', 'active', 'ar', 'UTC', '[]', '2026-03-01 00:00:00.000000' FROM n"""
    wishes = """
        INSERT INTO subscription (chat_id, scope, value, how, created_at)
        SELECT id, 'all', '', 'all', created_at FROM chat"""
    tx.execute(sa.text(chats), {"count": count, "first": FIRST})
    tx.execute(sa.text(wishes))


@asynccontextmanager
async def opened(file: Path, telegram: Telegram, crowd: int) -> AsyncIterator[Room]:
    db = Database.open(f"sqlite:///{file}", executor=Inline())
    await db.write(lambda tx: add_crowd(tx, crowd))
    pacer = Pacer(Limits(per_second=RATE))
    tools = Tools(
        db=db, bodies=Bodies(Desk()), caller=telegram, pacer=pacer, on_unknown=OnUnknown.PARK, now=clock
    )
    courier = Courier(tools, bot_id=7)
    task = asyncio.create_task(courier.run())
    try:
        yield Room(db, telegram, pacer, courier)
    finally:
        await courier.aclose()
        await task
        await db.close()


@pytest.fixture
def tell(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run a story; nothing in it waits for the disk."""
    pragmas = tuple(one.replace("FULL", "OFF") for one in engine.SQLITE_PRAGMAS)
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", pragmas)
    file = tmp_path / "ajil.db"
    shutil.copyfile(sqlite_template, file)

    def run(story: Story, telegram: Telegram | None = None, crowd: int = CROWD) -> None:
        async def main() -> None:
            async with opened(file, telegram or Telegram(), crowd) as room:
                await story(room)

        virtual.run(main())

    return run


def test_a_reply_comes_within_a_second_while_a_hundred_thousand_wait(tell: Callable[..., None]) -> None:
    async def story(room: Room) -> None:
        await room.push(Lane.BREAKING)
        await asyncio.sleep(5)
        for burst in range(1, 4):
            took = await asyncio.gather(*(room.reply(CROWD + burst * 10 + one) for one in range(8)))
            assert max(took) < 1
        assert room.telegram.between(0, now())[1] > 4 * RATE

    tell(story)


@pytest.mark.parametrize(
    ("running", "urgent"),
    [(Lane.DIGEST, Lane.BREAKING), (Lane.BREAKING, Lane.KILL), (Lane.BROADCAST, Lane.CORRECTION)],
)
def test_what_is_urgent_overtakes_within_a_second(
    tell: Callable[..., None], running: Lane, urgent: Lane
) -> None:
    async def story(room: Room) -> None:
        slow = await room.push(running)
        await asyncio.sleep(5)
        quick = await room.push(urgent)
        began = now()
        await asyncio.sleep(6)
        assert room.telegram.between(began, began + 1)[quick] > 0
        after = room.telegram.between(began + 1, began + 6)
        assert after[quick] >= 0.9 * 5 * RATE * 0.98
        assert after[slow] >= 5, "one in sixteen is left to the other, which must not starve"

    tell(story)


def test_no_lane_starves(tell: Callable[..., None]) -> None:
    async def story(room: Room) -> None:
        lanes = [lane for lane in Lane if lane is not Lane.REPLY]
        pushes = [await room.push(lane) for lane in lanes]
        replies = [asyncio.create_task(room.reply(CROWD + one)) for one in range(400)]
        await asyncio.sleep(30)
        found = room.telegram.between(10, 30)
        assert min(found[push] for push in pushes) >= 3
        assert max(found, key=lambda push: found[push]) == pushes[lanes.index(min(lanes))]
        await asyncio.gather(*replies)

    tell(story, crowd=2000)


def test_slow_chats_hold_up_nobody(tell: Callable[..., None]) -> None:
    """One in twenty answers after ten seconds."""

    async def story(room: Room) -> None:
        await room.push(Lane.BROADCAST)
        await asyncio.sleep(80)
        assert sum(room.telegram.between(40, 80).values()) >= 0.95 * 40 * RATE

    tell(story, Telegram(seconds=lambda chat: ANSWER if chat % 20 else 10.0), crowd=5000)


def test_a_punished_chat_waits_out_its_time_and_holds_up_nobody(tell: Callable[..., None]) -> None:
    async def story(room: Room) -> None:
        for _ in range(3):
            await room.push(Lane.BROADCAST)
        await asyncio.sleep(40)
        to_it = [one.at for one in room.telegram.asked if one.chat == 5]
        assert len(to_it) > 1
        assert all(later - first >= 20 for first, later in itertools.pairwise(to_it))
        assert sum(room.telegram.between(1, 31).values()) >= 0.98 * 30 * RATE

    tell(story, Telegram(penalty=lambda chat: 20.0 if chat == 5 else None), crowd=600)


def test_penalties_in_one_chat_after_another_stop_the_bot_and_the_rate_comes_back(
    tell: Callable[..., None],
) -> None:
    stern = {50, 51, 52}

    async def story(room: Room) -> None:
        await room.push(Lane.BROADCAST)
        await asyncio.sleep(60)
        last = max(one.at for one in room.telegram.asked if one.chat in stern and one.at < 5)
        known = last + ANSWER  # when the third answer told of the third penalty
        assert room.telegram.between(known, known + 7 - ANSWER).total() == 0
        steps = [room.telegram.between(known + 7 + at, known + 12 + at).total() / 5 for at in range(0, 25, 5)]
        assert steps == pytest.approx([15, 18.75, 22.5, 26.25, 29.5], rel=0.1)
        assert steps == sorted(steps)

    punished: set[int] = set()

    def penalty(chat: int) -> float | None:
        if chat not in stern or chat in punished:
            return None
        punished.add(chat)
        return 7.0

    tell(story, Telegram(penalty=penalty), crowd=3000)
