"""The queue of updates for the bot, and long polling over it (Bot API: Getting updates)."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from simulator.errors import ApiError, bad_request, conflict

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)
ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
USUAL = frozenset(KINDS) - ASKED_FOR
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0}
DAY = 86_400.0
SWEEP = 5.0
HOLD = 3.0
LIMIT = 100
LONGEST_POLL = 50
_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True, slots=True)
class Update:
    """One update; those of one `key` (a chat, or a person pressing buttons) stay in order."""

    id: int
    key: str
    body: bytes
    expires: float


class Updates:
    """Kept until the bot confirms them, or they expire, whether or not the bot is there."""

    def __init__(self, clock: Callable[[], float], first_id: int, *, hold_repeats: bool = False) -> None:
        self._clock = clock
        self._hold_repeats = hold_repeats
        self._asked: tuple[int, float] = (0, -HOLD)
        self._next = first_id
        self._waiting: OrderedDict[int, Update] = OrderedDict()
        self._swept = clock()
        self._poll: asyncio.Future[ApiError | None] | None = None
        self.allowed: frozenset[str] = USUAL
        self.allowed_named = False
        self.webhook_active = False
        self.on_push: Callable[[Update], None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, kind: str, payload: Any, key: str) -> int | None:
        """Queue an update and give its id, or None where the bot has not asked for this kind."""
        if kind not in self.allowed:
            return None
        update_id, self._next = self._next, self._next + 1
        body = json.dumps({"update_id": update_id, kind: payload}).encode()
        update = Update(update_id, key, body, self._clock() + LIFETIMES.get(kind, DAY))
        self._waiting[update_id] = update
        if self.on_push is not None:
            self.on_push(update)
        self._wake(None)
        return update_id

    def pending(self) -> list[Update]:
        self._expire()
        return list(self._waiting.values())

    def drop(self, update: Update) -> None:
        """Forget one that was delivered."""
        self._waiting.pop(update.id, None)

    def drop_all(self) -> None:
        self._waiting.clear()

    def allow(self, kinds: Iterable[str] | None) -> None:
        """None keeps what was asked for before; an empty list means the usual kinds."""
        if kinds is None:
            return
        known = frozenset(kind.lower() for kind in kinds) & frozenset(KINDS)
        self.allowed_named = bool(known)
        self.allowed = known or USUAL

    async def poll(self, offset: int, limit: int, seconds: float) -> bytes:
        """What getUpdates answers: a JSON array; `offset` confirms all updates before it."""
        if self.webhook_active:
            raise conflict(_WEBHOOK_SET)
        self._wake(conflict(_TERMINATED))
        seconds = self._held(offset, seconds)
        self._confirm(offset)
        if not self._waiting and seconds > 0:
            await self._wait(seconds)
        self._expire()
        ready = islice(self._waiting.values(), limit)
        return b"[" + b",".join(update.body for update in ready) + b"]"

    def _held(self, offset: int, seconds: float) -> float:
        """Telegram lets who asks for the same again, too soon, wait for three seconds."""
        now = self._clock()
        before, self._asked = self._asked, (offset, now)
        repeated = self._hold_repeats and before[0] == offset and now - before[1] < HOLD
        return max(seconds, HOLD) if repeated else seconds

    def stop_polling(self) -> None:
        """A webhook takes over: the request that waits is ended."""
        self._wake(conflict("terminated by setWebhook request"))

    def release(self) -> None:
        """Answer the request that waits, for the server is closing."""
        self._wake(None)

    def _confirm(self, offset: int) -> None:
        self._expire()
        waiting = self._waiting
        if offset < 0:
            newest = list(islice(reversed(waiting), -offset))
            offset = newest[-1] if newest else 0
        while waiting and next(iter(waiting)) < offset:
            waiting.popitem(last=False)

    def _expire(self) -> None:
        now = self._clock()
        if now - self._swept >= SWEEP:
            self._swept = now
            for update in [one for one in self._waiting.values() if one.expires <= now]:
                del self._waiting[update.id]

    async def _wait(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                ended = await poll
        except TimeoutError:
            ended = None
        finally:
            if self._poll is poll:
                self._poll = None
        if ended is not None:
            raise ended

    def _wake(self, error: ApiError | None) -> None:
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(error)


def poll_arguments(params: dict[str, Any]) -> tuple[int, int, int]:
    """Offset, limit and time-out (seconds), brought into Telegram's bounds."""
    limit = params.get("limit", LIMIT)
    limit = limit if 1 <= limit <= LIMIT else LIMIT
    timeout = max(0, min(LONGEST_POLL, params.get("timeout", 0)))
    return params.get("offset", 0), limit, timeout


def checked_kinds(kinds: Iterable[str] | None) -> None:
    unknown = sorted(set(kinds or ()) - set(KINDS))
    if unknown:
        raise bad_request(f"unknown kinds in allowed_updates: {', '.join(unknown)} (strict simulator)")
