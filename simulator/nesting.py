"""How entities may overlap, as Telegram settles it: sorted, joined, cut at each other's borders.

Bold, italic, underline, strikethrough and spoiler may be cut anywhere, so they give way; quotes may hold
everything but quotes; links, code and the like may neither cross nor hold one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from simulator.entities import Entity

SOFT = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
CODE = frozenset({"code", "pre"})
_RANK = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_USUAL_RANK = 50
_INNER_PRE = 10


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=_order)


def _order(one: Entity) -> tuple[int, int, int]:
    rank = _INNER_PRE if one.type == "pre" and one.detail else _RANK.get(one.type, _USUAL_RANK)
    return one.start, -one.end, rank


def arranged(entities: Iterable[Entity]) -> list[Entity]:
    """The entities as Telegram would keep them, in order."""
    found = in_order(entities)
    soft = [one for one in found if one.type in SOFT]
    quotes = _apart(one for one in found if one.type in QUOTES)
    solid = _apart(one for one in found if one.type not in QUOTES and one.type not in SOFT)
    solid = [one for one in solid if not any(_crosses(one, quote) for quote in quotes)]
    borders = in_order([*solid, *quotes])
    return in_order([*borders, *_cut(_joined(soft), borders)])


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    """Of those that overlap, the first."""
    kept: list[Entity] = []
    for one in entities:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _crosses(one: Entity, quote: Entity) -> bool:
    """Whether it is partly in the quote, or holds it."""
    apart = one.end <= quote.start or quote.end <= one.start
    inside = quote.start <= one.start and one.end <= quote.end
    return not apart and not inside


def _joined(soft: Sequence[Entity]) -> list[Entity]:
    """Those of one type that touch become one."""
    joined: list[Entity] = []
    for kind in SOFT:
        for one in (one for one in soft if one.type == kind):
            last = joined[-1] if joined else None
            if last is not None and last.type == kind and one.start <= last.end:
                joined[-1] = replace(last, end=max(last.end, one.end))
            else:
                joined.append(one)
    return in_order(joined)


def _cut(soft: Sequence[Entity], borders: Sequence[Entity]) -> list[Entity]:
    """The soft ones in pieces: cut at the borders of the others, and where another soft one begins."""
    cuts = {at for one in borders for at in (one.start, one.end)}
    code = [one for one in borders if one.type in CODE]
    pieces: list[Entity] = []
    open_ones: dict[str, Entity] = {}
    for one in soft:
        pieces += _closed_before(open_ones, one.start, cuts)
        open_ones[one.type] = one
    pieces += _closed_before(open_ones, None, cuts)
    return [
        one for one in pieces if not any(kept.start <= one.start and one.end <= kept.end for kept in code)
    ]


def _closed_before(open_ones: dict[str, Entity], at: int | None, cuts: set[int]) -> list[Entity]:
    """Pieces of what is open, up to `at` (None: to their ends), where a further soft entity begins."""
    pieces: list[Entity] = []
    for kind in SOFT:
        one = open_ones.get(kind)
        if one is None or (at is not None and one.start >= at):
            continue
        end = one.end if at is None else min(one.end, at)
        places = [one.start, *sorted(cut for cut in cuts if one.start < cut < end), end]
        pieces += [replace(one, start=a, end=b) for a, b in pairwise(places)]
        if end == one.end:
            del open_ones[kind]
        else:
            open_ones[kind] = replace(one, start=end)
    return pieces
