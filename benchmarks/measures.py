"""Measures of a ranking and of a clustering, as the field defines them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Gain 2^grade − 1; what was not judged gains nothing."""
    gained = sum(_gain(grades.get(found, 0), place) for place, found in enumerate(ranked[:depth]))
    ideal = sum(_gain(grade, place) for place, grade in enumerate(sorted(grades.values())[::-1][:depth]))
    return gained / ideal if ideal else 0.0


def precision(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 5) -> float:
    return sum(grades.get(found, 0) > 0 for found in ranked[:depth]) / depth


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    places = (1 / place for place, found in enumerate(ranked, 1) if grades.get(found, 0) > 0)
    return next(places, 0.0)


def b_cubed(found: Mapping[str, str], truth: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1: of each item's group, the share that belongs with it."""
    together = Counter((found[item], truth[item]) for item in truth)
    in_found, in_truth = Counter(found[item] for item in truth), Counter(truth.values())
    precise = sum(n * n / in_found[group] for (group, _), n in together.items()) / len(truth)
    recalled = sum(n * n / in_truth[group] for (_, group), n in together.items()) / len(truth)
    return precise, recalled, _f1(precise, recalled)


def pairs(found: Mapping[str, str], truth: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs that are put together."""
    together = _pairs(Counter((found[item], truth[item]) for item in truth))
    in_found, in_truth = _pairs(Counter(found[item] for item in truth)), _pairs(Counter(truth.values()))
    precise, recalled = together / in_found if in_found else 0.0, together / in_truth if in_truth else 0.0
    return precise, recalled, _f1(precise, recalled)


def _gain(grade: int, place: int) -> float:
    return float(2**grade - 1) / math.log2(place + 2)


def _pairs(counts: Counter[str] | Counter[tuple[str, str]]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _f1(precise: float, recalled: float) -> float:
    return 2 * precise * recalled / (precise + recalled) if precise + recalled else 0.0
