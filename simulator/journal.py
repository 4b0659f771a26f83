"""What happened, in order: every request of the bot (for a judge), every change of a chat (for a phone)."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from simulator.model import Call


class Journal:
    """The requests, append-only, and how many messages each chat has got; `keep` bounds the requests."""

    def __init__(self, keep: int | None = None) -> None:
        self.calls: deque[Call] = deque(maxlen=keep)
        self.total = 0
        self.sent: Counter[int] = Counter()
        """Messages that the bot put into each chat (sends and copies, not edits)."""
        self.edited: Counter[int] = Counter()
        self.statuses: Counter[int] = Counter()
        self.done = 0
        """Messages that the bot has sent, edited or deleted."""

    def count_sent(self, chat_id: int) -> None:
        self.done += 1
        self.sent[chat_id] += 1

    def count_edited(self, chat_id: int) -> None:
        self.done += 1
        self.edited[chat_id] += 1

    def add(self, call: Call) -> None:
        self.total += 1
        self.calls.append(call)
        self.statuses[call.status] += 1


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is message, edited, deleted, pinned, answer, action, failed, chat, commands or profile."""

    seq: int
    what: str
    chat_id: int | None
    detail: Any
    """The message's id; for other kinds, a JSON object."""


class Changes:
    """A stream that many may follow, each from where it left off; the oldest are forgotten."""

    def __init__(self, keep: int) -> None:
        self._kept: deque[Change] = deque(maxlen=keep)
        self._waiters: set[asyncio.Event] = set()
        self.last = 0
        self.closed = False

    def open(self) -> None:
        self.closed = False

    def release(self) -> None:
        """Let go whoever waits; the server is closing."""
        self.closed = True
        for waiter in self._waiters:
            waiter.set()

    def add(self, what: str, chat_id: int | None, detail: Any = None) -> None:
        self.last += 1
        self._kept.append(Change(self.last, what, chat_id, detail))
        for waiter in self._waiters:
            waiter.set()

    def since(self, seq: int) -> list[Change]:
        if not self._kept or self._kept[-1].seq <= seq:
            return []
        at = max(0, seq + 1 - self._kept[0].seq)
        return [self._kept[i] for i in range(at, len(self._kept))]

    def missed(self, seq: int) -> bool:
        """Whether changes after `seq` are already forgotten."""
        return bool(self._kept) and seq + 1 < self._kept[0].seq

    async def wait(self, seq: int, seconds: float) -> list[Change]:
        """The changes after `seq`, waiting for one at most `seconds`."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                while not (found := self.since(seq)) and not self.closed:
                    await waiter.wait()
                    waiter.clear()
        except TimeoutError:
            return []
        finally:
            self._waiters.discard(waiter)
        return found
