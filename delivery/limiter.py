"""The pacer under every call that python-telegram-bot makes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from delivery import errors
from delivery.lanes import ChatId
from delivery.pacer import Pacer
from storage.records import Lane

_log = logging.getLogger(__name__)

ATTEMPTS: Final = 3

LONGEST_WAIT: Final = 60.0
"""Seconds that a call may sit out. Nobody waits longer for a reply: the error goes to whoever called."""

_MESSAGES: Final = (
    "send",
    "editMessage",
    "copyMessage",
    "forwardMessage",
    "deleteMessage",
    "stopPoll",
    "stopMessage",
)
_NO_MESSAGES: Final = ("sendChat", "sendMessageDraft", "sendRichMessageDraft")
_ITEMS: Final[Mapping[str, str]] = {
    "sendMediaGroup": "media",
    "copyMessages": "message_ids",
    "forwardMessages": "message_ids",
}

Result = bool | dict[str, Any] | list[dict[str, Any]]


class PacedLimiter(BaseRateLimiter[Lane]):
    """`rate_limit_args` is the call's lane, `Lane.REPLY` where it names none.

    What got a 429 was not sent, so a message is sent again once its time has come, `ATTEMPTS` times in all.
    Other calls have limits of their own (a bot's name: days), which hold nothing else up.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def process_request(  # noqa: PLR0917 - the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Result:
        lane = Lane.REPLY if rate_limit_args is None else rate_limit_args
        chat, cost = chat_of(data), cost_of(endpoint, data)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._pacer.turn(lane, chat, cost=cost):
                    return await callback(*args, **kwargs)
            except RetryAfter as error:
                seconds = errors.penalty_of(error)
                if cost:
                    self._pacer.throttled(chat, seconds)
                if not cost or attempt == ATTEMPTS or seconds > LONGEST_WAIT:
                    raise
                _log.info("%s was refused for %g seconds", endpoint, seconds)
        raise AssertionError("the last attempt returns or raises")


def cost_of(endpoint: str, data: Mapping[str, Any]) -> int:
    """How many messages a call counts as: sends, edits and deletes do, an album or a batch by its items."""
    if not endpoint.startswith(_MESSAGES) or endpoint.startswith(_NO_MESSAGES):
        return 0
    items = data.get(_ITEMS.get(endpoint, ""))
    return max(1, len(items)) if isinstance(items, list | tuple) else 1


def chat_of(data: Mapping[str, Any]) -> ChatId | None:
    """The chat that a call is for: a number, or a channel's `@name`."""
    chat = data.get("chat_id")
    if isinstance(chat, str):
        return int(chat) if chat.removeprefix("-").isdecimal() else chat.lower()
    return chat if isinstance(chat, int) else None
