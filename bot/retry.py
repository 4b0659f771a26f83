"""Trying again, when what failed may be well again by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from storage.database import StorageError

T = TypeVar("T")
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

log = structlog.stdlib.get_logger(__name__)


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)


class Outage:
    """Says once what is wrong, again when it is something else, and when it is over: not at every attempt."""

    def __init__(self, what: str) -> None:
        self._what = what
        self.said: str | None = None
        self.failures = 0

    def failed(self, why: str) -> None:
        self.failures += 1
        if why != self.said:
            log.warning(self._what, why=why, then="trying again")
            self.said = why

    def over(self) -> None:
        if self.failures:
            log.info("well again", was=self._what, attempts=self.failures)
        self.failures, self.said = 0, None


async def while_stored_badly(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` until the store takes it. A `StorageError` that is not temporary goes up."""
    outage = Outage("the database cannot be used")
    while True:
        try:
            done = await work()
        except StorageError as error:
            if not error.temporary:
                raise
            outage.failed(str(error))
            await asyncio.sleep(pause_after(outage.failures))
        else:
            outage.over()
            return done
