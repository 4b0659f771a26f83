"""What the token is permitted, and the flow that keeps to it. Times are seconds of one monotonic clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from delivery.places import Place, Places

GUARD: Final = 0.006
"""Seconds by which calls in one chat may arrive closer together than they left."""

SLACK: Final = 0.016
"""How many seconds longer than a second a second's worth of calls takes: part of it hides how unevenly calls
arrive (`places.HIDDEN`), the rest is for catching up.
"""

CATCH_UP: Final = 0.1
"""Seconds of unused rate that a late timer may make good, as far as there are places."""

COLD: Final = 10.0
"""Seconds of rest after which there may be no open connection."""

WARM_UP: Final = 0.04
"""Seconds that the first call after such a rest has for itself: it arrives late, and the others do not."""

RECOVERY: Final = 5.0
"""After a penalty of the bot the rate begins at half of what it was, and regains an eighth as often as the
penalty was long, or in this many seconds if that is less.
"""

_STEP: Final = 0.125
_LOWEST: Final = 0.125


@dataclass(frozen=True, slots=True)
class Limits:
    """What the token is permitted: over all chats, in one chat, and in a group or channel."""

    per_second: float = 30.0
    per_chat: float = 1.0
    per_group_minute: int = 20


class Window:
    """At most `limit` in any stretch of `seconds`."""

    __slots__ = ("_limit", "_seconds", "_times")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=limit)

    def free_at(self, cost: int) -> float:
        surplus = len(self._times) + min(cost, self._limit) - self._limit
        return self._times[surplus - 1] + self._seconds if surplus > 0 else 0.0

    def empty_at(self) -> float:
        return self._times[-1] + self._seconds if self._times else 0.0

    def take(self, now: float, cost: int) -> None:
        for _ in range(min(cost, self._limit)):
            self._times.append(now)


class Flow:
    """The bot's own limit: even spacing, the places that are never exceeded, and penalties."""

    __slots__ = ("_interval", "_places", "_recovery", "_resumed_rate", "_slot", "paused_until")

    def __init__(self, per_second: float) -> None:
        limit = max(1, int(per_second))
        seconds = limit / per_second
        self._interval = (seconds + SLACK) / limit
        self._places = Places(limit, seconds)
        self._slot = float("-inf")
        self._resumed_rate = 1.0
        self._recovery = RECOVERY
        self.paused_until = 0.0

    def free_at(self, cost: int) -> float:
        """When so many may leave; infinite where only an answer can tell."""
        return max(self._slot, self._places.free_at(cost), self.paused_until)

    def take(self, now: float, cost: int) -> Place:
        spacing = cost * self._interval / self.share(now)
        if now - self._slot > COLD:
            self._slot = now + max(spacing, WARM_UP)
        else:
            self._slot = max(self._slot, now - CATCH_UP) + spacing
        return self._places.take(now, cost)

    def landed(self, now: float, place: Place) -> None:
        """The call that has this place was answered."""
        self._places.landed(now, place)

    def share(self, now: float) -> float:
        """How much of the rate is in use: 1 but for the time after a penalty."""
        if self._resumed_rate == 1.0:
            return 1.0
        steps = max(0, int((now - self.paused_until) / self._recovery))
        return min(1.0, self._resumed_rate + steps * _STEP)

    def pause(self, now: float, until: float) -> None:
        if until <= now:
            return
        if now >= self.paused_until:
            self._resumed_rate = max(_LOWEST, self.share(now) / 2)
            self._recovery = min(RECOVERY, until - now)
        self.paused_until = max(self.paused_until, until)
