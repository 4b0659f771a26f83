"""Background tasks and ticks: what becomes of those that fail."""

from __future__ import annotations

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.retry import LONGEST_PAUSE, Outage, pause_after
from bot.tasks import Nursery
from storage.database import StorageError


async def test_a_task_that_dies_asks_the_program_to_stop() -> None:
    nursery = Nursery()

    async def die() -> None:
        raise LookupError("the first")

    async def die_later() -> None:
        await nursery.stopping.wait()
        raise LookupError("the second")

    nursery.start(die_later(), "later")
    nursery.start(die(), "first")
    await nursery.stopping.wait()
    await nursery.wind_up(1)
    assert str(nursery.failure) == "the first"


async def test_tasks_that_end_or_are_cancelled_stop_nobody() -> None:
    nursery = Nursery()

    async def end() -> int:
        return 7

    assert await nursery.start(end(), "end") == 7
    nursery.start(asyncio.Event().wait(), "for ever")
    await nursery.wind_up(0)
    assert not nursery.stopping.is_set()
    assert nursery.failure is None


async def test_what_still_runs_is_given_its_time() -> None:
    nursery, gate, done = Nursery(), asyncio.Event(), []

    async def finish() -> None:
        await gate.wait()
        done.append(True)

    nursery.start(finish(), "finish")
    asyncio.get_running_loop().call_later(0.01, gate.set)
    await nursery.wind_up(10)
    assert done == [True]


async def test_a_tick_that_fails_does_not_end_the_ticking() -> None:
    errors: list[Exception] = [StorageError("locked", temporary=True), ZeroDivisionError()]
    ticked = asyncio.Event()

    async def job() -> None:
        if errors:
            raise errors.pop()
        ticked.set()

    clock = Clock()
    clock.every(0.01, "job", job)
    clock.start()
    async with asyncio.timeout(10):
        await ticked.wait()
    await clock.stop()


async def test_a_tick_waits_for_the_one_before() -> None:
    running = most = ticks = 0
    enough = asyncio.Event()

    async def job() -> None:
        nonlocal running, most, ticks
        running, ticks = running + 1, ticks + 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1
        if ticks == 3:
            enough.set()

    clock = Clock()
    clock.every(0.01, "job", job)
    clock.start()
    async with asyncio.timeout(10):
        await enough.wait()
    await clock.stop()
    assert most == 1


async def test_a_tick_that_the_end_cuts_short_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    clock = Clock()
    clock.every(0.01, "endless", job)
    clock.start()
    async with asyncio.timeout(60):
        await begun.wait()
        await clock.stop()
        await ended.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_pauses_grow_to_a_bound() -> None:
    pauses = [pause_after(failures) for failures in range(1, 2000)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_an_outage_is_told_once_until_it_is_another() -> None:
    outage = Outage("the far end is away")
    with capture_logs() as told:
        for why in ("no route", "no route", "no answer", "no answer"):
            outage.failed(why)
        outage.over()
        outage.over()
    assert [(one.get("why"), one.get("attempts")) for one in told] == [
        ("no route", None),
        ("no answer", None),
        (None, 4),
    ]
