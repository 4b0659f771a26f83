"""Which other stories go with this one: a pure ranking that can say why."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from operator import mul
from typing import NamedTuple

from newsroom.likeness import ByKind, Weighed, cosine, in_both
from newsroom.skeletons import MARK
from newsroom.terms import words_key
from storage.records import Candidate, StoryLine

FULL = 60  # words, from which on a story speaks for itself
HEADLINE = 0.25  # of that: no more than a headline says
KIN = 3  # that speak with a story which does not
LEAST = 0.06  # of likeness, to be shown to readers
LEAST_ABROAD = 0.04  # in other languages, where only names and numbers can meet
LEAST_SHARED_ABROAD = 2  # of them: one may be an accident
STORIES_PRESUMED = 50
MOST_WORDS_SHOWN = 3
TAKES_WITHIN = timedelta(hours=48)
SAME_EVENT = 0.6  # of the likeness without rarities
GRAM = 4  # letters
_HOUR = timedelta(minutes=30)
_LETTERS_COMPARED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What counts for how much beside the words of a story: names, and pieces of its headline.

    What is old keeps the share `old` of its likeness. Of the rest, `hour` is for the same hour, and what is
    left falls within `days`.
    """

    names: float
    pieces: float
    old: float
    hour: float
    days: timedelta

    @property
    def whole(self) -> float:
        return 1 + self.names + self.pieces


ABROAD = Worth(names=1.0, pieces=1.0, old=0.05, hour=0.0, days=timedelta(hours=24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a story is compared by: its terms, and the story as a line of a list."""

    line: StoryLine
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`shared` are the terms that weigh most in the likeness, rarest first; `takes` tell it again.

    `likely` is how alike the two are by what they say themselves, whatever the time between. The `score` has
    the time in it, and what the story's kin say.
    """

    line: StoryLine
    score: float
    shared: tuple[str, ...]
    terms: Mapping[str, float] = field(default_factory=dict, repr=False)
    takes: tuple[StoryLine, ...] = ()
    likely: float = 1.0


def rank(
    story: Telling,
    candidates: Sequence[Candidate],
    rarity: Mapping[str, float],
    *,
    most: int,
    kin: Sequence[Relation] = (),
) -> list[Relation]:
    """The best `most`: what shares rare words, and pieces of words in the headline, not long before or after.

    Across languages names count as much as words. `kin` speak with a story that says little itself: of the
    order, not of how likely each is.
    """
    lines = story.line, *(relation.line for relation in kin)
    headlines = [words_key(line.headline) for line in lines]
    grams = gram_rarities([*headlines, *map(spelling, candidates)])
    heard = _Ours(story, rarity, grams, kin)
    likely = sorted((each for each in map(heard.beside, candidates) if each.likely), key=_best_first)
    best = likely[:most]
    own = [*map(_Ours(story, rarity, grams).beside, (each.candidate for each in best))] if kin else best
    return [heard.relation(each, alone.likely) for each, alone in zip(best, own, strict=True)]


def nearness_to(story: Telling) -> Callable[[str, datetime], float]:
    """What others keep of their likeness, by language and the time between: known before their words are."""
    home = _at_home(fullness(story.terms))
    told_at, ours = story.line.published_at, story.line.language

    def nearness(language: str, at: datetime) -> float:
        return _nearness(told_at - at, home if language == ours else ABROAD)

    return nearness


def kin_of(story: Telling, ranked: Sequence[Relation]) -> Sequence[Relation]:
    """Whom to hear with it: nobody, where the story says enough."""
    return ranked[:KIN] if fullness(story.terms) < 1 else ()


def widened(story: Telling, kin: Sequence[Relation]) -> dict[str, float]:
    """Its terms, with what its kin say besides: the more, the less it says itself."""
    wide = defaultdict(float, story.terms)
    for relation, share in _heard(story, kin):
        for term, weight in relation.terms.items():
            wide[term] += share * weight
    return dict(wide)


def is_likely(story: Telling, relation: Relation) -> bool:
    """Enough to be shown to readers, by what the two say themselves."""
    if relation.line.language == story.line.language:
        return relation.likely >= LEAST
    return relation.likely >= LEAST_ABROAD and len(relation.shared) >= LEAST_SHARED_ABROAD


def fullness(terms: Mapping[str, float]) -> float:
    """0 to 1: how far a story speaks for itself."""
    return min(sum(term[:1] != MARK for term in terms) / FULL, 1.0)


def collapse(relations: Sequence[Relation]) -> list[Relation]:
    """Several that tell one event are one: the best of them, with the others as its takes."""
    kept = list[Relation]()
    for relation in relations:
        at = next((at for at, other in enumerate(kept) if _tells_again(relation, other)), None)
        if at is None:
            kept.append(relation)
        else:
            kept[at] = replace(kept[at], takes=(*kept[at].takes, relation.line))
    return kept


def rarities(frequencies: Mapping[str, int], stories: int) -> dict[str, float]:
    """Inverse document frequency. A small store knows little of what is rare: it counts as a larger one."""
    known = stories + STORIES_PRESUMED
    return {term: math.log(1 + known / (seen + 0.5)) for term, seen in frequencies.items()}


def _heard(story: Telling, kin: Sequence[Relation]) -> Iterator[tuple[Relation, float]]:
    """Each as far as it is like the story; together they count for what the story lacks."""
    whole = sum(relation.score for relation in kin)
    left = 1 - fullness(story.terms)
    if left and whole:
        yield from ((relation, left * relation.score / whole) for relation in kin)


class _Beside(NamedTuple):
    """How like the story a candidate is, and how near to it in time."""

    likely: float
    near: float
    candidate: Candidate

    @property
    def score(self) -> float:
        return self.likely * self.near


def _best_first(each: _Beside) -> tuple[float, str]:
    return -each.score, each.candidate.line.code


class _Ours:
    """The story that others are compared with."""

    def __init__(
        self,
        story: Telling,
        rarity: Mapping[str, float],
        grams: Mapping[str, float],
        kin: Sequence[Relation] = (),
    ) -> None:
        self._line = story.line
        self._own = Weighed(story.terms, {term: rarity[term] for term in story.terms})
        self._by_kind = ByKind(widened(story, kin), rarity)
        self._home = _at_home(fullness(story.terms))
        headlines = defaultdict[str, float](float, {words_key(story.line.headline): 1.0})
        for relation, share in _heard(story, kin):
            headlines[words_key(relation.line.headline)] += share
        self._pieces = Pieces(headlines, grams)

    def beside(self, candidate: Candidate) -> _Beside:
        worth = self._home if candidate.line.language == self._line.language else ABROAD
        said = self._by_kind.words(candidate.terms)
        said += worth.pieces * self._pieces.likeness(spelling(candidate))
        if worth.names:
            said += worth.names * self._by_kind.names(candidate.terms)
        near = _nearness(self._line.published_at - candidate.line.published_at, worth)
        return _Beside(said / worth.whole, near, candidate)

    def relation(self, each: _Beside, likely: float) -> Relation:
        shared = self._own.strongest(each.candidate.terms, MOST_WORDS_SHOWN)
        line, terms = each.candidate.line, each.candidate.terms
        return Relation(line=line, score=each.score, shared=shared, terms=terms, likely=likely)


def _tells_again(one: Relation, other: Relation) -> bool:
    if one.line.language != other.line.language:
        return False
    apart = abs(one.line.published_at - other.line.published_at)
    return apart <= TAKES_WITHIN and cosine(one.terms, other.terms) >= SAME_EVENT


def _at_home(full: float) -> Worth:
    """In one language. Little text tells little: then pieces of words and the time say more."""
    return Worth(
        names=0.0,
        pieces=0.8 - 0.6 * full,
        old=0.1 + 0.5 * full,
        hour=0.25 - 0.25 * full,
        days=timedelta(hours=24 + 48 * full),
    )


def _nearness(between: timedelta, worth: Worth) -> float:
    apart = abs(between)
    fresh = (1 - worth.hour) * math.exp(-(apart / worth.days)) + worth.hour * math.exp(-(apart / _HOUR))
    return worth.old + (1 - worth.old) * fresh


def spelling(candidate: Candidate) -> str:
    """Of its headline, as `words_key`."""
    return words_key(candidate.line.headline) if candidate.spelt is None else candidate.spelt


class Pieces:
    """Headlines in search spelling, each with its share, in pieces of words: by how rare these are."""

    def __init__(self, headlines: Mapping[str, float], rarity: Mapping[str, float]) -> None:
        own = defaultdict[str, float](float)
        for headline, share in headlines.items():
            for gram, count in _grams(headline).items():
                own[gram] += share * count
        self._rarity = rarity
        self._weighed = {gram: count * rarity[gram] for gram, count in own.items()}
        self._length = self._length_of(own)

    def likeness(self, *headlines: str) -> float:
        theirs = _grams(headlines[0]) if len(headlines) == 1 else _all_grams(headlines)
        product = sum([self._weighed[gram] * theirs[gram] for gram in in_both(self._weighed, theirs)])
        return product / (self._length * self._length_of(theirs)) if product else 0.0

    def _length_of(self, grams: Mapping[str, float]) -> float:
        squares = map(mul, grams.values(), grams.values())
        return math.sqrt(sum(map(mul, squares, map(self._rarity.__getitem__, grams))))


def gram_rarities(headlines: Sequence[str]) -> dict[str, float]:
    """Among the candidates: what all of them say tells nothing between them."""
    seen = Counter(chain.from_iterable([_grams(headline) for headline in headlines]))
    rarity = {count: math.log(1 + len(headlines) / count) for count in set(seen.values())}
    return {gram: rarity[count] for gram, count in seen.items()}


def gram_rarities_by_words(rarity: Mapping[str, float]) -> Mapping[str, float]:
    """Of words in search spelling with their rarity: a piece is as rare as the rarest word that it is in.

    What is in none of them is as rare as they are on the whole.
    """
    usual = sum(rarity.values()) / len(rarity) if rarity else 1.0
    rarest = defaultdict[str, float](lambda: usual)
    for word, rare in rarity.items():
        rarest |= {gram: max(rare, rarest.get(gram, 0.0)) for gram in _grams(word)}
    return rarest


def _all_grams(headlines: Sequence[str]) -> Mapping[str, int]:
    told = Counter[str]()
    for headline in headlines:
        told.update(_grams(headline))
    return told


@lru_cache(maxsize=4096)
def _grams(headline: str) -> Mapping[str, int]:
    """Pieces of four letters, with the ends of words: they see through endings that no stemmer knows."""
    words = [f"_{word}_" for word in headline[:_LETTERS_COMPARED].split()]
    return Counter([word[at : at + GRAM] for word in words for at in range(len(word) - GRAM + 1 or 1)])
