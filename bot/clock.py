"""The clock: APScheduler as a ticker only. What is due is decided by rows, never by the ticker's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.database import StorageError

log = structlog.stdlib.get_logger(__name__)


class Clock:
    """Jobs of one name never overlap; ticks that were missed are made up for by one."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._busy = set[str]()
        self._again = set[str]()

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[None]]) -> None:
        async def tick() -> None:
            try:
                await self._until_quiet(name, job)
            except asyncio.CancelledError:
                # At the end the scheduler cancels what runs, and would call that a fault.
                if self._scheduler.running:
                    raise

        self._scheduler.add_job(
            tick,
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def soon(self, name: str) -> None:
        """One tick now, and the others after it. Nothing, before the clock is set and started."""
        if name in self._busy:
            self._again.add(name)
        elif self._scheduler.running and self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    async def _until_quiet(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Once, and once more where somebody asked meanwhile: what it looked at may be older than that."""
        self._busy.add(name)
        try:
            while True:
                self._again.discard(name)
                await _guarded(name, job)
                if name not in self._again:
                    return
        finally:
            self._busy.discard(name)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _guarded(name: str, job: Callable[[], Awaitable[None]]) -> None:
    """One tick that fails must not end the ticking."""
    try:
        await job()
    except StorageError as error:
        log.warning("a job could not be done; at the next tick again", job=name, why=str(error))
    except Exception:
        log.exception("a job brought out a fault of ours; at the next tick again", job=name)
