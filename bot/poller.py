"""Long polling that acknowledges an update only after it, and all before it, were handled.

The library's own `Updater` acknowledges first. What is said of `getUpdates` is from its server's source.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import retry
from bot.intake import Intake, NotAnUpdateError, RawUpdate, number_of
from delivery.errors import penalty_of

Fetch = Callable[[int, int, int], Awaitable[list[Any]]]
"""`getUpdates` with offset, limit and timeout, in the form that Telegram wrote the updates in."""

LIMIT = 100
LONG = 50  # seconds, the longest that the server waits
PATIENCE = 1.0  # seconds that a batch may take before others are asked for
LOOK = 0.1  # seconds between looks whether it is our turn to poll
HELD = 3.0  # seconds in which the server holds a question with the same offset
BREATH = 0.25  # seconds between two long questions that were answered at once, with nothing
QUIET = 24 * 3600.0  # seconds; after a week without updates their numbers start anywhere

log = structlog.stdlib.get_logger(__name__)


class TokenRefusedError(Exception):
    """Telegram refuses BOT_TOKEN: copy it again from @BotFather (and see that TELEGRAM_API_URL is right)."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Poller:
    """`run` until it is cancelled, then `settle`. Cancelling loses nothing: nothing is acknowledged early.

    While it is not `ours` to poll (another process does), it waits.
    """

    def __init__(
        self,
        fetch: Fetch,
        intake: Intake,
        *,
        ours: Callable[[], bool] = lambda: True,
        patience: float = PATIENCE,
        pause_after: Callable[[int], float] = retry.pause_after,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._intake = intake
        self._ours = ours
        self._patience = patience
        self._pause_after = pause_after
        self._clock = clock
        self._outage = retry.Outage("Telegram gives no updates")
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._handled: set[int] = set()
        self._next = 0
        self._confirmed = 0
        self._asked = (-1, clock())
        self._last_update = clock()

    async def run(self) -> None:
        while True:
            self._take(await self._next_batch())
            if self._waiting:
                await asyncio.wait(self._waiting.values(), timeout=self._patience)

    async def settle(self, patience: float) -> None:
        """Wait that long (seconds) for what is being handled, and acknowledge what was."""
        if self._waiting:
            await asyncio.wait(self._waiting.values(), timeout=patience)
        if self._floor() <= self._confirmed:
            return
        try:
            async with asyncio.timeout(patience):
                await self._fetch(self._floor(), 1, 0)
        except (TelegramError, TimeoutError) as error:
            log.warning(
                "what was handled last could not be acknowledged", why=str(error) or "no answer in time"
            )

    @property
    def trouble(self) -> str | None:
        """What keeps updates from coming, while something does."""
        return self._outage.said

    async def _next_batch(self) -> list[Any]:
        while True:
            while not self._ours():  # noqa: ASYNC110 - it is a lease in a database: it tells nobody of its end
                await asyncio.sleep(LOOK)
            try:
                batch = await self._ask()
            except InvalidToken:
                raise TokenRefusedError from None
            except TelegramError as error:
                self._outage.failed(explain(error))
                least = penalty_of(error) if isinstance(error, RetryAfter) else 0.0
                await asyncio.sleep(max(least, self._pause_after(self._outage.failures)))
            else:
                self._outage.over()
                return batch

    async def _ask(self) -> list[Any]:
        floor, now = self._floor(), self._clock()
        if not self._waiting:
            if now - self._last_update > QUIET:
                self._next = floor = 0
            batch = await self._fetch(floor, LIMIT, LONG)
            if not batch:
                # Telegram holds such a question; what stands in its place may not, and is not to be flooded.
                await asyncio.sleep(max(0.0, now + BREATH - self._clock()))
        else:
            # All before the floor is acknowledged, so one less asks for the same, and is not held.
            again = self._asked[0] == floor and now - self._asked[1] < HELD
            floor -= again
            self._asked = (floor, now)
            batch = await self._fetch(floor, LIMIT, 0)
        self._confirmed = max(self._confirmed, floor)
        return batch

    def _take(self, batch: list[RawUpdate]) -> None:
        for update in batch:
            try:
                number = number_of(update)
            except NotAnUpdateError as error:
                log.warning("skipped what Telegram sent as an update", why=str(error))
                continue
            self._next = max(self._next, number + 1)
            if number not in self._waiting and number not in self._handled:
                self._last_update = self._clock()
                self._waiting[number] = self._intake.submit(update)

    def _floor(self) -> int:
        """The lowest offset that acknowledges nothing unhandled."""
        done = {number for number, flight in self._waiting.items() if _succeeded(flight)}
        for number in done:
            del self._waiting[number]
        floor = min(self._waiting, default=self._next)
        self._handled = {number for number in self._handled | done if number >= floor}
        return floor


def _succeeded(flight: asyncio.Future[None]) -> bool:
    return flight.done() and not flight.cancelled() and flight.exception() is None


def explain(error: TelegramError) -> str:
    """In an operator's words."""
    if isinstance(error, RetryAfter):
        return "it asks for fewer calls"
    if not isinstance(error, Conflict):
        return f"it cannot be reached or is not well ({error.message})"
    if "webhook" in error.message.lower():
        return "a webhook is set for this BOT_TOKEN by another program; stop it, or remove its webhook"
    return "another bot runs on this BOT_TOKEN; stop it, or use a token of your own"
