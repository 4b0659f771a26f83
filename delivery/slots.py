"""So many exchanges at a time, and no more."""

from __future__ import annotations

import asyncio
from collections import deque


class Slots:
    """Give back each that was taken. Unlike a semaphore's, one that is free can be taken without waiting."""

    __slots__ = ("_free", "_waiting")

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take_now(self) -> bool:
        if self._free:
            self._free -= 1
            return True
        return False

    async def take(self, patience: float | None) -> bool:
        """False where none became free in time (seconds; None waits for ever)."""
        if self.take_now():
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(patience):
                await turn
        except (TimeoutError, asyncio.CancelledError) as error:
            if turn.done() and not turn.cancelled():
                self.give_back()
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    def give_back(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
