"""What a story without topics of its own is about, by its words and places, in Arabic and English. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from newsroom.arabic import tokens
from newsroom.stems import stem
from newsroom.topic_words import WORDS
from storage.records import Section

LETTERS_READ = 3_000
ENOUGH = 4
"""What the words of a topic must be worth. One in the headline and another; or two telling ones anywhere."""

IN_HEADLINE, IN_TEXT, TELLING = 2, 1, 1


def topics_of(headline: str | None, sections: Sequence[Section]) -> tuple[str, ...]:
    """Slugs, the surest first."""
    worth: Counter[str] = Counter()
    counted: dict[str, int] = {}
    for text, place in _texts(headline, sections):
        for phrase in _phrases(text):
            counted[phrase] = max(counted.get(phrase, 0), place)
    for phrase, place in counted.items():
        for slug, bonus in _rules().get(phrase, ()):
            worth[slug] += place + bonus
    least = max(ENOUGH, max(worth.values(), default=0) / 2)
    sure = [slug for slug, points in worth.items() if points >= least]
    return tuple(sorted(sure, key=lambda slug: (-worth[slug], slug)))


def _texts(headline: str | None, sections: Sequence[Section]) -> Iterator[tuple[str, int]]:
    yield headline or "", IN_HEADLINE
    told = "\n".join(paragraph for section in sections for paragraph in section.paragraphs)
    yield told[:LETTERS_READ], IN_TEXT


def _phrases(text: str) -> Iterator[str]:
    """Those that begin as some rule does."""
    stems = [stem(token) for token in tokens(text)]
    for start, first in enumerate(stems):
        for length in _lengths().get(first, ()):
            yield " ".join(stems[start : start + length])


@cache
def _lengths() -> Mapping[str, frozenset[int]]:
    """By the first stem of a rule's phrase, how many stems such phrases have."""
    found: dict[str, frozenset[int]] = {}
    for stems in map(str.split, _rules()):
        found[stems[0]] = found.get(stems[0], frozenset()) | {len(stems)}
    return found


@cache
def _rules() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By phrase of stems: the topics that it speaks for, and what it is worth beyond its place."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for slug, lines in WORDS.items():
        for phrase in (part.strip() for part in " ".join(lines.split()).split(",")):
            telling = phrase.endswith("!")
            key = " ".join(stem(token) for token in tokens(phrase))
            if key:
                found[key] = (*found.get(key, ()), (slug, TELLING if telling else 0))
    return found
