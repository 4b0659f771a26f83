"""Sluglines: what an agency calls a story over its takes (`IRAN-QUAKE`, `IRAN-QUAKE 2ND LD`). Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from newsroom.arabic import tokens

RECENT: Final = timedelta(hours=24)
"""Slugs are used again: for so long after a story's last telling, one is the same story's."""
_WORDS: Final = (
    "ld lede lead leads writethru wrap update updates urgent flash bulletin alert snap take add adds sub",
    "st nd rd th subs correction corrected refile new final opt",
    "عاجل تحديث تصحيح يتبع إضافة",
)
_TAKES: Final = frozenset(token for words in _WORDS for token in tokens(words))
_COUNT: Final = re.compile(r"(?:ld|lead|update|take|add)?\d{1,2}")


def normal(slugline: str | None) -> str | None:
    """Without what tells its takes apart; None where nothing is left."""
    words = [word for word in tokens(slugline or "") if word not in _TAKES and not _COUNT.fullmatch(word)]
    return "-".join(words) or None
