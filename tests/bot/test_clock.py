"""The ticker: what a tick does wrong stays its own affair, and its end is no fault."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.clock import Clock


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
