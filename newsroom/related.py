"""Which other stories go with this one: a pure ranking that can say why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Candidate, StoryLine

NEARNESS = timedelta(hours=48)
BACKGROUND = 0.35  # what an old story keeps of its likeness: background still counts
FLOOR = 0.12
STORIES_PRESUMED = 50
MOST_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`shared` are the terms that weigh most in the likeness, rarest first."""

    line: StoryLine
    score: float
    shared: tuple[str, ...]


def rank(
    terms: Mapping[str, float],
    candidates: Sequence[Candidate],
    rarity: Mapping[str, float],
    *,
    told_at: datetime,
    most: int,
) -> list[Relation]:
    """The best `most` candidates: shared rare words, then nearness in time."""
    relations = [_relate(terms, candidate, rarity, told_at) for candidate in candidates]
    likely = [relation for relation in relations if relation.score >= FLOOR]
    return sorted(likely, key=lambda r: (-r.score, r.line.code))[:most]


def rarities(frequencies: Mapping[str, int], stories: int) -> dict[str, float]:
    """Inverse document frequency. A small store knows little of what is rare: it counts as a larger one."""
    known = stories + STORIES_PRESUMED
    return {term: math.log(1 + known / (seen + 0.5)) for term, seen in frequencies.items()}


def _relate(
    terms: Mapping[str, float], candidate: Candidate, rarity: Mapping[str, float], told_at: datetime
) -> Relation:
    products = {
        term: weight * candidate.terms[term] * rarity.get(term, 1.0) ** 2
        for term, weight in terms.items()
        if term in candidate.terms
    }
    scale = _norm(terms, rarity) * _norm(candidate.terms, rarity)
    likeness = sum(products.values()) / scale if scale else 0.0
    heaviest = sorted(products, key=lambda term: (-products[term], term))
    return Relation(
        line=candidate.line,
        score=likeness * _nearness(candidate.line.published_at, told_at),
        shared=tuple(heaviest[:MOST_WORDS_SHOWN]),
    )


def _norm(terms: Mapping[str, float], rarity: Mapping[str, float]) -> float:
    return math.sqrt(sum((weight * rarity.get(term, 1.0)) ** 2 for term, weight in terms.items()))


def _nearness(published_at: datetime, told_at: datetime) -> float:
    apart = abs((told_at - published_at) / NEARNESS)
    return BACKGROUND + (1 - BACKGROUND) * math.exp(-apart)
