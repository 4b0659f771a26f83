"""Who waits to leave, and for what: a lane's turn, or their own chat's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, KeysView

from delivery.flow import GUARD, Limits, Window
from delivery.places import Place
from storage.records import Lane

ChatId = int | str


class Ask:
    """One caller that wants to leave. `granted` is for whoever asks."""

    __slots__ = ("chat", "cost", "home", "lane", "place", "wake")

    def __init__(self, lane: Lane, chat: Chat | None, cost: int) -> None:
        self.lane = lane
        self.chat = chat
        self.cost = cost
        self.home: Lanes | None = None
        self.place: Place | None = None
        self.wake: Callable[[], object] | None = None


class Lanes:
    """Asks by urgency, first come first served within a lane. Every operation takes constant time."""

    __slots__ = ("_lanes",)

    def __init__(self) -> None:
        self._lanes: dict[Lane, OrderedDict[Ask, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def occupied(self) -> KeysView[Lane]:
        return self._lanes.keys()

    def first(self, lane: Lane) -> Ask:
        return next(iter(self._lanes[lane]))

    def add(self, ask: Ask) -> None:
        ask.home = self
        lane = self._lanes.get(ask.lane)
        if lane is None:
            lane = self._lanes[ask.lane] = OrderedDict()
        lane[ask] = None

    def remove(self, ask: Ask) -> None:
        ask.home = None
        lane = self._lanes[ask.lane]
        del lane[ask]
        if not lane:
            del self._lanes[ask.lane]


class Chat:
    """One chat's own limits, and the asks that wait for them (`parked`)."""

    __slots__ = ("_interval", "_window", "alarm", "asks", "free_at", "id", "parked")

    def __init__(self, chat_id: ChatId, limits: Limits) -> None:
        self.id = chat_id
        self._interval = 1 / limits.per_chat + GUARD
        self._window = Window(limits.per_group_minute, 60 + GUARD) if is_shared(chat_id) else None
        self.free_at = 0.0
        self.parked = Lanes()
        self.asks = 0
        self.alarm: float | None = None

    def ready_at(self, cost: int) -> float:
        return max(self.free_at, self._window.free_at(cost)) if self._window else self.free_at

    def idle_at(self) -> float:
        return max(self.free_at, self._window.empty_at()) if self._window else self.free_at

    def take(self, now: float, cost: int) -> None:
        self.free_at = now + cost * self._interval
        if self._window:
            self._window.take(now, cost)


def is_shared(chat_id: ChatId) -> bool:
    """Whether it is a group or channel: their ids are negative, and only they are called by @name."""
    return isinstance(chat_id, str) or chat_id < 0
