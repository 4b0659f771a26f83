"""What one body held: an item or several, each a draft or a refusal of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from newsroom.wire.refused import CopyRefused, Reason
from storage.records import Draft

MOST_ITEMS = 1_000

Item: TypeAlias = Draft | CopyRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself, where it does. `ttl` in minutes; `topic` is the address that hubs know."""

    title: str | None = None
    language: str | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    home: str | None = None
    ttl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Items in the order of the body. `feed` only where the body is one; a feed may hold no item."""

    items: tuple[Item, ...]
    feed: Feed | None = None

    @property
    def only(self) -> Item:
        """The one item; a refusal where there is none, or more than one."""
        if not self.items:
            return CopyRefused(Reason.EMPTY, "There is no item in it")
        if len(self.items) > 1:
            return CopyRefused(Reason.SEVERAL, f"There are {len(self.items):,} items in it")
        return self.items[0]


def bounded(items: Iterable[Item], count: int) -> tuple[Item, ...]:
    """The first of `count` items, as many as are taken; one refusal then stands for those left out."""
    taken = [item for item, _ in zip(items, range(MOST_ITEMS), strict=False)]
    if count > MOST_ITEMS:
        left = f"It holds {count:,} items and the first {MOST_ITEMS:,} are taken"
        taken.append(CopyRefused(Reason.TOO_MANY, left))
    return tuple(taken)
