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
    assert not ticked.is_set()
