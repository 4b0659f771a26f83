"""What editors type after /feeds: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from newsroom import topics
from newsroom.errors import Refusal
from newsroom.feeds.trust import FeedTrust

_SOURCE: Final = re.compile(r"[\w][\w.-]{0,31}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}", re.ASCII)
_SCHEMES: Final = ("http://", "https://")
LONGEST_ID: Final = 18


class Verb(StrEnum):
    ADD = "add"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"
    TRUST = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A feed to be added. Where no `source` is named, it is called by its host."""

    url: str
    source: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    trust: FeedTrust = FeedTrust.PUBLISH


def verb(typed: str) -> tuple[Verb | None, str]:
    """The verb and what follows it; None where a feed's number comes first, or nothing."""
    first, _, rest = typed.strip().partition(" ")
    try:
        return Verb(first.casefold()), rest.strip()
    except ValueError:
        if first and not _is_number(first):
            raise Refusal("feed_verb", typed=first) from None
        return None, first


def wanted(typed: str) -> Wanted:
    """`URL [source] [language] [topics] [trust]`, what follows the address in any order."""
    url, *options = typed.split()[:8] or [""]
    if not url:
        raise Refusal("feed_address_missing")
    address = url if "://" in url else f"https://{url}"
    if not address.casefold().startswith(_SCHEMES):
        raise Refusal("fetch_address")
    found = Wanted(url=address)
    for option in options:
        found = _with(found, option)
    return found


def number(typed: str) -> int:
    """A feed's number as editors type it."""
    told = typed.strip().removeprefix("#")
    if not told:
        raise Refusal("feed_missing")
    if not _is_number(told):
        raise Refusal("feed_unknown", typed=told)
    return int(told)


def number_and_trust(typed: str) -> tuple[int, FeedTrust]:
    told, _, given = typed.strip().partition(" ")
    found = number(told)
    try:
        return found, FeedTrust(given.strip().casefold())
    except ValueError:
        raise Refusal("feed_trust_missing", id=str(found)) from None


def _with(found: Wanted, option: str) -> Wanted:
    """A word that could be several things is the first of: trust, language, topics, source."""
    if option.casefold() in set(FeedTrust):
        return replace(found, trust=FeedTrust(option.casefold()))
    if _LANGUAGE.fullmatch(option.casefold()):
        return replace(found, language=option.casefold())
    named = [topics.read(one) for one in re.split(r"[,،]", option) if one]
    if named and all(named):
        return replace(found, topics=(*found.topics, *(one for one in named if one)))
    if _SOURCE.fullmatch(option) and found.source is None:
        return replace(found, source=option)
    raise Refusal("feed_option", typed=option)


def _is_number(typed: str) -> bool:
    told = typed.removeprefix("#")
    return told.isdecimal() and len(told) <= LONGEST_ID
