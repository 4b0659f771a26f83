"""The intake of updates: each is handled once, one at a time in a chat and many chats at once.

An update counts as handled when the journal has it, however its handling ended: none stops the rest. A death
between the two brings it back, and it is handled again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from bot import retry
from storage.database import StorageError

T = TypeVar("T")
RawUpdate = dict[str, Any]
Lane = tuple[str, int]

PATIENCE = 60.0  # seconds for one update
WIDTH = 64  # updates at once
LONGEST_ERROR = 500
LONGEST_PAYLOAD = 4000

log = structlog.stdlib.get_logger(__name__)


class NotAnUpdateError(ValueError):
    """It has no numeric `update_id`, so it can be neither handled nor acknowledged."""


class SpoiledError(Exception):
    """An update could not be handled, for a reason outside this program; the message says which."""


class Journal(Protocol):
    """What the intake needs of the store. Raises `StorageError`."""

    async def has(self, update_id: int) -> bool: ...
    async def record(self, update_id: int, error: str | None, payload: str | None) -> None: ...


class Start(Protocol):
    """`bot.tasks.Nursery.start`."""

    def __call__(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]: ...


class Intake:
    """`handle` gets the update as Telegram wrote it; `redact` takes secrets out of what is recorded."""

    def __init__(
        self,
        handle: Callable[[RawUpdate], Awaitable[None]],
        journal: Journal,
        start: Start,
        *,
        redact: Callable[[str], str] = str,
        patience: float = PATIENCE,
        width: int = WIDTH,
    ) -> None:
        self._handle = handle
        self._journal = journal
        self._start = start
        self._redact = redact
        self._patience = patience
        self._room = asyncio.Semaphore(width)
        self._flights: dict[int, asyncio.Task[None]] = {}
        self._tails: dict[Lane, asyncio.Task[None]] = {}

    def submit(self, update: RawUpdate) -> asyncio.Future[None]:
        """Done once the update is handled and recorded; to stop waiting for it does not stop it.

        The order of calls is the order in a chat. Raises `NotAnUpdateError`.
        """
        update_id = number_of(update)
        flight = self._flights.get(update_id)
        if flight is None:
            flight = self._launch(update_id, update)
        return asyncio.shield(flight)

    def _launch(self, update_id: int, update: RawUpdate) -> asyncio.Task[None]:
        lane = lane_of(update)
        work = self._walk(update_id, update, self._tails.get(lane))
        flight = self._start(work, f"update {update_id}")
        self._flights[update_id] = self._tails[lane] = flight
        flight.add_done_callback(partial(self._landed, update_id, lane))
        return flight

    def _landed(self, update_id: int, lane: Lane, flight: asyncio.Task[None]) -> None:
        del self._flights[update_id]
        if self._tails[lane] is flight:
            del self._tails[lane]

    async def _walk(self, update_id: int, update: RawUpdate, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait((before,))
        async with self._room:
            if await retry.while_stored_badly(lambda: self._journal.has(update_id)):
                return
            fault = await self._attempt(update_id, update)
            error = self._redact(fault)[:LONGEST_ERROR] if fault else None
            payload = self._redact(_written(update))[:LONGEST_PAYLOAD] if fault else None
            await retry.while_stored_badly(lambda: self._journal.record(update_id, error, payload))

    async def _attempt(self, update_id: int, update: RawUpdate) -> str | None:
        """What went wrong, if anything did."""
        try:
            async with asyncio.timeout(self._patience):
                await self._handle(update)
        except TimeoutError:
            return self._skipped(update_id, f"was not handled within {self._patience:g} seconds")
        except (SpoiledError, StorageError) as error:
            return self._skipped(update_id, str(error))
        except Exception as error:  # one update must never stop the rest
            log.exception("an update brought out a fault of ours; skipped", update_id=update_id)
            return f"{type(error).__name__}: {error}"
        return None

    def _skipped(self, update_id: int, why: str) -> str:
        log.warning("an update was skipped", update_id=update_id, why=self._redact(why)[:LONGEST_ERROR])
        return why


def number_of(update: object) -> int:
    """Bot API `Update.update_id`."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int:
        raise NotAnUpdateError("this is not an Update of the Bot API: it has no numeric update_id")
    return number


def lane_of(update: RawUpdate) -> Lane:
    """Updates of one lane wait for each other: a chat's, else a person's, else a lane of its own."""
    for part in update.values():
        chat = _at(part, "chat") or _at(_at(part, "message"), "chat")
        if type(number := _at(chat, "id")) is int:
            return ("chat", number)
        if type(number := _at(_at(part, "from") or _at(part, "user"), "id")) is int:
            return ("user", number)
    return ("update", number_of(update))


def _at(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _written(update: RawUpdate) -> str:
    try:
        return json.dumps(update, ensure_ascii=False, default=repr)
    except (ValueError, RecursionError):
        return "(cannot be written down)"
