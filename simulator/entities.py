"""Formatting as Telegram takes it: text is cleaned and trimmed, entities are checked and set in order.

Offsets and lengths count UTF-16 code units at the edge and code points inside. The rules are those of tdlib's
own `fix_formatted_text`, which the tests ask for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.errors import bad_request
from simulator.links import normal

TYPES = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    }
)
WHITE = " \n"
FOUND = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
"""What Telegram finds by itself; such entities in a request are ignored."""
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_CONTROLS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_MARK_BEFORE_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a]|[\u200e\u200f]{2}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of text in code points; `detail` holds what its type adds (url, language, user…)."""

    start: int
    end: int
    type: str
    detail: tuple[tuple[str, Any], ...] = ()


def told(text: str, entities: Iterable[Entity]) -> list[dict[str, Any]]:
    """Bot API MessageEntity objects."""
    units = _units_before(text)
    return [
        {
            "type": one.type,
            "offset": units[one.start] if units else one.start,
            "length": units[one.end] - units[one.start] if units else one.end - one.start,
            **dict(one.detail),
        }
        for one in entities
    ]


def read(text: str, given: Sequence[dict[str, Any]]) -> list[Entity]:
    """Entities of a request, their ranges checked."""
    units = _units_before(text)
    points = {unit: point for point, unit in enumerate(units)} if units else None
    end = units[-1] if units else len(text)
    return [_read_one(one, points, end) for one in given if one["type"] not in FOUND and one["length"] != 0]


def _read_one(one: dict[str, Any], points: dict[int, int] | None, end: int) -> Entity:
    kind, offset, length = one["type"], one["offset"], one["length"]
    if kind not in TYPES:
        raise bad_request(f'can\'t parse MessageEntity: unsupported type "{kind}" specified')
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    if offset + length > end:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    detail = _detail(one)
    if points is None:
        return Entity(offset, offset + length, kind, detail)
    if offset not in points:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if offset + length not in points:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol "
            f"at UTF-16 offset {offset + length}"
        )
    return Entity(points[offset], points[offset + length], kind, detail)


_DETAILS = {
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time",),
}


def _detail(one: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    kind = one["type"]
    for name in _DETAILS.get(kind, ()):
        if not one.get(name):
            raise bad_request(f'can\'t parse MessageEntity: field "{name}" must be specified for {kind}')
    if kind == "text_link":
        if (url := normal(one["url"])) is None:
            raise bad_request(f"entity URL '{one['url']}' is invalid: Wrong HTTP URL")
        return (("url", url),)
    if kind == "pre":
        return (("language", one["language"]),) if one.get("language") else ()
    if kind == "date_time":
        return tuple((name, one[name]) for name in ("unix_time", "date_time_format") if name in one)
    return tuple((name, one[name]) for name in _DETAILS.get(kind, ()))


def _units_before(text: str) -> list[int]:
    """UTF-16 units before each code point and at the end; empty where they are the code points themselves."""
    if text.isascii() or not _ASTRAL.search(text):
        return []
    units, at = [0], 0
    for character in text:
        at += 2 if character > "\uffff" else 1
        units.append(at)
    return units


def clean(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without what Telegram removes: control characters and marks that embed or override a direction."""
    if not _UNCLEAN.search(text):
        return text, list(entities)
    text = _CONTROLS.sub(" ", text)
    kept = [0]
    for character in text:
        kept.append(kept[-1] + (_REMOVED.match(character) is None))
    moved = [replace(one, start=kept[one.start], end=kept[one.end]) for one in entities]
    text = _MARK_BEFORE_MARK.sub("\u200c", _REMOVED.sub("", text))
    return text, [one for one in moved if one.end > one.start]


def trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at the end, and at the beginning as far as the first entity."""
    text = text.rstrip(WHITE)
    kept = [replace(one, end=min(one.end, len(text))) for one in entities if one.start < len(text)]
    lead = len(text) - len(text.lstrip(WHITE))
    by = min([lead, *(one.start for one in kept)])
    if by:
        kept = [replace(one, start=one.start - by, end=one.end - by) for one in kept]
    return text[by:], kept
