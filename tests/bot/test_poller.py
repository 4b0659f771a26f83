"""Long polling over real HTTP: nothing is acknowledged before it is handled, nothing holds up the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import virtual
from journals import MemoryJournal

from bot import chats
from bot.chats import HouseBot
from bot.intake import Intake
from bot.poller import Poller, TokenRefusedError
from bot.settings import Settings, load
from bot.tasks import Nursery
from delivery.errors import FloodError
from delivery.flow import Limits
from delivery.pacer import Pacer
from simulator import TOKEN, Server, World, faults
from simulator.errors import ApiError

Raw = dict[str, Any]


class House:
    """What was handled, and a place to wait for it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.journal = MemoryJournal()
        self.gate = asyncio.Event()
        self.changed = asyncio.Event()

    async def handle(self, update: Raw) -> None:
        text = update["message"]["text"]
        if text == "slow":
            await self.gate.wait()
        if text == "bad":
            raise ValueError("cannot be handled")
        self.texts.append(text)
        self.changed.set()

    async def until(self, true: Callable[[], object]) -> None:
        while not true():
            self.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self.changed.wait()


@pytest.fixture
def settings(clean: None, server: Server, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", server.url)
    return load()


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[HouseBot]:
    bot = chats.line(settings, Pacer(Limits())).bot
    await bot.initialize()
    yield bot
    await bot.shutdown()


@asynccontextmanager
async def polling(bot: HouseBot, house: House) -> AsyncIterator[Poller]:
    nursery = Nursery()
    intake = Intake(house.handle, house.journal, nursery.start)
    poller = Poller(bot.raw_updates, intake, patience=0.02, pause_after=lambda _: 0.0)
    task = nursery.start(poller.run(), "poller")
    try:
        yield poller
    finally:
        task.cancel()
        await asyncio.wait([task])
        await nursery.wind_up(0)


async def test_updates_are_handled_in_order_and_acknowledged_at_the_end(world: World, bot: HouseBot) -> None:
    for text in ("one", "two", "three"):
        world.send_text(1, text)
    house = House()
    async with polling(bot, house) as poller:
        await house.until(lambda: len(house.journal.rows) == 3)
    await poller.settle(1)
    assert house.texts == ["one", "two", "three"]
    assert world.updates.pending() == []


async def test_what_came_while_we_were_down_is_handled_in_order(world: World, bot: HouseBot) -> None:
    wanted = [f"text {n}" for n in range(250)]
    for text in wanted:
        world.send_text(1, text)
    house = House()
    async with polling(bot, house):
        await house.until(lambda: len(house.journal.rows) == 250)
    assert house.texts == wanted


async def test_a_slow_chat_holds_up_nobody_and_is_acknowledged_by_nobody(world: World, bot: HouseBot) -> None:
    house = House()
    async with polling(bot, house) as poller:
        world.send_text(1, "slow")
        world.send_text(1, "after it")
        world.send_text(2, "meanwhile")
        await house.until(lambda: "meanwhile" in house.texts)
        world.send_text(2, "and later")
        await house.until(lambda: "and later" in house.texts)
        assert house.texts == ["meanwhile", "and later"]
        assert len(world.updates.pending()) == 4
        house.gate.set()
        await house.until(lambda: len(house.journal.rows) == 4)
        await poller.settle(1)
    assert house.texts == ["meanwhile", "and later", "slow", "after it"]
    assert world.updates.pending() == []


async def test_what_is_not_handled_at_the_stop_comes_again(world: World, bot: HouseBot) -> None:
    world.send_text(2, "first")
    world.send_text(1, "slow")
    world.send_text(2, "beside it")
    house = House()
    async with polling(bot, house) as poller:
        await house.until(lambda: len(house.texts) == 2)
    await poller.settle(0.01)
    assert len(world.updates.pending()) == 2

    again = House()
    again.journal.rows = house.journal.rows
    again.gate.set()
    async with polling(bot, again) as poller:
        await again.until(lambda: len(again.journal.rows) == 3)
        await poller.settle(1)
    assert again.texts == ["slow"]
    assert world.updates.pending() == []


async def test_one_that_cannot_be_handled_stops_nobody(world: World, bot: HouseBot) -> None:
    for text in ("one", "bad", "three"):
        world.send_text(1, text)
    house = House()
    async with polling(bot, house) as poller:
        await house.until(lambda: len(house.journal.rows) == 3)
        await poller.settle(1)
    assert house.texts == ["one", "three"]
    assert [error for error, _ in house.journal.rows.values()] == [
        None,
        "ValueError: cannot be handled",
        None,
    ]
    assert world.updates.pending() == []


TROUBLES = [
    faults.bad_gateway(),
    faults.html_ok(),
    faults.reset(),
    faults.dropped(),
    faults.server_error(),
    faults.refusal(
        ApiError(
            409,
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        )
    ),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda fault: fault.name)
async def test_trouble_is_said_once_without_the_token_and_got_over(
    world: World, bot: HouseBot, capsys: pytest.CaptureFixture[str], trouble: faults.Fault
) -> None:
    world.faults.add(trouble.on("getUpdates", count=3))
    world.send_text(1, "hello")
    house = House()
    async with polling(bot, house):
        await house.until(lambda: house.texts)
    assert house.texts == ["hello"]
    said = capsys.readouterr().out
    assert said.count("trying again") == 1
    assert TOKEN not in said
    assert "Traceback" not in said


async def test_a_flood_is_waited_out() -> None:
    house, nursery, calls = House(), Nursery(), 0

    async def fetch(offset: int, limit: int, wait: int) -> list[Any]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise FloodError(0.01)
        if calls > 2:
            await asyncio.Event().wait()
        return [{"update_id": 5, "message": {"text": "fine"}}]

    intake = Intake(house.handle, house.journal, nursery.start)
    task = nursery.start(Poller(fetch, intake, pause_after=lambda _: 0.0).run(), "poller")
    await house.until(lambda: house.texts)
    task.cancel()
    assert house.texts == ["fine"]


async def test_a_token_that_is_refused_ends_the_program(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1000:another-token")
    line = chats.line(load(), Pacer(Limits()))
    poller = Poller(line.bot.raw_updates, Intake(House().handle, MemoryJournal(), Nursery().start))
    for way in (line.open, poller.run):
        with pytest.raises(TokenRefusedError, match="BOT_TOKEN") as refused:
            await way()
        assert "another-token" not in str(refused.value)
    await line.close()


async def test_two_that_poll_with_one_token_say_so(
    world: World, bot: HouseBot, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = House(), House()
    async with polling(bot, first), polling(bot, second):
        await first.until(lambda: "another bot runs on this BOT_TOKEN" in capsys.readouterr().out)


async def test_what_is_no_update_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    batches: list[list[Any]] = [[None, {"no": "number"}, {"update_id": 5, "message": {"text": "fine"}}]]
    offsets: list[int] = []

    async def fetch(offset: int, limit: int, wait: int) -> list[Any]:
        offsets.append(offset)
        if not batches:
            await asyncio.Event().wait()
        return batches.pop()

    house, nursery = House(), Nursery()
    task = nursery.start(Poller(fetch, Intake(house.handle, house.journal, nursery.start)).run(), "poller")
    await house.until(lambda: len(offsets) == 2)
    task.cancel()
    assert (house.texts, offsets) == (["fine"], [0, 6])


async def test_the_same_question_is_not_asked_twice_within_the_time_that_it_would_be_held() -> None:
    asked: list[tuple[int, int]] = []
    house, nursery = House(), Nursery()

    async def fetch(offset: int, limit: int, wait: int) -> list[Any]:
        asked.append((offset, wait))
        if len(asked) == 6:
            house.gate.set()
        if len(asked) > 7:
            await asyncio.Event().wait()
        return [{"update_id": 9, "message": {"text": "slow"}}] if len(asked) < 7 else []

    intake = Intake(house.handle, house.journal, nursery.start)
    poller = Poller(fetch, intake, patience=0.001, clock=lambda: 0.0)
    task = nursery.start(poller.run(), "poller")
    await house.until(lambda: len(asked) == 8)
    task.cancel()
    assert asked[0] == (0, 50)
    held = [offset for offset, wait in asked if wait == 0]
    assert held[:4] == [9, 8, 9, 8]
    assert asked[-1] == (10, 50)
    assert house.texts == ["slow"]


async def test_after_a_quiet_week_numbers_may_start_anywhere() -> None:
    batches = [
        [{"update_id": 900, "message": {"text": "old"}}],
        [],
        [{"update_id": 5, "message": {"text": "new"}}],
    ]
    offsets: list[int] = []
    now = 0.0

    async def fetch(offset: int, limit: int, wait: int) -> list[Any]:
        nonlocal now
        offsets.append(offset)
        now += 30_000.0
        if len(offsets) > 6:
            await asyncio.Event().wait()
        return batches[{1: 0, 6: 2}.get(len(offsets), 1)]

    house, nursery = House(), Nursery()
    intake = Intake(house.handle, house.journal, nursery.start)
    task = nursery.start(Poller(fetch, intake, clock=lambda: now).run(), "poller")
    await house.until(lambda: len(offsets) == 7)
    task.cancel()
    assert house.texts == ["old", "new"]
    assert offsets[:3] == [0, 901, 901]
    assert offsets[5:] == [0, 6]


def test_a_server_that_does_not_hold_a_question_is_not_flooded_with_it() -> None:
    async def asked_in_ten_seconds() -> int:
        asked = 0

        async def fetch(*_: int) -> list[Any]:
            nonlocal asked
            asked += 1
            return []

        nursery = Nursery()
        intake = Intake(House().handle, MemoryJournal(), nursery.start)
        poller = Poller(fetch, intake, clock=asyncio.get_running_loop().time)
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await poller.run()
        return asked

    assert 20 <= virtual.run(asked_in_ten_seconds()) <= 41
