"""Do two reports tell one event? A pure decision over recent candidates, in three bands, that can say why.

Exact figures and places decide before words do: what differs in them is never one event, however alike.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple, TypedDict

from newsroom import figures, related
from newsroom.likeness import ByKind, Weighed, cosine, in_both, square
from newsroom.related import Telling
from newsroom.skeletons import MARK
from newsroom.terms import term_of, terms_of, words_key
from storage.records import Candidate

LOOK_BACK = timedelta(hours=96)
ENOUGH = 0.17  # the least that makes one event; tuned on labelled news, for precision before recall
BRIDGE = 0.3  # what makes two events one
WHOLE = 0.6  # what counts as certain

_WORDS, _NAMES, _PIECES = 1.0, 0.4, 1.25
_WHOLE_LIKENESS = _WORDS + _NAMES + _PIECES
_NEAREST, _EACH = 3, 0.6  # of an event, the stories most like the item, and what they count together
_FOUND = 0.3  # of an event not all stories are looked at: the share that is, to this power, counts
_COMMON = 0.5  # rarity of the words that every text has
_OLD = 0.05  # of a likeness is left whatever the time between; the rest fades, each share over its time
_FADES = ((0.3, timedelta(hours=72)), (0.35, timedelta(hours=12)), (0.3, timedelta(minutes=80)))

# Copied, not told again: all but this share of the words, none of the numbers, enough of them to be sure.
_COPIED, _LEAST_WORDS = 0.93, 25
_HEADLINES_ALIKE = 0.8
_ROUNDING = 1e-9
_ONE_FORM = 0.9  # of the words, where the numbers in the headline differ


class Band(StrEnum):
    DUPLICATE = "duplicate"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The event that an item tells, and of its stories the one most like the item.

    `bridged` are other events that it tells as surely: they are one.
    """

    band: Band
    event_id: int
    story_id: int
    sureness: float
    shared: tuple[str, ...]
    bridged: tuple[int, ...] = ()


def match(
    item: Telling,
    candidates: Sequence[Candidate],
    rarity: Mapping[str, float],
    events: Mapping[int, int],
    sizes: Mapping[int, int],
) -> Match | None:
    """None: it is news. `candidates` are in the item's language.

    `events` has the event of each, `sizes` of each event how many stories tell it.
    """
    ours = _Ours(item, rarity)
    possible = [one for one in candidates if not ours.part(one)]
    copied = next((one for one in possible if ours.is_copied_by(one)), None)
    if copied is not None:
        return Match(band=Band.DUPLICATE, sureness=1.0, **ours.told(copied, events))
    ranked = ours.events_by_strength(_by_event(possible, events), sizes)
    if not ranked or ranked[0][0] < ENOUGH:
        return None
    strength, nearest = ranked[0]
    bridged = tuple(events[one.line.id] for other, one in ranked[1:] if other >= BRIDGE)
    sureness = round(min(strength / WHOLE, 0.99), 2)
    return Match(band=Band.SAME, sureness=sureness, bridged=bridged, **ours.told(nearest, events))


class _Told(TypedDict):
    event_id: int
    story_id: int
    shared: tuple[str, ...]


class _Beside(NamedTuple):
    """Stories beside the item: how near the last of them is, and what pieces of their headlines add."""

    stories: Sequence[Candidate]
    near: float
    pieces: float

    @property
    def most(self) -> float:
        """Of their likeness, whatever their words are."""
        return self.near * (_WORDS + _NAMES + self.pieces) / _WHOLE_LIKENESS


class _Ours:
    """The item that candidates are compared with."""

    def __init__(self, item: Telling, rarity: Mapping[str, float]) -> None:
        self._line = item.line
        self._words = _words(item.terms)
        self._wordy = _wordy(self._words)
        self._rarity = rarity
        self._by_kind = ByKind(item.terms, rarity)

    def part(self, one: Candidate) -> bool:
        """Contradicting headlines; or one form filled in with other numbers, as of prices or weather."""
        if figures.part(self._line.headline, one.line.headline):
            return True
        if not _may_reach(_ONE_FORM, self._wordy, one.terms):
            return False
        if figures.numbers(self._line.headline) == figures.numbers(one.line.headline):
            return False
        return cosine(self._wordy, _wordy(_words(one.terms))) >= _ONE_FORM

    def is_copied_by(self, one: Candidate) -> bool:
        """Long enough to be sure, in one language, with the same numbers and nearly all of the words."""
        if len(self._words) < _LEAST_WORDS or not _may_reach(_COPIED, self._words, one.terms):
            return False
        theirs = _words(one.terms)
        if self._words.keys() - self._wordy.keys() != theirs.keys() - _wordy(theirs).keys():
            return False
        alike = _are_alike(self._line.headline, one.line.headline)
        return alike and cosine(self._words, theirs) >= _COPIED

    def events_by_strength(
        self, events: Mapping[int, Sequence[Candidate]], sizes: Mapping[int, int]
    ) -> list[tuple[float, Candidate]]:
        """Strongest first, each with the story of it that is most like the item."""
        headline = words_key(self._line.headline)
        words = {word: self._rarity.get(term_of(word) or "", _COMMON) for word in headline.split()}
        pieces = related.Pieces({headline: 1.0}, related.gram_rarities_by_words(words))
        strong = [
            (self._strength(stories, len(stories) / sizes[event], pieces), stories[0])
            for event, stories in events.items()
        ]
        return sorted(strong, key=lambda pair: (-pair[0], pair[1].line.id))

    def told(self, one: Candidate, events: Mapping[int, int]) -> _Told:
        weighed = Weighed(self._words, self._rarity)
        shared = weighed.strongest(one.terms, related.MOST_WORDS_SHOWN)
        return {"event_id": events[one.line.id], "story_id": one.line.id, "shared": shared}

    def _strength(self, stories: Sequence[Candidate], found: float, pieces: related.Pieces) -> float:
        """Of an event: how like the item its nearest stories are, and all that its stories tell together.

        0 where headlines and time rule out that it is enough: most events are then not read.
        """
        several = len(stories) > 1
        together = self._beside(stories, pieces)
        each = [self._beside([one], pieces) for one in stories] if several else [together]
        if max(together.most, *(one.most for one in each)) < ENOUGH - _ROUNDING:
            return 0.0
        whole = self._likeness(together)
        nearest = nlargest(_NEAREST, map(self._likeness, each)) if several else [whole]
        return _EACH * sum(nearest) / len(nearest) + (1 - _EACH) * whole * math.pow(found, _FOUND)

    def _beside(self, stories: Sequence[Candidate], pieces: related.Pieces) -> _Beside:
        near = max([nearness(self._line.published_at - one.line.published_at) for one in stories])
        return _Beside(stories, near, _PIECES * pieces.likeness(*map(related.spelling, stories)))

    def _likeness(self, beside: _Beside) -> float:
        words, names = self._by_kind.likeness(_together(beside.stories))
        return beside.near * (_WORDS * words + _NAMES * names + beside.pieces) / _WHOLE_LIKENESS


def _by_event(candidates: Sequence[Candidate], events: Mapping[int, int]) -> dict[int, list[Candidate]]:
    """The stories of each, as they came: those that share most with the item first."""
    by_event: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_event[events[one.line.id]].append(one)
    return by_event


def _together(stories: Sequence[Candidate]) -> Mapping[str, float]:
    if len(stories) == 1:
        return stories[0].terms
    told = defaultdict[str, float](float)
    for one in stories:
        for term, weight in one.terms.items():
            told[term] += weight
    return told


def nearness(between: timedelta) -> float:
    """What two tellings keep of their likeness, by the time between them."""
    apart = abs(between)
    return _OLD + sum(share * math.exp(-(apart / time)) for share, time in _FADES)


def _are_alike(one: str, other: str) -> bool:
    """Two headlines with nearly the same words, and the same places and numbers."""
    if figures.places(one) != figures.places(other) or figures.numbers(one) != figures.numbers(other):
        return False
    ours, theirs = _said(one), _said(other)
    return len(ours & theirs) >= _HEADLINES_ALIKE * len(ours | theirs)


@lru_cache(maxsize=4096)
def _said(headline: str) -> frozenset[str]:
    return frozenset(terms_of(headline))


def _words(terms: Mapping[str, float]) -> dict[str, float]:
    return {term: weight for term, weight in terms.items() if not term.startswith(MARK)}


def _wordy(terms: Mapping[str, float]) -> dict[str, float]:
    return {term: weight for term, weight in terms.items() if not term[0].isdigit()}


def _may_reach(least: float, ours: Mapping[str, float], theirs: Mapping[str, float]) -> bool:
    """The cosine is at most the length of what is shared (Cauchy and Schwarz): quick, and seldom enough."""
    shared = [ours[term] for term in in_both(ours, theirs)]
    return math.hypot(*shared) >= (least - _ROUNDING) * math.sqrt(square(ours))
