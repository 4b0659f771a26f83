"""What formats say in fields of their own, bounded and made ours: times, languages, topics, states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from newsroom import topic_tree, topics
from newsroom.language import UNKNOWN
from newsroom.wire.credits import Credit, credit_line
from newsroom.wire.decode import clean
from newsroom.wire.markup import plain
from storage.records import RevisionKind

LONGEST = 1_000
MOST_TOPICS, MOST_NAMES = 50, 20
LONGEST_TOPIC = 200

_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]{1,8})*")
_ARABIC_SCRIPT = frozenset(("ar", "fa", "ur", "ps", "ckb", "ug", "sd"))
_SPACES = re.compile(r"\s+")
_COMPACT_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")
_SUBJECT_CODE = re.compile(r"(?:.*[:/])?(\d\d)\d{6}")
_PAST_URGENCIES = 10
_LONGEST_MOMENT = 64
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_MAIN = frozenset(("main", "headline", "title", "standard"))
_STATES = {
    "canceled": RevisionKind.KILL,
    "cancelled": RevisionKind.KILL,
    "withheld": RevisionKind.HOLD,
    "correction": RevisionKind.CORRECTION,
    "update": RevisionKind.UPDATE,
}


def line(written: object) -> str | None:
    """Text of one line, of at most 1,000 characters; None where there is none."""
    if not isinstance(written, str):
        return None
    return _SPACES.sub(" ", clean(written[: 4 * LONGEST]))[:LONGEST].strip() or None


def title(written: object) -> str | None:
    """A line that may hold tags and entities."""
    return line(plain(written[: 4 * LONGEST])) if isinstance(written, str) else None


def moment(written: object) -> datetime | None:
    """ISO 8601 or RFC 5322, in UTC, also where no zone is named. None where it is neither, or before 1900."""
    if not isinstance(written, str) or len(written) > _LONGEST_MOMENT:
        return None
    text = written.strip()
    try:
        found = datetime.fromisoformat(_COMPACT_ZONE.sub(r"\1:\2", text))
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        told = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None
    return told if told > _EARLIEST else None


def urgency(written: object) -> int | None:
    """IPTC urgency 1 to 9."""
    if isinstance(written, str) and re.fullmatch(r"\s*[1-9]\s*", written, re.ASCII):
        return int(written)
    if not isinstance(written, (int, float)) or isinstance(written, bool):
        return None
    return int(written) if 1 <= written < _PAST_URGENCIES else None


def language(written: object, read: str) -> str:
    """The language that is declared, unless the letters are not of it."""
    found = _LANGUAGE.fullmatch(written.strip()) if isinstance(written, str) else None
    declared = found[1].lower() if found else None
    if declared is None or declared == UNKNOWN:
        return read
    in_arabic = read in _ARABIC_SCRIPT
    believed = read == UNKNOWN or (declared in _ARABIC_SCRIPT) == in_arabic
    return declared if believed else read


def credit(names: Iterable[str | None]) -> Credit | None:
    """The first name that is an agency's, else the first name, without a code."""
    told = [name for name in names if name]
    known = next((found for name in told if (found := credit_line(name))), None)
    return known or (Credit(raw=told[0], code="") if told else None)


def subjects(called: Iterable[Iterable[str | None]]) -> tuple[str, ...]:
    """Of each subject the topics, by what it is called."""
    return distinct(topic for one in called for topic in _topics(one))


def _topics(called: Iterable[str | None]) -> Iterator[str]:
    """In our spelling where that is known; a deeper one of the Media Topics by its top as well."""
    named = [name[:LONGEST_TOPIC] for name in called if name]
    known = next((slug for name in named if (slug := _slug(name))), None)
    above = next((slug for name in named if (slug := topic_tree.above(name))), None)
    if known or above:
        yield known or above or ""
    if named and not known and not (above and topic_tree.above(named[-1])):
        yield named[-1]


def distinct(found: Iterable[str | None], most: int = MOST_TOPICS) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, found)))[:most]


def kind(signs: Iterable[str | None]) -> RevisionKind:
    """By status and signals, whatever their scheme: `canceled`, `stat:withheld`, `sig:correction`…"""
    called = {re.split(r"[:/]", sign.strip().lower())[-1] for sign in signs if sign}
    return next((told for name, told in _STATES.items() if name in called), RevisionKind.NEW)


def is_main(role: str | None) -> bool:
    """Whether a headline is the one above the story, by its role: not an alert, not a title for search."""
    return (role or "main").lower().rpartition(":")[2] in _MAIN


def _slug(name: str) -> str | None:
    subject = _SUBJECT_CODE.fullmatch(name)
    return topics.read(f"{subject[1]}000000" if subject else name)
