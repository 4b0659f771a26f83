"""Who judges a simulation: by what Telegram took and by the rows, with SQL of its own, at every commit."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pretended import Key

from storage.records import OnUnknown

COUNTED = ("sent", "rejected", "cancelled", "expired", "unknown")
_MEANT = "CASE WHEN d.state = 'planned' AND p.state = 'cancelled' THEN 'cancelled' ELSE d.state END"
_ROWS = f"""
    SELECT p.id, p.state, p.planned, {", ".join(f"p.{state}" for state in COUNTED)},
           count(d.chat_id), {", ".join(f"coalesce(sum({_MEANT} = '{state}'), 0)" for state in COUNTED)},
           coalesce(sum(d.attempt), 0), coalesce(sum(d.state = 'intent'), 0)
    FROM push p LEFT JOIN delivery d ON d.push_id = p.id GROUP BY p.id"""  # noqa: S608 - names of ours
_UNDER_WAY = "SELECT epoch, count(*) FROM delivery WHERE state = 'intent' GROUP BY epoch"
_EPOCH = "SELECT coalesce(max(epoch), 0) FROM lease"
_ATTEMPT = "SELECT attempt, state FROM delivery WHERE push_id = ? AND chat_id = ? AND act <> 'edit'"
_EDIT = """
    SELECT d.attempt, d.state FROM delivery d
    JOIN delivery c ON c.push_id = d.of_push AND c.chat_id = d.chat_id AND c.part = d.of_part
    WHERE d.push_id = ? AND d.chat_id = ? AND d.act = 'edit' AND c.message_id = ?"""
_END = f"""
    SELECT d.push_id, d.chat_id, {_MEANT}, d.attempt, d.message_id,
           p.deliver_by IS NOT NULL OR p.state = 'cancelled'
    FROM delivery d JOIN push p ON p.id = d.push_id WHERE d.act <> 'edit'"""  # noqa: S608 - names of ours
_LATEST = """
    SELECT e.id, e.state, s.head FROM push e JOIN story s ON s.id = e.story_id
    WHERE e.kind <> 'breaking' ORDER BY e.id DESC LIMIT 1"""
_CONVERGED = """
    SELECT c.message_id, d.state FROM delivery d
    JOIN delivery c ON c.push_id = d.of_push AND c.chat_id = d.chat_id AND c.part = d.of_part
    WHERE d.push_id = ? AND d.act = 'edit'"""
_BEHIND = """
    SELECT c.message_id FROM delivery c JOIN push p ON p.id = c.push_id JOIN chat ON chat.id = c.chat_id
    WHERE p.story_id IS NOT NULL AND c.act <> 'edit' AND c.state = 'sent' AND c.message_id IS NOT NULL
    AND c.revision < ? AND chat.state = 'active' AND chat.moved_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Stop:
    """How a push stood when a stop committed: intents ever written, intents under way, requests."""

    intents: int
    under_way: int
    requests: int


class Judge:
    """`wrongs` are the broken promises, in the order in which they were broken."""

    def __init__(self, file: Path, policy: OnUnknown) -> None:
        self.wrongs: list[tuple[object, ...]] = []
        self.copies: Counter[Key] = Counter()
        self.given: dict[int, tuple[Key, int]] = {}
        self.shown: dict[int, int] = {}
        self.is_excused = False
        """A process that was stopped, or that cannot know that it lost its lease, may undo a newer edit."""
        self.widest = 0
        """The widest window (`C`) that a sender has had."""
        self._rows = sqlite3.connect(file, isolation_level=None)
        self._policy = policy
        self._asked: Counter[tuple[int, int, int | None]] = Counter()
        self._given_up: Counter[int] = Counter()
        self._stops: dict[int, Stop] = {}
        self._cancelled: set[int] = set()
        self._under_way: dict[int, int] = {}

    def close(self) -> None:
        self._rows.close()

    def departs(self, key: Key, edited: int | None, excused: bool) -> None:
        """Every request has a committed intent of its own, which stands as long as the lease does.

        `excused`: a process that was stopped, or whose database's clock was set, cannot know that it lost it.
        """
        self.is_excused |= excused
        asked = *key, edited
        self._asked[asked] += 1
        query, values = (_ATTEMPT, key) if edited is None else (_EDIT, asked)
        attempt, state = self._rows.execute(query, values).fetchone() or (0, "nothing")
        self._check(attempt >= self._asked[asked], "a request without an intent", asked)
        self._check(excused or state == "intent", "a request after its lease", asked, state)
        self._given_up[key[0]] += state != "intent"

    def shows(self, number: int, revision: str) -> None:
        """G5: never backwards."""
        if revision.isdecimal():
            before, now = self.shown.get(number, 0), int(revision)
            self._check(self.is_excused or before <= now, "backwards", number, before, now)
            self.shown[number] = now

    def commit(self) -> None:
        """G1, G2 and G4 at this moment, and nothing new of a sender whose lease is over."""
        for push_id, state, planned, *figures in self._rows.execute(_ROWS):
            counters, rows = figures[:5], figures[6:11]
            self._check((planned, counters) == (figures[5], rows), "counters", push_id, figures)
            self._check(state != "done" or planned == sum(counters), "done, and something open", push_id)
            stop = self._stops.get(push_id)
            self._check(stop is None or figures[11] == stop.intents, "an intent after a stop", push_id, stop)
        [present] = self._rows.execute(_EPOCH).fetchone()
        intents = dict(self._rows.execute(_UNDER_WAY).fetchall())
        for epoch, under_way in intents.items():
            self._check(under_way <= self.widest, "more than C under way", epoch, under_way, self.widest)
            is_news = epoch < present and under_way > self._under_way.get(epoch, 0)
            self._check(not is_news, "an intent of an epoch that is over", epoch, present)
        self._under_way = intents

    def stopped(self, push_id: int | None = None, *, for_good: bool = False) -> None:
        """A stop of one push or of all has committed just now."""
        for number, *_, intents, under_way in self._rows.execute(_ROWS).fetchall():
            if push_id in (None, number) and number not in self._cancelled:
                self._stops[number] = Stop(intents, under_way, self._requests(number))
                if for_good:
                    self._cancelled.add(number)

    def lifts(self, push_id: int | None = None) -> None:
        """A stop of one push or of all is about to be lifted: no more left than was under way."""
        for number in [*self._stops]:
            if push_id in (None, number) and number not in self._cancelled:
                self._left(number, self._stops.pop(number))

    def end(self) -> None:
        """All has ended: each reader got what the rows say, and no more than the policy lets."""
        for push_id, stop in self._stops.items():
            self._left(push_id, stop)
        planned = {(row[0], row[1]): row[2:] for row in self._rows.execute(_END)}
        for key in self.copies.keys() - planned.keys():
            self._check(not self.copies[key], "nobody planned it", key)
        for key, end in planned.items():
            self._ended(key, *end)
        self._converged()

    def _converged(self) -> None:
        """G5: each copy shows the newest revision, or its last edit says why not."""
        push_id, state, head = self._rows.execute(_LATEST).fetchone() or (0, "cancelled", 0)
        if state == "cancelled" or self.is_excused:
            return
        for number, end in self._rows.execute(_CONVERGED, [push_id]):
            is_current = self.shown.get(number) == head
            self._check(
                end != "sent" or is_current, "said to be edited", number, self.shown.get(number), head
            )
        edited = {number for number, _ in self._rows.execute(_CONVERGED, [push_id])}
        for [number] in self._rows.execute(_BEHIND, [head]):
            self._check(number in edited, "a copy that nobody edits", number, head)

    def _ended(self, key: Key, state: str, attempt: int, message_id: int | None, is_cut_short: bool) -> None:
        copies, parks = self.copies[key], self._policy is OnUnknown.PARK
        self._check(copies <= (1 if parks else 2), "too many copies", key, copies)
        self._check(state in COUNTED, "left open", key, state)
        if state == "sent":
            self._check(copies >= 1, "said to be sent", key)
            whose = self.given.get(message_id or 0, (None, 0))[0]
            self._check(whose == key, "a message of somebody else", key, message_id)
        if state in ("cancelled", "expired"):
            self._check(not copies, f"said to be {state}", key)
        if state == "rejected":
            self._check(not (copies and parks), "said to be rejected", key)
        if state == "unknown":
            self._check(parks or is_cut_short or attempt >= 2, "given up after one doubt", key)

    def _left(self, push_id: int, stop: Stop) -> None:
        left = self._requests(push_id) - stop.requests
        self._check(left <= stop.under_way, "left after a stop", push_id, left, stop)

    def _requests(self, push_id: int) -> int:
        """Without those of a process that was stopped: its intents were given up, and are not under way."""
        asked = sum(count for key, count in self._asked.items() if key[0] == push_id)
        return asked - self._given_up[push_id]

    def _check(self, holds: bool, *wrong: object) -> None:
        if not holds:
            self.wrongs.append(wrong)
