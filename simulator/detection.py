"""What Telegram finds in a text by itself: commands, mentions, hashtags, addresses (the simple cases)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from simulator.entities import Entity
from simulator.nesting import in_order

_HINT = re.compile(r"[/@#$]|\w\.\w")
_COMMON = "com|org|net|info|news|int|edu|gov|mil|biz|app|dev|[a-z]{2}"
_HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+"
_REST = r"(?::\d{1,5})?(?:[/?#][^\s<>«»\"]*)?"
_FOUND = re.compile(
    rf"(?P<url>(?<![\w@.-])(?:https?://(?:[^\s/@]+@)?{_HOST}(?:[^\W\d_]{{2,}}|\d{{1,3}})|{_HOST}(?:{_COMMON}))"
    rf"(?![\w@-]){_REST})"
    r"|(?P<email>(?<![\w.@+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9]\w{4,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<hashtag>(?<!\w)#(?=\w*[^\W\d])[\w\u200c]{1,256}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{1,8}\b)",
    re.IGNORECASE,
)
_SOLID = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})


def detected(text: str, own: Sequence[Entity]) -> Sequence[Entity]:
    """The entities that were there and those found outside them, in order."""
    if not _HINT.search(text):
        return own
    solid = [one for one in own if one.type in _SOLID]
    free = [one for one in _found(text) if not any(_overlap(one, other) for other in solid)]
    return in_order([*own, *free]) if free else own


def _found(text: str) -> Iterator[Entity]:
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        end = match.end() if kind != "url" else match.start() + len(_without_stops(match[0]))
        if kind != "cashtag" or match[0].isupper():
            yield Entity(match.start(), end, kind)


def _without_stops(url: str) -> str:
    while url[-1] in ".,:;!?'(" or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end
