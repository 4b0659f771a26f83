"""An instant as people type it, in the zone where they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
_BY_DAY = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[t\s]+{_CLOCK}")
_BY_HOUR = re.compile(_CLOCK)
_SPAN = re.compile(r"\+\s*(?P<many>\d{1,4})\s*(?P<unit>[mhdدسي])[a-z\u0621-\u064a]*")
_UNITS = {"m": "minutes", "د": "minutes", "h": "hours", "س": "hours", "d": "days", "ي": "days"}
_FURTHEST = timedelta(days=366)


def read(typed: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """In UTC: «18:30» (the next one), «2026-03-01 18:30» or «+45m»; any digits. None where it is no instant.

    An hour that the clocks skip in spring is the one after it; one that comes twice is the first. At most a
    year ahead; whether it is past is the caller's question.
    """
    said = _in_latin_digits(typed.strip().casefold())
    try:
        instant = _spanned(said, now) or _dated(said, zone) or _next(said, zone, now)
    except (ValueError, OverflowError):
        return None
    return instant if instant and abs(instant - now) <= _FURTHEST else None


def _spanned(said: str, now: datetime) -> datetime | None:
    span = _SPAN.fullmatch(said)
    return now + timedelta(**{_UNITS[span["unit"]]: int(span["many"])}) if span else None


def _dated(said: str, zone: ZoneInfo) -> datetime | None:
    dated = _BY_DAY.fullmatch(said)
    if dated is None:
        return None
    return datetime(*(int(part) for part in dated.groups()), tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]  # five numbers


def _next(said: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    clock = _BY_HOUR.fullmatch(said)
    if clock is None:
        return None
    local = now.astimezone(zone)
    today = local.replace(
        hour=int(clock["hour"]), minute=int(clock["minute"]), second=0, microsecond=0, fold=0
    )
    instant = today.astimezone(UTC)
    return instant if instant > now else (today + timedelta(days=1)).astimezone(UTC)


def _in_latin_digits(text: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)
