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
from typing import TypedDict

from newsroom import figures, related
from newsroom.arabic import tokens
from newsroom.related import Telling
from newsroom.skeletons import MARK
from newsroom.terms import terms_of
from storage.records import Candidate, StoryLine

LOOK_BACK = timedelta(hours=96)
ENOUGH = 0.19  # the least that makes one event; tuned on labelled news, for precision before recall
BRIDGE = 0.45  # what makes two events one
WHOLE = 0.6  # what counts as certain

_WORDS, _NAMES, _GRAMS = 1.0, 0.4, 1.25
_MORE = 0.25  # what each further story of the event adds to the best
_OLD, _DAYS, _HOURS = 0.32, 0.3, 0.38
_LONG, _SHORT = timedelta(hours=48), timedelta(minutes=80)

# Copied, not told again: all but this share of the words, none of the numbers, enough of them to be sure.
_COPIED, _LEAST_WORDS = 0.93, 25
_HEADLINES_ALIKE = 0.8
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
) -> Match | None:
    """None: it is news. `candidates` are in the item's language; `events` has the event of each."""
    possible = [one for one in candidates if not _part(item, one)]
    copied = next((one for one in possible if _is_copy(item, one)), None)
    if copied is not None:
        return Match(band=Band.DUPLICATE, sureness=1.0, **_told(item, copied, rarity, events))
    grams = related.gram_rarities([item.line, *(one.line for one in possible)])
    ranked = _by_event([(_strength(item, one, rarity, grams), one) for one in possible], events)
    if not ranked or ranked[0][0] < ENOUGH:
        return None
    total, nearest = ranked[0]
    bridged = tuple(events[one.line.id] for strength, one in ranked[1:] if strength >= BRIDGE)
    sureness = round(min(total / WHOLE, 0.99), 2)
    return Match(band=Band.SAME, sureness=sureness, bridged=bridged, **_told(item, nearest, rarity, events))


class _Told(TypedDict):
    event_id: int
    story_id: int
    shared: tuple[str, ...]


def _told(item: Telling, one: Candidate, rarity: Mapping[str, float], events: Mapping[int, int]) -> _Told:
    shared = related.shared(_words(item.terms), one.terms, rarity)
    return {"event_id": events[one.line.id], "story_id": one.line.id, "shared": shared}


def _by_event(
    told: Sequence[tuple[float, Candidate]], events: Mapping[int, int]
) -> list[tuple[float, Candidate]]:
    """Strongest first: what the stories of each event say together, with the story that says most."""
    by_event: defaultdict[int, list[tuple[float, Candidate]]] = defaultdict(list)
    for strength, one in sorted(told, key=lambda pair: (-pair[0], pair[1].line.id)):
        by_event[events[one.line.id]].append((strength, one))
    totals = [(_together([strength for strength, _ in own]), own[0][1]) for own in by_event.values()]
    return sorted(totals, key=lambda pair: (-pair[0], pair[1].line.id))


def _together(strengths: Sequence[float]) -> float:
    return sum(one * _MORE**place for place, one in enumerate(strengths))


def _part(item: Telling, one: Candidate) -> bool:
    """Contradicting headlines; or one form filled in with other numbers, as of prices or weather."""
    if figures.part(item.line.headline, one.line.headline):
        return True
    ours, theirs = _words(item.terms), _words(one.terms)
    if _numbers(item.line.headline) == _numbers(one.line.headline):
        return False
    return _cosine(_wordy(ours), _wordy(theirs)) >= _ONE_FORM


def _strength(
    item: Telling, one: Candidate, rarity: Mapping[str, float], grams: Mapping[str, float]
) -> float:
    words, names = related.by_kind(item.terms, one.terms, rarity)
    pieces = related.gram_likeness(item.line.headline, one.line.headline, grams)
    likely = (_WORDS * words + _NAMES * names + _GRAMS * pieces) / (_WORDS + _NAMES + _GRAMS)
    return likely * _nearness(item.line, one.line)


def _nearness(one: StoryLine, other: StoryLine) -> float:
    apart = abs(one.published_at - other.published_at)
    return _OLD + _DAYS * math.exp(-(apart / _LONG)) + _HOURS * math.exp(-(apart / _SHORT))


def _is_copy(item: Telling, one: Candidate) -> bool:
    """Long enough to be sure, in one language, with the same numbers and nearly all of the words."""
    ours, theirs = _words(item.terms), _words(one.terms)
    if len(ours) < _LEAST_WORDS or ours.keys() - _wordy(ours).keys() != theirs.keys() - _wordy(theirs).keys():
        return False
    return _are_alike(item.line.headline, one.line.headline) and _cosine(ours, theirs) >= _COPIED


def _are_alike(one: str, other: str) -> bool:
    """Two headlines with nearly the same words, and the same places and numbers."""
    ours, theirs = set(terms_of(one)), set(terms_of(other))
    exactly = figures.places(one) == figures.places(other) and _numbers(one) == _numbers(other)
    return exactly and len(ours & theirs) >= _HEADLINES_ALIKE * len(ours | theirs)


def _numbers(headline: str) -> set[str]:
    return {token for token in tokens(headline) if token[0].isdigit()}


def _words(terms: Mapping[str, float]) -> dict[str, float]:
    return {term: weight for term, weight in terms.items() if not term.startswith(MARK)}


def _wordy(terms: Mapping[str, float]) -> dict[str, float]:
    return {term: weight for term, weight in terms.items() if not term[0].isdigit()}


def _cosine(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    product = sum(weight * theirs[term] for term, weight in ours.items() if term in theirs)
    return product / math.sqrt(_square(ours) * _square(theirs)) if product else 0.0


def _square(terms: Mapping[str, float]) -> float:
    return sum(weight * weight for weight in terms.values())
