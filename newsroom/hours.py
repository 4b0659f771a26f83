"""Hours of the day as a chat keeps them. Pure: typed words to hours, and whether an instant is quiet.

They are read on the wall of the chat's own zone, so they mean the same in summer and in winter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from newsroom.arabic import fold
from newsroom.errors import Refusal

MOST_DIGESTS = 6
END_OF_DAY = 24 * 60
LONGEST_ECHO = 40

_OFF = frozenset(map(fold, ("off", "none", "no", "إيقاف", "أوقف", "إلغاء", "ألغ", "بلا", "لا")))
_HOUR = r"(\d{1,2})(?::(\d{2}))?"
_RANGE = re.compile(rf"(?:from |من )?{_HOUR}\s*(?:[-‐‑‒–—−]|\bto\b|الي|حتي)\s*{_HOUR}")
_BETWEEN = re.compile(r"(?:[\s,،;؛]|(?<=\s)و)+")


@dataclass(frozen=True, slots=True)
class Quiet:
    """`start` and `end` as `HH:MM`; the end is not quiet any more, and may lie on the next day."""

    start: str
    end: str


def is_off(typed: str) -> bool:
    return fold(typed.strip()) in _OFF


def read_quiet(typed: str) -> Quiet | None:
    """`22:00-07:00`, with any dash, in any digits; None for `off`. Raises `Refusal`."""
    if is_off(typed):
        return None
    found = _RANGE.fullmatch(fold(typed.strip()))
    start = _minutes(found[1], found[2]) if found else None
    end = _minutes(found[3], found[4]) if found else None
    if start is None or end is None or start == END_OF_DAY:
        raise Refusal("quiet_unknown", typed=typed.strip()[:LONGEST_ECHO])
    if start == end:
        raise Refusal("quiet_empty", typed=typed.strip()[:LONGEST_ECHO])
    return Quiet(_clock(start), _clock(end))


def read_times(typed: str) -> tuple[str, ...]:
    """`08:00 18:30`, in the day's order, each once; empty for `off`. Raises `Refusal`."""
    if is_off(typed):
        return ()
    words = [word for word in _BETWEEN.split(fold(typed)) if word]
    times = {_time(word) for word in words}
    if len(times) > MOST_DIGESTS:
        raise Refusal("digest_too_many", most=MOST_DIGESTS)
    return tuple(sorted(times))


def is_quiet(now: datetime, zone: tzinfo, quiet: Quiet | None) -> bool:
    """Whether the wall clock of `zone` shows a quiet hour at `now`."""
    if quiet is None:
        return False
    wall = now.astimezone(zone)
    minute, start, end = wall.hour * 60 + wall.minute, minute_of(quiet.start), minute_of(quiet.end)
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end


@lru_cache(maxsize=END_OF_DAY + 1)
def minute_of(clock: str) -> int:
    """Of the day: `07:30` is 450."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _time(word: str) -> str:
    found = re.fullmatch(_HOUR, word)
    minutes = _minutes(found[1], found[2]) if found else None
    if minutes is None:
        raise Refusal("digest_unknown", typed=word[:LONGEST_ECHO])
    return _clock(minutes % END_OF_DAY)


def _minutes(hours: str, minutes: str | None) -> int | None:
    """Of the day; None for what no clock shows."""
    whole = int(hours) * 60 + int(minutes or 0)
    return whole if int(minutes or 0) < 60 and whole <= END_OF_DAY else None  # noqa: PLR2004


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
