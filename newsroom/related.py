"""Which other stories go with this one: a pure ranking that can say why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache

from newsroom.arabic import tokens
from newsroom.skeletons import MARK
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
    relations = [_relate(story, candidate, rarity, grams) for candidate in candidates]
    likely = [relation for relation in relations if relation.score >= FLOOR]
    return sorted(likely, key=lambda r: (-r.score, r.line.code))[:most]


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
    """0 to 1: the cosine of the weighted terms, each by its rarity.

    How rare the terms are that only the others have is not known: they count as the average of ours.
    """
    usual = sum(rarity.values()) / len(rarity) if rarity else 1.0
    shared = [term for term in terms if term in others]
    ours = sum((weight * rarity[term]) ** 2 for term, weight in terms.items())
    theirs = usual**2 * sum(weight * weight for weight in others.values())
    theirs += sum(others[term] ** 2 * (rarity[term] ** 2 - usual**2) for term in shared)
    product = sum(terms[term] * others[term] * rarity[term] ** 2 for term in shared)
    return product / math.sqrt(ours * theirs) if product else 0.0


def by_kind(
    terms: Mapping[str, float], others: Mapping[str, float], rarity: Mapping[str, float]
) -> tuple[float, float]:
    """The likeness of the words, and that of the names."""
    ours, theirs = _names_apart(terms), _names_apart(others)
    words, names = (
        likeness(ours[kind], theirs[kind], {term: rarity[term] for term in ours[kind]})
        for kind in (False, True)
    )
    return words, names


def shared(
    terms: Mapping[str, float], others: Mapping[str, float], rarity: Mapping[str, float]
) -> tuple[str, ...]:
    """The terms that weigh most in the likeness."""
    weight = {term: terms[term] * others[term] * rarity[term] ** 2 for term in terms if term in others}
    return tuple(sorted(weight, key=lambda term: (-weight[term], term))[:MOST_WORDS_SHOWN])


def _relate(
    story: Telling, candidate: Candidate, rarity: Mapping[str, float], grams: Mapping[str, float]
) -> Relation:
    abroad = candidate.line.language != story.line.language
    likely = (_likeness_abroad if abroad else likeness)(story.terms, candidate.terms, rarity)
    likely += GRAMS_COUNT * gram_likeness(story.line.headline, candidate.line.headline, grams)
    return Relation(
        line=candidate.line,
        score=likely / (1 + GRAMS_COUNT) * _nearness(candidate.line, story.line, abroad=abroad),
        shared=shared(story.terms, candidate.terms, rarity),
        terms=candidate.terms,
    )


def _likeness_abroad(
    terms: Mapping[str, float], others: Mapping[str, float], rarity: Mapping[str, float]
) -> float:
    """By names first; words meet only where two languages share them, numbers in all."""
    words, names = by_kind(terms, others, rarity)
    return WORDS_ABROAD * words + (1 - WORDS_ABROAD) * names


def _names_apart(terms: Mapping[str, float]) -> dict[bool, dict[str, float]]:
    apart: dict[bool, dict[str, float]] = {False: {}, True: {}}
    for term, weight in terms.items():
        apart[term.startswith(MARK)][term] = weight
    return apart


def _tells_again(one: Relation, other: Relation) -> bool:
    if one.line.language != other.line.language:
        return False
    apart = abs(one.line.published_at - other.line.published_at)
    known = dict.fromkeys(one.terms, 1.0)
    return apart <= TAKES_WITHIN and likeness(one.terms, other.terms, known) >= SAME_EVENT


def _nearness(one: StoryLine, other: StoryLine, *, abroad: bool) -> float:
    apart = abs(one.published_at - other.published_at)
    days = math.exp(-(apart / (DAYS_ABROAD if abroad else DAYS)))
    return BACKGROUND + SAME_DAYS * days + SAME_HOUR * math.exp(-(apart / HOUR))


def gram_likeness(one: str, other: str, rarity: Mapping[str, float]) -> float:
    ours, theirs = _grams(one), _grams(other)
    product = sum(count * theirs[gram] * rarity[gram] for gram, count in ours.items() if gram in theirs)
    return product / (_length(ours, rarity) * _length(theirs, rarity)) if product else 0.0


def _length(grams: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    return math.sqrt(sum(count * count * rarity[gram] for gram, count in grams.items()))


def gram_rarities(lines: Sequence[StoryLine]) -> dict[str, float]:
    """Among the candidates: what all of them say tells nothing between them."""
    seen = Counter[str]()
    for line in lines:
        seen.update(_grams(line.headline).keys())
    return {gram: math.log(1 + len(lines) / count) for gram, count in seen.items()}


@lru_cache(maxsize=4096)
def _grams(headline: str) -> Counter[str]:
    """Pieces of four letters, with the ends of words: they see through endings that no stemmer knows."""
    words = (f"_{token}_" for token in tokens(headline[:_LETTERS_COMPARED]))
    return Counter(word[at : at + GRAM] for word in words for at in range(max(1, len(word) - GRAM + 1)))
