"""The Telegram side, put together: the library's bot and application on our request class and pacer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ExtBot

from bot.intake import RawUpdate, SpoiledError
from bot.poller import TokenRefusedError
from bot.settings import Settings
from delivery.limiter import PacedLimiter
from delivery.pacer import Pacer
from delivery.request import AiohttpRequest
from handlers.doors import Chats
from handlers.failures import process
from handlers.register import ALLOWED_UPDATES
from storage.records import Lane

SLACK = 10.0  # seconds beyond the server's own waiting


class HouseBot(ExtBot[Lane]):
    """The library's bot, which can also give updates in the form that Telegram wrote them in."""

    async def raw_updates(self, offset: int, limit: int, wait: int) -> list[Any]:
        """`getUpdates`, unparsed: one update that the library cannot read must not lose the others."""
        asked = {"offset": offset, "limit": limit, "timeout": wait, "allowed_updates": ALLOWED_UPDATES}
        given = await self._post("getUpdates", asked, read_timeout=wait + SLACK)
        return cast(list[Any], given)


@dataclass(frozen=True, slots=True)
class Line:
    """The bot and its handlers' application, on one pacer."""

    bot: HouseBot
    application: Chats

    async def open(self) -> None:
        """Greets Telegram (`getMe`). Raises `TelegramError` where it is not there, `TokenRefusedError`."""
        try:
            await self.application.initialize()
        except InvalidToken:
            raise TokenRefusedError from None  # the library's error holds the token

    async def close(self) -> None:
        await self.application.shutdown()
        await self.bot.shutdown()

    async def handle(self, raw: RawUpdate) -> None:
        """One update through the handlers. `SpoiledError` where the fault is not in this program."""
        update = self._parsed(raw)
        try:
            await process(self.application, update)
        except TelegramError as error:
            raise SpoiledError(f"Telegram did not take the answer: {error.message}") from None

    def _parsed(self, raw: RawUpdate) -> Update:
        try:
            return Update.de_json(raw, self.bot)
        except Exception as error:  # the library raises whatever it stumbles over
            raise SpoiledError(f"cannot be read: {type(error).__name__}") from None


def line(settings: Settings, pacer: Pacer) -> Line:
    bot = HouseBot(
        settings.token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(pool_size=2),
        rate_limiter=PacedLimiter(pacer),
    )
    # No updater: our own poller acknowledges later. No job queue: the clock is the one ticker.
    built: Any = Application.builder().bot(bot).updater(None).job_queue(None).build()
    return Line(bot, cast(Chats, built))
