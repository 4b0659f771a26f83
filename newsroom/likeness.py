"""How alike two stories are by their weighted terms: what one says is weighed once, whatever it is beside."""

from __future__ import annotations

import math
from collections.abc import Mapping

from newsroom.skeletons import MARK


class Weighed:
    """The terms of a story, each by how rare it is among all stories.

    How rare the terms are that only others have is not known: they count as the average of ours.
    """

    def __init__(self, terms: Mapping[str, float], rarity: Mapping[str, float]) -> None:
        usual = (sum(rarity.values()) / len(rarity) if rarity else 1.0) ** 2
        square = {term: rarity[term] ** 2 for term in terms}
        self._usual = usual
        self._product = {term: weight * square[term] for term, weight in terms.items()}
        self._beyond = {term: each - usual for term, each in square.items()}
        self._length = math.sqrt(sum([weight * weight * square[term] for term, weight in terms.items()]))

    def likeness(self, others: Mapping[str, float], squares: float | None = None) -> float:
        """0 to 1: the cosine. `squares`: of the weights of the `others` that are of our kind, else of all."""
        shared = in_both(self._product, others)
        if not shared:
            return 0.0
        theirs = self._usual * (square(others) if squares is None else squares)
        theirs += sum([others[term] ** 2 * self._beyond[term] for term in shared])
        product = sum([others[term] * self._product[term] for term in shared])
        return product / (self._length * math.sqrt(theirs))

    def strongest(self, others: Mapping[str, float], most: int) -> tuple[str, ...]:
        """The shared terms that weigh most in the likeness."""
        weight = {term: self._product[term] * others[term] for term in in_both(self._product, others)}
        return tuple(sorted(weight, key=lambda term: (-weight[term], term))[:most])


class ByKind:
    """The words of a story and its names apart."""

    def __init__(self, terms: Mapping[str, float], rarity: Mapping[str, float]) -> None:
        self._words, self._names = (_of_kind(terms, rarity, names=names) for names in (False, True))

    def words(self, others: Mapping[str, float]) -> float:
        """Their likeness; of the others' words the squares of the weights sum to 1, as in every `Bag`."""
        return self._words.likeness(others, 1.0)

    def names(self, others: Mapping[str, float]) -> float:
        return self._names.likeness(others, _squares_of_names(others))

    def likeness(self, others: Mapping[str, float]) -> tuple[float, float]:
        """Of the words, and of the names, whatever they weigh."""
        names = _squares_of_names(others)
        return self._words.likeness(others, square(others) - names), self._names.likeness(others, names)


def cosine(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """0 to 1, by the weights alone, however rare the terms are."""
    product = sum([ours[term] * theirs[term] for term in in_both(ours, theirs)])
    return product / math.sqrt(square(ours) * square(theirs)) if product else 0.0


def in_both(ours: Mapping[str, float], theirs: Mapping[str, float]) -> list[str]:
    """The terms, in the order of the shorter; without a loop in Python, since most terms are in one only."""
    fewer, more = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
    return list(filter(more.__contains__, fewer))


def square(terms: Mapping[str, float]) -> float:
    """The sum of the squares of the weights."""
    return math.hypot(*terms.values()) ** 2


def _squares_of_names(terms: Mapping[str, float]) -> float:
    return math.hypot(*[weight for term, weight in terms.items() if term[0] == MARK]) ** 2


def _of_kind(terms: Mapping[str, float], rarity: Mapping[str, float], *, names: bool) -> Weighed:
    own = {term: weight for term, weight in terms.items() if term.startswith(MARK) == names}
    return Weighed(own, {term: rarity[term] for term in own})
