"""What a story is about, as a few weighted terms: what search and related work on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from newsroom.arabic import tokens
from newsroom.stems import stem
from newsroom.stopwords import STOPWORDS
from storage.records import Section, SectionKind

MOST_TERMS = 24
MOST_QUERY_TERMS = 12

_LETTERS_READ = 20_000  # a story has said what it is about by then
_LONGEST_TERM = 40
_LONGEST_KEY = 400

_HEADLINE, _HEADING, _LEAD, _BODY = 3.0, 1.5, 2.0, 1.0
_NUMBER, _SHORT = 0.8, 0.7


def weigh(headline: str | None, lead: str, sections: Sequence[Section]) -> tuple[tuple[str, float], ...]:
    """At most 24 terms with their weights, heaviest first; the squares of the weights of a story sum to 1.

    Terms are stems and numbers. Of `sections` the lead is skipped, since `lead` is it.
    """
    mass: Counter[str] = Counter()
    for text, worth in _parts(headline, lead, sections):
        for term in terms_of(text):
            mass[term] += worth  # type: ignore[assignment]  # a Counter counts in floats too
    damped = {term: (1 + math.log(weight)) * _rarity(term) for term, weight in mass.items()}
    heaviest = sorted(damped.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return tuple((term, round(weight / length, 4)) for term, weight in heaviest)


def query(words: str) -> list[str]:
    """The terms of what a reader searches for, in order, each once."""
    return list(dict.fromkeys(terms_of(words[:_LONGEST_KEY])))[:MOST_QUERY_TERMS]


def terms_of(text: str) -> Iterator[str]:
    """Stems and numbers of a text, in order, without the words that every text has."""
    for token in tokens(text):
        if token in STOPWORDS or len(token) > _LONGEST_TERM:
            continue
        term = stem(token)
        if len(term) > 1 and term not in STOPWORDS:
            yield term


def words_key(headline: str) -> str:
    """By what a related headline finds its story: the words alone, in search spelling."""
    return " ".join(tokens(headline))[:_LONGEST_KEY]


def _parts(headline: str | None, lead: str, sections: Sequence[Section]) -> Iterator[tuple[str, float]]:
    """Texts with what a word in them is worth, as far as a story is read."""
    yield (headline or "")[:_LETTERS_READ], _HEADLINE
    yield lead[:_LETTERS_READ], _LEAD
    left = _LETTERS_READ
    for section in sections:
        if section.kind is SectionKind.LEAD:
            continue
        for text, worth in (
            (section.heading or "", _HEADING),
            *((told, _BODY) for told in section.paragraphs),
        ):
            yield text[:left], worth
            left -= len(text[:left])


def _rarity(term: str) -> float:
    """A guess at how much a term tells, before the store's own counts: numbers and short words tell less."""
    if term.isdecimal():
        return _NUMBER
    return _SHORT if len(term) < 3 else 1.0  # noqa: PLR2004 - two letters are half a word
