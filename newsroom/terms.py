"""What a story is about, as a few weighted terms: what search and related work on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from newsroom.arabic import tokens
from newsroom.skeletons import names_of
from newsroom.stems import stem
from newsroom.stopwords import STOPWORDS
from storage.records import Section, SectionKind

MOST_POSTED = 24
MOST_NAMES = 10
MOST_WORDS = 150
MOST_QUERY_TERMS = 12

_LETTERS_READ = 20_000  # a story has said what it is about by then
_LETTERS_READ_FOR_NAMES = 600
_LONGEST_TERM = 40
_LONGEST_KEY = 400

_HEADLINE, _HEADING, _LEAD, _BODY = 3.0, 1.5, 2.0, 1.0
_NUMBER, _SHORT = 0.8, 0.7
_NAME_IN_HEADLINE, _NAME_IN_LEAD = 0.3, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """What a story says: terms with weights, heaviest first; the squares of the words' weights sum to 1.

    `words` are stems and numbers, `names` the skeletons of `newsroom.skeletons`.
    """

    words: dict[str, float]
    names: dict[str, float]

    @property
    def posted(self) -> dict[str, float]:
        """By what a story is found."""
        return {**dict(islice(self.words.items(), MOST_POSTED)), **self.names}

    @property
    def everything(self) -> dict[str, float]:
        return {**self.words, **self.names}


@lru_cache(maxsize=16)
def bag_of(headline: str | None, sections: tuple[Section, ...]) -> Bag:
    """Of `sections` the first is the lead. Copy that is filed is asked for it more than once."""
    lead = "\n".join(sections[0].paragraphs) if sections else ""
    return Bag(words=dict(weigh(headline, lead, sections)), names=dict(_names(headline or "", lead)))


def weigh(headline: str | None, lead: str, sections: Sequence[Section]) -> tuple[tuple[str, float], ...]:
    """At most 150 stems and numbers, heaviest first. `lead` stands for the lead among `sections`."""
    mass: Counter[str] = Counter()
    for text, worth in _parts(headline, lead, sections):
        for term, times in _counted(text):
            mass[term] += worth * times  # type: ignore[assignment]  # a Counter counts in floats too
    damped = {term: (1 + math.log(weight)) * _rarity(term) for term, weight in mass.items()}
    heaviest = sorted(damped.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return tuple((term, round(weight / length, 4)) for term, weight in heaviest)


def query(words: str) -> list[str]:
    """The terms of what a reader searches for, in order, each once."""
    return list(dict.fromkeys(terms_of(words[:_LONGEST_KEY])))[:MOST_QUERY_TERMS]


def terms_of(text: str) -> Iterator[str]:
    """Stems and numbers of a text, in order, without the words that every text has."""
    return filter(None, map(term_of, tokens(text)))


def term_of(token: str) -> str | None:
    """Of a word in search spelling. None: every text has it, or it is too short or too long to tell."""
    if token in STOPWORDS or len(token) > _LONGEST_TERM:
        return None
    term = stem(token)
    return term if len(term) > 1 and term not in STOPWORDS else None


def words_key(headline: str) -> str:
    """By what a related headline finds its story: the words alone, in search spelling."""
    return " ".join(tokens(headline))[:_LONGEST_KEY]


def _counted(text: str) -> Iterator[tuple[str, int]]:
    """As `terms_of`, each word with how often it is there: its forms are not yet one."""
    for token, times in Counter(tokens(text)).items():
        if term := term_of(token):
            yield term, times


def _names(headline: str, lead: str) -> list[tuple[str, float]]:
    """What may be names: those of the headline first, then long ones."""
    found = dict.fromkeys(names_of(lead[:_LETTERS_READ_FOR_NAMES]), _NAME_IN_LEAD)
    found |= dict.fromkeys(names_of(headline[:_LETTERS_READ_FOR_NAMES]), _NAME_IN_HEADLINE)
    return sorted(found.items(), key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:MOST_NAMES]


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
