"""The ticker: in its time, or at once when somebody cannot wait."""

from __future__ import annotations

import asyncio

from bot.clock import Clock

HOUR = 3600.0
PATIENCE = 20.0


async def test_a_tick_comes_at_once_where_it_is_asked_for() -> None:
    clock, ticked = Clock(), asyncio.Event()

    async def job() -> None:
        ticked.set()

    clock.every(HOUR, "hourly", job)
    clock.soon("hourly")
    clock.start()
    try:
        for _ in range(2):
            clock.soon("hourly")
            await asyncio.wait_for(ticked.wait(), PATIENCE)
            ticked.clear()
        clock.soon("nobody's")
    finally:
        await clock.stop()
    clock.soon("hourly")


async def test_a_tick_that_is_asked_for_during_one_follows_it() -> None:
    clock, under_way, goes_on = Clock(), asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def job() -> None:
        under_way.release()
        await goes_on.acquire()

    clock.every(HOUR, "hourly", job)
    clock.start()
    try:
        clock.soon("hourly")
        await asyncio.wait_for(under_way.acquire(), PATIENCE)
        for _ in range(2):
            clock.soon("hourly")
        goes_on.release()
        await asyncio.wait_for(under_way.acquire(), PATIENCE)
        goes_on.release()
    finally:
        await clock.stop()
