"""Embargo lines: until when nothing of it may be out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from newsroom.arabic import fold
from newsroom.wire.dates import MONTH, MONTHS

_LONGEST = 200
_FRAME = r"[\s*(\[«\"“#-]{0,6}"
_UNTIL = re.compile(
    _FRAME + r"(?:(?:strictly\s+|under\s+)?embargo(?:ed)?\s*:?\s+(?:un)?til\b|under\s+embargo\b"
    r"|(?:embargoed\s*:\s*)?not\s+for\s+(?:publication|release|use)\s+(?:before|until)\b|hold\s+for\s+release\b"
    r"|sous\s+embargo\b|ne\s+pas\s+(?:publier|diffuser)\s+avant\b|embargo\s+jusqu|no\s+publicar\s+antes\b"
    r"|(?:محظور|يحظر|ممنوع|يمنع)\s+(?:ال)?نشره?\s+(?:حتى|قبل|إلى)\b|حظر\s+(?:ال)?نشر\s+حتى\b"
    r"|(?:لا\s+ينشر|عدم\s+النشر)\s+(?:قبل|حتى)\b)",
    re.IGNORECASE,
)
_WITH_A_TIME = re.compile(
    _FRAME + r"(?:(?:strictly\s+)?embargo(?:ed)?\b|(?:for|to)\s+(?:release|use|be\s+used)\s+(?:at|on|after)\b"
    r"|adv(?:ance)?\s+for\b|embargado\b|(?:محظور|حظر)\s+(?:ال)?نشر\b|للنشر\s+(?:بعد|في|اعتبارا)\b)",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+|de\s+)?({MONTH})(?:\s?/\s?{MONTH})?,?\s+(?:de\s+)?(\d{{4}})",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d-])(\d{1,2})[:.h](\d{2})(?!\d)(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_HOURS = re.compile(
    r"(?<![\d-])(\d{2})(\d{2})(?=\s*(?:gmt|utc|z\b|hrs|hours))|(?<!\d)(\d{1,2})\s*([ap])\.?m\b", re.IGNORECASE
)
_OFFSET = re.compile(
    r"(?:(?:gmt|utc|غرينتش|جرينتش)\s*|(?<=:\d\d))(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)",
    re.IGNORECASE,
)
_UTC = re.compile(r"\b(?:gmt|utc)\b|\dz\b|غرينتش|جرينتش|غرينيتش", re.IGNORECASE)
_PLACES = {
    "القاهرة": "Africa/Cairo",
    "مكة": "Asia/Riyadh",
    "السعودية": "Asia/Riyadh",
    "الرياض": "Asia/Riyadh",
    "الإمارات": "Asia/Dubai",
    "أبوظبي": "Asia/Dubai",
    "دبي": "Asia/Dubai",
    "القدس": "Asia/Jerusalem",
    "بغداد": "Asia/Baghdad",
    "بيروت": "Asia/Beirut",
    "دمشق": "Asia/Damascus",
    "عمان": "Asia/Amman",
    "الكويت": "Asia/Kuwait",
    "الدوحة": "Asia/Qatar",
    "تونس": "Africa/Tunis",
    "الجزائر": "Africa/Algiers",
    "الرباط": "Africa/Casablanca",
    "paris": "Europe/Paris",
    "london": "Europe/London",
    "cairo": "Africa/Cairo",
    "madrid": "Europe/Madrid",
}
_ABBREVIATIONS = {
    re.compile(r"\bCES?T\b"): "Europe/Paris",
    re.compile(r"\bE[SD]?T\b"): "America/New_York",
    re.compile(r"\bBST\b"): "Europe/London",
}
_ZONES = {fold(place): zone for place, zone in _PLACES.items()}
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)


def is_line(line: str) -> bool:
    """By words that are said to desks only; or by «embargo» and the like, where a time is told."""
    if len(line) > _LONGEST:
        return False
    return _UNTIL.match(line) is not None or (
        _WITH_A_TIME.match(line) is not None and until(line) is not None
    )


def until(line: str) -> datetime | None:
    """In UTC, also where no zone is named that is known; None where day, year or hour are not told."""
    text = line.translate(_DIGITS)
    day, clock = _day(text), _clock(text)
    if day is None or clock is None:
        return None
    try:
        told = datetime(*day, *clock, tzinfo=_zone(text))
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    if found := _ISO.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.search(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _NAMED.search(text):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _MONTH_FIRST.search(text):
        return int(found[3]), _month(found[1]), int(found[2])
    return None


def _month(name: str) -> int:
    return MONTHS.get(name.rstrip(".").lower(), 0)


def _clock(text: str) -> tuple[int, int] | None:
    bare = _DAY_FIRST.sub(" ", _ISO.sub(" ", text))
    if found := _CLOCK.search(bare):
        return _of_day(int(found[1]), found[3]), int(found[2])
    if found := _HOURS.search(bare):
        return (int(found[1]), int(found[2])) if found[1] else (_of_day(int(found[3]), found[4]), 0)
    return None


def _of_day(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _zone(text: str) -> timezone | ZoneInfo:
    if found := _OFFSET.search(text):
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(-offset if found["sign"] == "-" else offset)
    if _UTC.search(text):
        return UTC
    words = fold(text).split()
    named = [zone for word in words if (zone := _ZONES.get(word.strip("().,:;،«»")))]
    named += [zone for short, zone in _ABBREVIATIONS.items() if short.search(text)]
    return ZoneInfo(named[0]) if named else UTC
