"""So many exchanges at a time, and no more."""

from __future__ import annotations

import asyncio


class Slots:
    """Give back each that was taken."""

    __slots__ = ("_free",)

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)

    async def take(self, patience: float | None) -> bool:
        """False where none became free in time (seconds; None waits for ever)."""
        if not self._free.locked():
            return await self._free.acquire()
        try:
            async with asyncio.timeout(patience):
                return await self._free.acquire()
        except TimeoutError:
            return False

    def give_back(self) -> None:
        self._free.release()
