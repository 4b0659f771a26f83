"""What tells two reports apart whatever else they share: exact figures, and places."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from newsroom.arabic import fold, tokens
from newsroom.names import CITIES, COUNTRIES
from newsroom.places import PLACES
from newsroom.stems import stem

# Measured to the decimal, in per cent, or a score: what an event does not change as its death toll does.
_EXACT = re.compile(r"\d+[.,]\d+|\d+(?=\s?[%٪])|\d+\s?[-–:/]\s?\d+")
_KNOWN_PLACES = COUNTRIES | CITIES


@lru_cache(maxsize=4096)
def exact(headline: str) -> frozenset[str]:
    """«زلزال بقوة 5.4» and «زلزال بقوة 6.1» are two."""
    return frozenset("".join(found.split()).replace(",", ".") for found in _EXACT.findall(fold(headline)))


@lru_cache(maxsize=4096)
def places(headline: str) -> frozenset[str]:
    """Countries and cities of note, each by its Arabic name in search spelling."""
    words = tokens(headline)
    pairs = zip(words, [*words[1:], ""], strict=True)
    found = [_place(word) or PLACES.get(f"{word} {after}") for word, after in pairs]
    return frozenset(place for place in found if place)


@lru_cache(maxsize=4096)
def numbers(headline: str) -> frozenset[str]:
    return frozenset(token for token in tokens(headline) if token[0].isdigit())


def part(one: str, other: str) -> bool:
    """Whether two headlines contradict each other: both exact and never the same, or each somewhere else."""
    return any(_apart(named(one), named, other) for named in (exact, places))


def _apart(ours: frozenset[str], named: Callable[[str], frozenset[str]], other: str) -> bool:
    """Most headlines name nothing of the kind: then the other is not read."""
    return bool(ours) and bool(theirs := named(other)) and not ours & theirs


def _place(word: str) -> str | None:
    name = stem(word)
    return name if name in _KNOWN_PLACES else PLACES.get(word)
