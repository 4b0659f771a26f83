"""How much at once, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus

from web.problems import later

PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket as a value: `level` requests were free at the instant `at` (seconds of any clock)."""

    level: float
    at: float


@dataclass(frozen=True, slots=True)
class Pace:
    """So many requests a second in the long run, so many at once after a rest."""

    per_second: float
    burst: int

    def take(self, bucket: Bucket | None, now: float) -> tuple[Bucket, float]:
        """The bucket after one more request, and the seconds to wait first: 0.0 where it may go on."""
        full = bucket or Bucket(self.burst, now)
        level = min(self.burst, full.level + max(0.0, now - full.at) * self.per_second)
        if level >= 1:
            return Bucket(level - 1, now), 0.0
        return replace(full, level=level, at=now), (1 - level) / self.per_second


class Slots:
    """At most so many requests inside at once; the next ones wait outside, and not for ever."""

    def __init__(self, most: int, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(most)
        self._patience = patience

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise later(HTTPStatus.SERVICE_UNAVAILABLE, "Too much is being taken in at once.") from None
        try:
            yield
        finally:
            self._free.release()
