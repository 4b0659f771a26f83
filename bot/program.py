"""`ajil run`: from the first look at the database to the last outcome written down."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from bot import live, retry
from bot.dropfolder import DropFolder
from bot.figures import watch_stalls
from bot.settings import Settings
from bot.tasks import Nursery
from bot.wiring import ADVISORIES, CannotStartError, Parts, http_doors, now, put_together
from handlers import notices
from newsroom.notices import Board
from newsroom.progress import EVERY
from storage import facts, migrate, updates
from storage.database import Database
from web import server
from web.server import Listening

LAST_MOMENT = 0.5  # seconds for tasks that should have ended by then
LOOK_EVERY = 1.0  # seconds between looks into the drop folder, and for feeds whose turn it is
HUBS_EVERY = 10.0  # seconds between looks for hubs to subscribe at
CLEAN_EVERY = 3600.0
OPEN_EVERY = 1.0
DIGESTS_EVERY = 10.0
KEEP_UPDATES = timedelta(days=3)  # Telegram itself keeps them for one

T = TypeVar("T")
Beside = Callable[[str], Coroutine[Any, Any, None]]
"""Is told the address of the HTTP side."""

log = structlog.stdlib.get_logger(__name__)


async def run(settings: Settings, redact: Callable[[str], str], *, beside: Beside | None = None) -> None:
    """Until SIGTERM or SIGINT. Raises what ended it, where that was something else.

    `beside` runs along, from when messages come in and pushes go out.
    """
    nursery = Nursery()
    _heed_signals(nursery.stopping)
    async with AsyncExitStack() as closing:
        closing.push_async_callback(nursery.wind_up, LAST_MOMENT)
        beginning = nursery.start(_begin(settings, redact, nursery, closing, beside), "start")
        await nursery.stopping.wait()
        log.info("stopping; what is in hand is finished first")
        beginning.cancel()
        await asyncio.wait((beginning,))
    if nursery.failure is not None:
        raise nursery.failure
    log.info("stopped")


def _heed_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C ends the program as it always does there
            loop.add_signal_handler(one, stopping.set)


async def _begin(
    settings: Settings,
    redact: Callable[[str], str],
    nursery: Nursery,
    closing: AsyncExitStack,
    beside: Beside | None,
) -> None:
    db = await open_database(settings)
    closing.push_async_callback(db.close)
    parts = put_together(settings, db, nursery, redact)
    await parts.wire.open()
    closing.push_async_callback(parts.wire.close)
    closing.push_async_callback(parts.fetcher.close)
    closing.push_async_callback(parts.line.close)
    closing.push_async_callback(nursery.wind_up, LAST_MOMENT)
    stops: list[Callable[[], Awaitable[None]]] = []
    closing.push_async_callback(_stop, parts, stops)
    heard = await _listen(parts)
    stops.append(heard.stop)
    http = f"http://{settings.http_host}:{heard.port}"
    log.info("listening; now to Telegram", http=http)
    await retry.while_stored_badly(lambda: parts.desk.feeds.add_named(settings.feeds))
    await retry.while_stored_badly(parts.figures.look)
    watching = nursery.start(watch_stalls(parts.stalls), "stalls")
    stops += [_start_clock(parts), parts.rounds.stop, partial(_cancel, watching)]
    await live.greet(parts)
    stops.extend(await live.go(parts, nursery))
    log.info("ready", bot=f"@{parts.line.bot.username}", http=http, updates=live.way(settings))
    if beside is not None:
        nursery.start(beside(http), "beside")


async def _stop(parts: Parts, stops: list[Callable[[], Awaitable[None]]]) -> None:
    parts.state.stopping = True
    await asyncio.gather(*(stop() for stop in stops))


async def open_database(settings: Settings) -> Database:
    """Its tables brought up to this program, its bot that of the token. Waits while it is locked."""
    url = settings.database_url.get_secret_value()
    version = await retry.while_stored_badly(lambda: asyncio.to_thread(migrate.upgrade, url))
    db = Database.open(url)
    try:
        bot_id = str(settings.bot_id)
        known = partial(facts.put_once, name="bot", value=bot_id)
        owner = await retry.while_stored_badly(lambda: db.write(known))
    except BaseException:
        await db.close()
        raise
    if owner != bot_id:
        await db.close()
        raise CannotStartError(
            f"DATABASE_URL: this database belongs to the bot with the id {owner}, and BOT_TOKEN is that of "
            f"{bot_id}: its readers never wrote to that one. Set a token and a database that belong together."
        )
    log.info("database open", database=db.safe_url, version=version)
    return db


async def _listen(parts: Parts) -> Listening:
    host, port = parts.settings.http_host, parts.settings.http_port
    try:
        return await server.listen(server.create(http_doors(parts)), host, port)
    except OSError as error:
        raise CannotStartError(
            f"HTTP_HOST, HTTP_PORT: cannot listen on {host}:{port} ({error.strerror or error}); "
            "stop what listens there, or set another port"
        ) from None


def _start_clock(parts: Parts) -> Callable[[], Awaitable[None]]:
    clock = parts.clock
    clock.every(parts.settings.push_every, "push", partial(_sweep, parts))
    clock.every(OPEN_EVERY, "open", parts.desk.open_due)
    clock.every(DIGESTS_EVERY, "digests", parts.desk.send_digests)
    clock.every(EVERY, "figures", parts.figures.look)
    clock.every(EVERY, ADVISORIES, partial(_show, parts, parts.desk.advising))
    clock.every(EVERY, "progress", partial(_show, parts, parts.desk.progress))
    clock.every(CLEAN_EVERY, "clean", partial(_clean, parts))
    clock.every(LOOK_EVERY, "feeds", parts.rounds.look)
    clock.every(HUBS_EVERY, "hubs", parts.desk.feeds.subscribe_due)
    if parts.settings.wire_dir is not None:
        clock.every(LOOK_EVERY, "drop folder", DropFolder(parts.settings.wire_dir, parts.desk.take_all).look)
    clock.start()
    return clock.stop


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


async def _sweep(parts: Parts) -> None:
    parts.courier.wake()


async def _show(parts: Parts, board: Board[T]) -> None:
    """By the process that sends: the other ones have nothing to tell."""
    if parts.courier.holds:
        await notices.show(parts.line.bot, board)


async def _clean(parts: Parts) -> None:
    await parts.db.write(lambda tx: updates.forget(tx, now() - KEEP_UPDATES))
