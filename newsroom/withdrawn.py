"""Copy that says what was withdrawn, or is on hold, in nearly the same words: an editor sees it first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from newsroom.skeletons import MARK
from newsroom.terms import bag_of
from storage import withdrawn
from storage.database import Transaction
from storage.records import Draft
from storage.withdrawn import Withdrawn

LOOK_BACK: Final = timedelta(hours=96)
MOST: Final = 50
ALIKE: Final = 0.8
"""All but a few of the words. Lower than for a copy that is let go silently: an editor has the last word."""


def shadow(tx: Transaction, draft: Draft, now: datetime) -> Withdrawn | None:
    """The story that it looks like."""
    words = bag_of(draft.headline, draft.sections).words
    lately = withdrawn.recent(tx, now - LOOK_BACK, MOST)
    return next((one for one in lately if likeness(words, one.words) >= ALIKE), None)


def likeness(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """0 to 1, of the words and numbers: the squares of the weights of either sum to 1."""
    return sum(weight * theirs.get(term, 0.0) for term, weight in ours.items() if term[:1] != MARK)
