"""The one pacer under every outgoing call of a bot token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from delivery.flow import Limits
from delivery.lanes import Ask, ChatId
from delivery.pace import Pace
from storage.records import Lane

_TICK: Final = 0.008
"""Seconds. A timer for every call would cost more than the call, at a thousand a second."""

_LONG: Final = 0.05
"""Seconds. Where it is longer to the next call, an answer may have brought it forward."""


class Pacer:
    """`Pace` on the clock and timers of the running event loop. One for each token, in one loop."""

    def __init__(self, limits: Limits) -> None:
        self._pace = Pace(limits)
        self._timer: asyncio.TimerHandle | None = None
        self._is_called = False
        self._is_starved = False

    @asynccontextmanager
    async def turn(self, lane: Lane, chat_id: ChatId | None = None, *, cost: int = 1) -> AsyncIterator[None]:
        """Entered when the call may leave: at once, so it has to leave then. Cancelling gives the place up.

        Its body is the call with its answer. `cost` is the number of messages that it makes; with 0 it waits
        for penalties of the bot only.
        """
        if cost == 0:
            await self._sit_out(asyncio.get_running_loop())
            yield
            return
        ask = await self._wait(self._pace.ask(lane, chat_id, cost))
        try:
            yield
        finally:
            self.landed(ask)

    def ask(self, lane: Lane, chat_id: ChatId, leave: Callable[[], object], *, cost: int = 1) -> Ask:
        """Have `leave` called, not before this returns, when `cost` messages may leave: they have to then.

        What `turn` is to a task that waits, for whoever has many that wait, and tells when each has `landed`.
        """
        ask = self._pace.ask(lane, chat_id, cost)
        ask.wake = leave
        self._soon()
        return ask

    def withdraw(self, ask: Ask) -> None:
        """Give the place up, unless it was called."""
        self._pace.withdraw(ask)

    def landed(self, ask: Ask) -> None:
        """What left is answered, or will never be."""
        now = asyncio.get_running_loop().time()
        self._pace.landed(ask, now)
        if self._is_starved or (self._timer is not None and self._timer.when() > now + _LONG):
            self._soon()

    def throttled(self, chat_id: ChatId | None, seconds: float) -> None:
        """Tell of a 429: the chat waits, and the bot does if it happens to several at about one time."""
        self._pace.penalise(asyncio.get_running_loop().time(), chat_id, seconds)

    def delay(self, chat_id: ChatId) -> float:
        """Seconds until this chat alone could be sent to: what waits long need not be asked for yet."""
        free_at = self._pace.chat_free_at(chat_id)
        return max(0.0, free_at - asyncio.get_running_loop().time()) if free_at else 0.0

    def paused_for(self) -> float:
        """Seconds until anything of this bot may leave."""
        return max(0.0, self._pace.paused_until - asyncio.get_running_loop().time())

    def rate(self) -> float:
        """Messages a second that may leave now: 0 in a penalty of the bot, and less than usual after one."""
        return self._pace.rate(asyncio.get_running_loop().time())

    async def _wait(self, ask: Ask) -> Ask:
        self._pump()
        if ask.home is None:
            return ask
        left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ask.wake = partial(_settle, left)
        try:
            await left
        except asyncio.CancelledError:
            self._pace.withdraw(ask)
            self._pump()
            raise
        return ask

    async def _sit_out(self, loop: asyncio.AbstractEventLoop) -> None:
        # A loop, because the end moves when another 429 comes.
        while (seconds := self._pace.paused_until - loop.time()) > 0:  # noqa: ASYNC110 - it waits for a time
            await asyncio.sleep(seconds)

    def _soon(self) -> None:
        if not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        self._is_called = False
        loop = asyncio.get_running_loop()
        now = loop.time()
        try:
            while (ask := self._pace.grant(now)) is not None:
                if ask.wake is not None:
                    ask.wake()
        finally:
            # Whoever fails to leave stops nobody else.
            when = self._pace.next_at()
            self._is_starved = when == float("inf")
            if when is not None and not self._is_starved:
                self._wind(loop, max(when, now + _TICK))

    def _wind(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._pump()


def _settle(left: asyncio.Future[None]) -> None:
    if not left.done():
        left.set_result(None)
