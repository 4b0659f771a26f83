"""The one way from a question to its answer, and from a failure to words that help."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot

from handlers import previews, replies
from handlers.doors import Answer, Doors
from handlers.replies import Place
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Proposal
from newsroom.render import refusals
from newsroom.visitor import Visitor
from newsroom.wire import CopyRefused
from newsroom.words import words_for
from storage.errors import StorageError
from storage.records import Composed

T = TypeVar("T")
EXPECTED = (Refusal, CopyRefused, StorageError)

_LOG = logging.getLogger(__name__)


async def attempt(
    doors: Doors,
    who: Visitor,
    act: Callable[[], Awaitable[T]],
    refuse: Callable[[Message], Awaitable[object]],
) -> T | None:
    """What the act answers; or None, once `refuse` has said why there is no answer.

    What nobody foresaw is answered too, and then raised for `handlers.failures.process`.
    """
    try:
        return await act()
    except Exception as error:
        await refuse(await _explained(doors, who, error))
        if not isinstance(error, EXPECTED):
            raise
    return None


async def shown_first(bot: Bot, place: Place, act: Callable[[], Awaitable[Answer]]) -> Message:
    """A proposal's question comes under what it asks about."""
    answer = await act()
    if isinstance(answer, Proposal):
        if answer.shown is not None:
            await _show(bot, place, answer.shown)
        for part in answer.more:
            await _show(bot, place, part)
        return answer.question
    return answer


async def remember(doors: Doors, who: Visitor, message_id: int, message: Message) -> None:
    """A reply to a message about a story is understood later; one about a push shows how that goes.

    Without it the answer still stands.
    """
    try:
        if message.about is not None:
            await doors.desk.shown(who, message_id, message.about)
        if message.tracks is not None:
            await doors.desk.progress.attach(message.tracks, who.chat_id, message_id)
    except StorageError as error:
        _LOG.warning("what was shown is not remembered: %s", error)


async def _show(bot: Bot, place: Place, shown: Message | Composed) -> None:
    if isinstance(shown, Message):
        await replies.say(bot, place, shown)
        return
    await previews.send(bot, place.chat_id, shown)


async def _explained(doors: Doors, who: Visitor, error: Exception) -> Message:
    """In the chat's language, or in the house's where the store does not say what the chat's is."""
    refusal = _refusal(error)
    try:
        return await doors.desk.refuse(who, refusal)
    except StorageError as deeper:
        _LOG.error("the store did not answer: %s", deeper)
        return refusals.refusal(words_for(doors.house.language, doors.house.zone), refusal)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, CopyRefused):
        return Refusal(f"copy_{error.reason}")
    return Refusal("trouble")
