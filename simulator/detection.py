"""What Telegram finds in a text by itself: commands, mentions, hashtags, addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.entities import Entity

_HINT = re.compile(r"[/@#$]|\w\.\w")
_FOUND = re.compile(
    r"(?P<url>\b(?:https?|ftp)://[^\s<>«»\"]*[^\s<>«»\".,:;!?'()\[\]{}،؛؟…])"
    r"|(?P<email>(?<![\w.@+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{2,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])[\w\u200c]{1,256})"
    r"|(?P<cashtag>(?<![\w$])\$[A-Z]{1,8}\b)",
)


def detected(text: str, own: Sequence[Entity] = ()) -> tuple[Entity, ...]:
    """The entities that were there and those found outside them, in order."""
    if not _HINT.search(text):
        return tuple(own)
    found = [Entity(match.start(), match.end(), str(match.lastgroup)) for match in _FOUND.finditer(text)]
    free = [one for one in found if not any(_clash(one, other) for other in own)]
    if not free:
        return tuple(own)
    return tuple(sorted([*own, *free], key=lambda one: (one.start, -one.end)))


_SOLID = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})


def _clash(found: Entity, other: Entity) -> bool:
    apart = found.end <= other.start or other.end <= found.start
    return not apart and other.type in _SOLID
