"""When the next call of a token may leave, and whose it is. Pure: `now` is of any monotonic clock."""

from __future__ import annotations

import heapq
from collections import deque
from typing import Final

from delivery.flow import Flow, Limits
from delivery.lanes import Ask, Chat, ChatId, Lanes
from storage.records import Lane

FAIR_TURN: Final = 16
"""Every so many grants go to the lane that has waited longest, however little urgent."""

ESCALATION: Final = 5.0
"""Penalties in several chats within these seconds are a penalty of the bot."""

ESCALATION_CHATS: Final = 3
"""How many are several, up to 300 a second; beyond it, a hundredth of a second's worth."""


class Pace:
    """All that is known of the pace of one token. Chats at rest are forgotten."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._flow = Flow(limits.per_second)
        self._ready = Lanes()
        self._chats: dict[ChatId, Chat] = {}
        self._alarms: list[tuple[float, int, Chat]] = []
        self._alarm_number = 0
        self._parked = 0
        self._turn = 0
        self._served: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._reply_was_last = False
        self._penalties: deque[tuple[float, ChatId, float]] = deque(maxlen=256)

    @property
    def paused_until(self) -> float:
        """Until when nothing of this bot may leave."""
        return self._flow.paused_until

    def rate(self, now: float) -> float:
        """What is sent in a second now, at most."""
        return 0.0 if now < self.paused_until else self._limits.per_second * self._flow.share(now)

    def chat_free_at(self, chat_id: ChatId) -> float:
        """When this chat alone could be sent to, whoever else waits."""
        chat = self._chats.get(chat_id)
        return max(self.paused_until, chat.ready_at(1) if chat else 0.0)

    def ask(self, lane: Lane, chat_id: ChatId | None, cost: int) -> Ask:
        ask = Ask(lane, None if chat_id is None else self._chat(chat_id), cost)
        if ask.chat is not None:
            ask.chat.asks += 1
        self._ready.add(ask)
        return ask

    def withdraw(self, ask: Ask) -> None:
        """Forget an ask, unless it was granted."""
        if ask.home is None:
            return
        self._leave(ask)
        chat = ask.chat
        if chat is not None and not chat.asks and chat.alarm is None:
            del self._chats[chat.id]

    def grant(self, now: float) -> Ask | None:
        """The ask that may leave now, if any. Whoever gets it has left, and tells when it has `landed`."""
        self._ring(now)
        while self._ready:
            lane = self._next_lane()
            ask = self._ready.first(lane)
            if ask.chat is not None and ask.chat.ready_at(ask.cost) > now:
                self._park(ask, ask.chat)
            elif self._flow.free_at(ask.cost) > now:
                return None
            else:
                self._take(ask, now)
                return ask
        return None

    def landed(self, ask: Ask, now: float) -> None:
        """Its answer is there, or will never be."""
        if ask.place is not None:
            self._flow.landed(now, ask.place)
            ask.place = None

    def next_at(self) -> float | None:
        """When to call `grant` again, if nothing else happens before, and nothing lands."""
        if self._ready:
            return self._flow.free_at(self._ready.first(self._next_lane()).cost)
        return self._alarms[0][0] if self._parked else None

    def penalise(self, now: float, chat_id: ChatId | None, seconds: float) -> None:
        """Telegram answered 429: hold the chat, and the bot when it is not one chat alone."""
        if chat_id is None:
            self._flow.pause(now, now + seconds)
            return
        chat = self._chat(chat_id)
        chat.free_at = max(chat.free_at, now + seconds)
        self._alarm(chat, chat.free_at)
        self._penalties.append((now, chat_id, now + seconds))
        recent = {chat_id: until for at, chat_id, until in self._penalties if now - at <= ESCALATION}
        if len(recent) >= max(ESCALATION_CHATS, self._limits.per_second / 100):
            # One chat's own penalty may be hours; a penalty of the bot ends at about one time for all.
            self._flow.pause(now, min(max(recent.values()), min(recent.values()) + ESCALATION))

    def _next_lane(self) -> Lane:
        occupied = self._ready.occupied()
        if len(occupied) == 1:
            return next(iter(occupied))
        if Lane.REPLY in occupied and not self._reply_was_last:
            return Lane.REPLY
        others = [lane for lane in occupied if lane is not Lane.REPLY]
        if self._turn % FAIR_TURN == FAIR_TURN - 1:
            return min(others, key=self._served.__getitem__)
        return min(others)

    def _take(self, ask: Ask, now: float) -> None:
        self._leave(ask)
        ask.place = self._flow.take(now, ask.cost)
        if ask.chat is not None:
            ask.chat.take(now, ask.cost)
            self._alarm(ask.chat, ask.chat.free_at)
        self._reply_was_last = ask.lane is Lane.REPLY
        if not self._reply_was_last:
            self._turn += 1
            self._served[ask.lane] = self._turn

    def _leave(self, ask: Ask) -> None:
        if ask.home is not self._ready:
            self._parked -= 1
        if ask.home is not None:
            ask.home.remove(ask)
        if ask.chat is not None:
            ask.chat.asks -= 1

    def _park(self, ask: Ask, chat: Chat) -> None:
        self._ready.remove(ask)
        chat.parked.add(ask)
        self._parked += 1
        self._alarm(chat, chat.ready_at(ask.cost))

    def _chat(self, chat_id: ChatId) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = Chat(chat_id, self._limits)
        return chat

    def _alarm(self, chat: Chat, at: float) -> None:
        """Have the chat woken, or forgotten, at this time or before."""
        if chat.alarm is None or at < chat.alarm:
            chat.alarm = at
            self._alarm_number += 1
            heapq.heappush(self._alarms, (at, self._alarm_number, chat))

    def _ring(self, now: float) -> None:
        while self._alarms and self._alarms[0][0] <= now:
            at, _, chat = heapq.heappop(self._alarms)
            if at == chat.alarm:
                chat.alarm = None
                self._wake(chat, now)

    def _wake(self, chat: Chat, now: float) -> None:
        if chat.parked:
            self._unpark(chat, now)
        elif chat.idle_at() > now:
            self._alarm(chat, chat.idle_at())
        elif not chat.asks:
            del self._chats[chat.id]

    def _unpark(self, chat: Chat, now: float) -> None:
        ask = chat.parked.first(min(chat.parked.occupied()))
        due = chat.ready_at(ask.cost)
        if due <= now:
            chat.parked.remove(ask)
            self._parked -= 1
            self._ready.add(ask)
            due = now + 1 / self._limits.per_chat
        self._alarm(chat, due)
