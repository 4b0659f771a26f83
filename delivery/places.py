"""How many calls the server may count as one second's, wherever it counts them.

A server counts a call when it arrives, and that may be long after it left: the event loop was late, the
connection was new, the machine was busy. Only its answer tells, and it tells enough: a call that was answered
so much later than calls usually are may have arrived that much later. Until a second has passed since then,
its place is not given to another, so no lateness makes a burst that the server refuses. What this costs is as
much of the rate as answers vary, beyond a little that is hidden for nothing.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import Final

HIDDEN: Final = 0.01
"""Seconds by which any call may arrive later than another, however soon it was answered."""

GUARD: Final = HIDDEN / 2
"""Seconds for what the quickest answer may have been late itself."""

DOUBT, LONGEST_DOUBT = 0.5, 3.0
"""Seconds for which a place is kept, at most, for a call that may have arrived late: where a call that left
after it was answered already, so that it is this one chat that is slow, and where none was.
"""

MEMORY: Final = 20.0
"""Seconds for which the quickest answer is remembered, at least."""


FEW, BRIEF = 16, 1.0
"""Answers, and seconds since the first of them, in which even the quickest may have been slow: connections
were new, or all of them waited for the same thing.
"""


class Place:
    """What one call takes up, and when it stops to count: at the latest, if nothing is learnt meanwhile."""

    __slots__ = ("at_latest", "back_at", "cost", "is_settled", "left_at")

    def __init__(self, left_at: float, cost: int) -> None:
        self.left_at = left_at
        self.cost = cost
        self.back_at = self.at_latest = 0.0
        self.is_settled = False


class Quickest:
    """The quickest answer of late: what a call takes that arrives at once."""

    least = 0.0
    """Seconds; 0 where too little is known."""

    def __init__(self) -> None:
        self._answers = 0
        self._first_at = float("inf")
        self._renewed_at = 0.0
        self._least = self._least_before = float("inf")

    def lateness(self, took: float, now: float) -> float:
        """How much later (seconds) than such a call one may have arrived that was answered now."""
        if now - self._renewed_at > MEMORY:
            self._least, self._least_before, self._renewed_at = took, self._least, now
        self._least = min(self._least, took)
        self._answers += 1
        self._first_at = min(self._first_at, now)
        if self._answers >= FEW and now - self._first_at >= BRIEF:
            self.least = min(self._least, self._least_before)
        return took - self.least


class Places:
    """At most `limit` in any stretch of `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._free = limit
        self._quickest = Quickest()
        self._flying: deque[Place] = deque()
        self._answered_up_to = float("-inf")
        self._landed: list[tuple[float, int]] = []

    def free_at(self, cost: int) -> float:
        """When so many places are free, if nothing lands meanwhile; all there are, for more."""
        missing = min(cost, self._limit) - self._free
        if missing <= 0:
            return 0.0
        if missing == 1:
            return self._next_back()
        coming = sorted(
            [*self._landed, *((self._due(one), one.cost) for one in self._flying if not one.is_settled)]
        )
        for at, count in coming:
            missing -= count
            if missing <= 0:
                return at
        return float("inf")

    def take(self, now: float, cost: int) -> Place:
        self._collect(now)
        place, back_at = Place(now, min(cost, self._limit)), now + self._seconds
        is_slow = self._is_slow()
        place.back_at = back_at + (HIDDEN if is_slow else DOUBT)
        place.at_latest = back_at + (HIDDEN if is_slow else LONGEST_DOUBT)
        self._free -= place.cost
        self._flying.append(place)
        return place

    def landed(self, now: float, place: Place) -> None:
        """Its answer is there. One whose place was given back already has nothing to give."""
        late = max(HIDDEN, self._quickest.lateness(now - place.left_at, now) + GUARD)
        self._answered_up_to = max(self._answered_up_to, place.left_at)
        if place.is_settled or self._due(place) <= now:
            return
        place.is_settled = True
        place.back_at = min(place.at_latest, place.left_at + self._seconds + late)
        heapq.heappush(self._landed, (place.back_at, place.cost))

    def _due(self, place: Place) -> float:
        """Of one that is not answered."""
        return place.back_at if place.left_at < self._answered_up_to else place.at_latest

    def _is_slow(self) -> bool:
        """Answers take so long that a place is due back before it could be known to be late. Such a server is
        trusted to be as late with all: waiting for it would cost half of the rate.
        """
        return self._quickest.least >= self._seconds

    def _next_back(self) -> float:
        while self._flying and self._flying[0].is_settled:
            self._flying.popleft()
        flying = self._due(self._flying[0]) if self._flying else float("inf")
        return min(flying, self._landed[0][0]) if self._landed else flying

    def _collect(self, now: float) -> None:
        landed, flying = self._landed, self._flying
        while landed and landed[0][0] <= now:
            self._free += heapq.heappop(landed)[1]
        while flying and (flying[0].is_settled or self._due(flying[0]) <= now):
            place = flying.popleft()
            if not place.is_settled:
                place.is_settled = True
                self._free += place.cost
