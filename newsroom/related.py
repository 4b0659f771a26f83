"""Which other stories go with this one: a pure ranking that can say why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from itertools import chain

from newsroom.arabic import tokens
from newsroom.likeness import ByKind, Weighed
from storage.records import Candidate, StoryLine

# What a story keeps of its likeness: old background still counts, the same days more, the same hour most.
BACKGROUND, SAME_DAYS, SAME_HOUR = 0.3, 0.35, 0.35
DAYS, DAYS_ABROAD, HOUR = timedelta(hours=96), timedelta(hours=48), timedelta(minutes=30)
FLOOR = 0.06
STORIES_PRESUMED = 50
MOST_WORDS_SHOWN = 3
TAKES_WITHIN = timedelta(hours=48)
SAME_EVENT = 0.6  # of the likeness without rarities
GRAM = 4  # letters
GRAMS_COUNT = 0.4  # beside the words
WORDS_ABROAD = 0.4  # beside names
_LETTERS_COMPARED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a story is compared by: its terms, and the story as a line of a list."""

    line: StoryLine
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`shared` are the terms that weigh most in the likeness, rarest first; `takes` tell it again."""

    line: StoryLine
    score: float
    shared: tuple[str, ...]
    terms: Mapping[str, float] = field(default_factory=dict, repr=False)
    takes: tuple[StoryLine, ...] = ()


def rank(
    story: Telling, candidates: Sequence[Candidate], rarity: Mapping[str, float], *, most: int
) -> list[Relation]:
    """The best `most`: what shares rare words, and pieces of words in the headline, not long before or after.

    Across languages names and numbers speak, and the time counts for more.
    """
    grams = gram_rarities([story.line, *(candidate.line for candidate in candidates)])
    ours = _Ours(story, rarity, grams)
    scored = [(ours.score(candidate), candidate) for candidate in candidates]
    likely = sorted(
        (each for each in scored if each[0] >= FLOOR), key=lambda each: (-each[0], each[1].line.code)
    )
    return [ours.relation(score, candidate) for score, candidate in likely[:most]]


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


def likeness(terms: Mapping[str, float], others: Mapping[str, float], rarity: Mapping[str, float]) -> float:
    """0 to 1: the cosine of the weighted terms, each by its rarity."""
    return Weighed(terms, rarity).likeness(others)


class _Ours:
    """The story that others are compared with."""

    def __init__(self, story: Telling, rarity: Mapping[str, float], grams: Mapping[str, float]) -> None:
        self._line = story.line
        self._weighed = Weighed(story.terms, rarity)
        self._by_kind = ByKind(story.terms, rarity)
        self._pieces = Pieces(story.line.headline, grams)

    def score(self, candidate: Candidate) -> float:
        abroad = candidate.line.language != self._line.language
        likely = self._likeness_abroad(candidate) if abroad else self._weighed.likeness(candidate.terms)
        likely += GRAMS_COUNT * self._pieces.likeness(candidate.line.headline)
        return likely / (1 + GRAMS_COUNT) * nearness(candidate.line, self._line, abroad=abroad)

    def relation(self, score: float, candidate: Candidate) -> Relation:
        shared = self._weighed.strongest(candidate.terms, MOST_WORDS_SHOWN)
        return Relation(line=candidate.line, score=score, shared=shared, terms=candidate.terms)

    def _likeness_abroad(self, candidate: Candidate) -> float:
        """By names first; words meet only where two languages share them, numbers in all."""
        words, names = self._by_kind.likeness(candidate.terms)
        return WORDS_ABROAD * words + (1 - WORDS_ABROAD) * names


def _tells_again(one: Relation, other: Relation) -> bool:
    if one.line.language != other.line.language:
        return False
    apart = abs(one.line.published_at - other.line.published_at)
    known = dict.fromkeys(one.terms, 1.0)
    return apart <= TAKES_WITHIN and likeness(one.terms, other.terms, known) >= SAME_EVENT


def nearness(one: StoryLine, other: StoryLine, *, abroad: bool) -> float:
    """What two stories keep of their likeness, by the time between them."""
    apart = abs(one.published_at - other.published_at)
    days = math.exp(-(apart / (DAYS_ABROAD if abroad else DAYS)))
    return BACKGROUND + SAME_DAYS * days + SAME_HOUR * math.exp(-(apart / HOUR))


class Pieces:
    """A headline in pieces of words, each by how rare it is among the candidates."""

    def __init__(self, headline: str, rarity: Mapping[str, float]) -> None:
        self._rarity = rarity
        self._weighed = {gram: count * rarity[gram] for gram, count in _grams(headline).items()}
        self._length = self._length_of(_grams(headline))

    def likeness(self, headline: str) -> float:
        theirs = _grams(headline)
        product = sum([each * theirs[gram] for gram, each in self._weighed.items() if gram in theirs])
        return product / (self._length * self._length_of(theirs)) if product else 0.0

    def _length_of(self, grams: Mapping[str, int]) -> float:
        return math.sqrt(sum([count * count * self._rarity[gram] for gram, count in grams.items()]))


def gram_rarities(lines: Sequence[StoryLine]) -> dict[str, float]:
    """Among the candidates: what all of them say tells nothing between them."""
    seen = Counter(chain.from_iterable([_grams(line.headline) for line in lines]))
    rarity = {count: math.log(1 + len(lines) / count) for count in set(seen.values())}
    return {gram: rarity[count] for gram, count in seen.items()}


@lru_cache(maxsize=4096)
def _grams(headline: str) -> Mapping[str, int]:
    """Pieces of four letters, with the ends of words: they see through endings that no stemmer knows."""
    words = [f"_{token}_" for token in tokens(headline[:_LETTERS_COMPARED])]
    return Counter([word[at : at + GRAM] for word in words for at in range(len(word) - GRAM + 1 or 1)])
