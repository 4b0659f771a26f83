"""In touch with Telegram: greeted, its updates on their way in, pushes on their way out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import retry
from bot.poller import TokenRefusedError, explain
from bot.settings import Settings
from bot.tasks import Nursery
from bot.wiring import CannotStartError, Parts
from delivery.errors import penalty_of
from handlers import menu
from handlers.register import ALLOWED_UPDATES

T = TypeVar("T")
CONNECTIONS = 40  # that Telegram may open to the webhook at once
PATIENCE = 10.0  # seconds that updates in hand may take when the program stops

NO_WEBHOOKS = "WEBHOOK_URL: this Bot API server has no webhooks; leave it empty, and updates are asked for"

log = structlog.stdlib.get_logger(__name__)


def way(settings: Settings) -> str:
    return "webhook" if settings.webhook_url else "polling"


async def greet(parts: Parts) -> None:
    """Until Telegram has answered. Raises `TokenRefusedError`."""
    await _insist("Telegram does not answer", parts.line.open)
    parts.state.in_touch = True


async def go(parts: Parts, nursery: Nursery) -> list[Callable[[], Awaitable[None]]]:
    """Start what takes from Telegram and what sends to it; how to stop it again."""
    stops: list[Callable[[], Awaitable[None]]] = [parts.courier.aclose]
    if parts.settings.webhook_url:
        if not await _insist_where_known(parts, "the webhook cannot be set", partial(_set_webhook, parts)):
            raise CannotStartError(NO_WEBHOOKS)
    else:
        await _insist_where_known(parts, "the webhook cannot be removed", parts.line.bot.delete_webhook)
        polling = nursery.start(parts.poller.run(), "poller")
        stops.append(partial(_end_polling, parts, polling))
    nursery.start(parts.courier.run(), "courier")
    nursery.start(_offer_menu(parts), "menu")
    return stops


async def _set_webhook(parts: Parts) -> None:
    try:
        await parts.line.bot.set_webhook(
            parts.settings.webhook_url or "",
            secret_token=parts.settings.webhook_proof,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=CONNECTIONS,
        )
    except BadRequest as error:
        raise CannotStartError(f"WEBHOOK_URL: Telegram refuses it ({error.message})") from None


async def _end_polling(parts: Parts, polling: asyncio.Task[None]) -> None:
    polling.cancel()
    await asyncio.wait((polling,))
    await parts.poller.settle(PATIENCE)


async def _offer_menu(parts: Parts) -> None:
    """Nobody waits for it: what it offers can be typed as well."""
    try:
        editors = await retry.while_stored_badly(parts.desk.all_editors)
        offer = partial(menu.offer, parts.line.bot, parts.house, editors)
        await _insist_where_known(parts, "the menu cannot be set", offer)
    except BadRequest as error:
        log.warning("Telegram refuses the menu of commands", why=error.message)


async def _insist_where_known(parts: Parts, trouble: str, work: Callable[[], Awaitable[object]]) -> bool:
    """As `_insist`; False where the server does not know how.

    It refuses a method that it lacks as it does a token: then `getMe` tells which.
    """
    try:
        await _insist(trouble, work)
    except TokenRefusedError:
        await _insist("Telegram does not answer", parts.line.bot.get_me)
        log.warning("this Bot API server lacks a method", why=trouble)
        return False
    return True


async def _insist(trouble: str, work: Callable[[], Awaitable[T]]) -> T:
    """Again and again, until Telegram is there. What it refuses for good goes up."""
    outage = retry.Outage(trouble)
    while True:
        try:
            done = await work()
        except InvalidToken:
            raise TokenRefusedError from None
        except BadRequest:
            raise
        except TelegramError as error:
            outage.failed(explain(error))
            least = penalty_of(error) if isinstance(error, RetryAfter) else 0.0
            await asyncio.sleep(max(least, retry.pause_after(outage.failures)))
        else:
            outage.over()
            return done
