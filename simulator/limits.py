"""Telegram's sending limits, held exactly: no window of one second (or minute) has more than its limit.

What is measured is kept also where nothing is enforced: `worst` is what a sender has to answer for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SECOND = 1.0
MINUTE = 60.0
_SPARE = 64


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages permitted: over all chats and in one chat in a second, in a group or channel in a minute."""

    per_second: int | None = None
    per_chat: int | None = None
    per_group_minute: int | None = None


TELEGRAM = Rates(per_second=30, per_chat=1, per_group_minute=20)


@dataclass(slots=True)
class Worst:
    """The fullest window that was seen of each sort, counting what was let through."""

    second: int = 0
    chat_second: int = 0
    group_minute: int = 0


class Window:
    """Times in the last `span` seconds; a time leaves exactly `span` after it came."""

    __slots__ = ("head", "span", "times")

    def __init__(self, span: float) -> None:
        self.span = span
        self.times: list[float] = []
        self.head = 0

    def count(self, now: float) -> int:
        times, head, gone = self.times, self.head, now - self.span
        while head < len(times) and times[head] <= gone:
            head += 1
        if head > _SPARE and head * 2 > len(times):
            del times[:head]
            head = 0
        self.head = head
        return len(times) - head

    def wait(self, now: float, cost: int, limit: int) -> float:
        """Seconds until `cost` more fit; 0 when they do now."""
        held = self.count(now)
        over = held + min(cost, limit) - limit
        return 0.0 if over <= 0 else self.times[self.head + over - 1] + self.span - now

    def add(self, now: float, cost: int) -> int:
        self.times.extend([now] * cost)
        return self.count(now)


class Limits:
    """One bot's limits; `rates` may be changed at any time."""

    def __init__(self, rates: Rates | None = None, *, watch_chats: bool = True) -> None:
        self.rates = rates or Rates()
        self.watch_chats = watch_chats
        """Without it, and without a limit a chat, nothing is kept for each chat."""
        self.worst = Worst()
        self.refused = 0
        self.early = 0
        """Requests that came while an earlier refusal's retry_after had not passed."""
        self._all = Window(SECOND)
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}
        self._penalties: dict[int | None, float] = {}

    def admit(self, chat_id: int, is_group: bool, now: float, cost: int = 1) -> int | None:
        """Count a message, or give the seconds (retry_after) to wait before it may be tried again."""
        if self._penalties:
            self._note_early(chat_id, now)
        scope, wait = self._refusal(chat_id, is_group, now, cost)
        if wait <= 0:
            self._count(chat_id, is_group, now, cost)
            return None
        seconds = max(1, math.ceil(wait))
        self.refused += 1
        self._penalties[scope] = now + seconds
        return seconds

    def penalise(self, chat_id: int | None, until: float) -> None:
        """A refusal from elsewhere (a fault): what comes before `until` is early (no chat: any)."""
        self._penalties[chat_id] = until

    def _refusal(self, chat_id: int, is_group: bool, now: float, cost: int) -> tuple[int | None, float]:
        """Whom it is too early for (None: the whole bot) and for how many seconds."""
        rates = self.rates
        found: tuple[int | None, float] = (None, 0.0)
        if rates.per_second is not None:
            found = (None, self._all.wait(now, cost, rates.per_second))
        if rates.per_chat is not None and (window := self._chats.get(chat_id)):
            found = max(found, (chat_id, window.wait(now, cost, rates.per_chat)), key=_wait)
        if rates.per_group_minute is not None and is_group and (window := self._groups.get(chat_id)):
            found = max(found, (chat_id, window.wait(now, cost, rates.per_group_minute)), key=_wait)
        return found

    def _count(self, chat_id: int, is_group: bool, now: float, cost: int) -> None:
        worst, rates = self.worst, self.rates
        worst.second = max(worst.second, self._all.add(now, cost))
        if self.watch_chats or rates.per_chat is not None:
            worst.chat_second = max(worst.chat_second, _window(self._chats, chat_id, SECOND).add(now, cost))
        if is_group and (self.watch_chats or rates.per_group_minute is not None):
            held = _window(self._groups, chat_id, MINUTE).add(now, cost)
            worst.group_minute = max(worst.group_minute, held)

    def _note_early(self, chat_id: int, now: float) -> None:
        until = max(self._penalties.get(None, 0.0), self._penalties.get(chat_id, 0.0))
        if now < until:
            self.early += 1
        self._penalties = {scope: end for scope, end in self._penalties.items() if end > now}


def _wait(found: tuple[int | None, float]) -> float:
    return found[1]


def _window(windows: dict[int, Window], chat_id: int, span: float) -> Window:
    window = windows.get(chat_id)
    if window is None:
        window = windows[chat_id] = Window(span)
    return window
