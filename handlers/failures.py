"""The way in for an update, and the way out for what could not be done with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextvars import ContextVar

from telegram import Update
from telegram.error import ChatMigrated, Forbidden

from handlers.doors import Chats, Context, Doors
from storage.errors import StorageError

_failure: ContextVar[Exception | None] = ContextVar("_failure", default=None)


async def process(application: Chats, update: Update) -> None:
    """Handle one update to its end. Raises what nobody foresaw, where the library would log and forget it."""
    _failure.set(None)
    await application.process_update(update)
    failure = _failure.get()
    if failure is not None:
        raise failure


def failures(doors: Doors) -> Callable[[object, Context], Coroutine[object, object, None]]:
    """The error handler: keeps what went wrong for `process`, unless it explains itself."""

    async def handle(update: object, context: Context) -> None:
        error = context.error
        chat = update.effective_chat if isinstance(update, Update) else None
        if isinstance(error, ChatMigrated) and chat is not None:
            await _follow(doors, chat.id, error.new_chat_id)
        elif not isinstance(error, Forbidden):  # who left while we were answering needs no answer
            _failure.set(error)

    return handle


async def _follow(doors: Doors, old_chat_id: int, new_chat_id: int) -> None:
    try:
        await doors.desk.moved(old_chat_id, new_chat_id)
    except StorageError as error:
        _failure.set(error)
