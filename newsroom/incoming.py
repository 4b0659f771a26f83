"""Copy on its way in: how far its source is trusted, and what that lets it do by itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsroom import cycle, revising, steps
from newsroom.identity import Names
from newsroom.steps import By
from storage import keys
from storage.records import Draft
from storage.withdrawn import Withdrawn

BREAKING_URGENCY = 2
ORDINARY_URGENCY = 5


class Trust(StrEnum):
    """What copy may do without an editor. Of `WAIT` all waits for one, of `REVIEW` what is breaking.

    `HAND`: it came by the house's own hands, from a chat or a file, and breaks by an editor's word.
    """

    WAIT = "wait"
    REVIEW = "review"
    PUBLISH = "publish"
    HAND = "hand"
    PUSH = "push"

    @property
    def decides(self) -> bool:
        """Where its word on a story's life needs no editor's."""
        return self in (Trust.PUBLISH, Trust.HAND, Trust.PUSH)

    @property
    def speaks_for_all(self) -> bool:
        """Where its word on the story of another source counts."""
        return self in (Trust.HAND, Trust.PUSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Copy as it came in, by whatever door.

    `item_id` is the source's own name for the item; `at` the address that the copy was fetched from.
    `backlog`: it is no news, but what a source had before it was asked; nobody is told of it.
    """

    body: bytes
    source: str
    trust: Trust
    media_type: str = "text/plain"
    charset: str | None = None
    urgency: int | None = None
    item_id: str | None = None
    at: str | None = None
    backlog: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What copy may do by itself: break, or else wait for an editor where it is urgent."""

    waits: bool
    breaks: bool


def urgency_of(copy: Copy, draft: Draft) -> int:
    """IPTC urgency 1 to 9: what the sender says with the item, else what the copy says of itself."""
    return copy.urgency or draft.urgency or ORDINARY_URGENCY


def dispose(copy: Copy, draft: Draft) -> Disposition:
    urgent = urgency_of(copy, draft) <= BREAKING_URGENCY
    waits = copy.trust is Trust.WAIT or (urgent and copy.trust is Trust.REVIEW)
    return Disposition(waits=waits, breaks=urgent and copy.trust is Trust.PUSH and not copy.backlog)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Copy on its way in. `text` is the key of its words, `hits` what its keys lead to.

    `led`: by which name it comes to its story. `shadow`: the story taken back that it looks like.
    """

    copy: Copy
    draft: Draft
    names: Names
    text: keys.WireKey
    hits: Mapping[keys.WireKey, keys.KeyHit]
    now: datetime
    led: keys.WireKey | None = None
    shadow: Withdrawn | None = None

    @property
    def given(self) -> tuple[keys.WireKey, ...]:
        """The names that its story has from now on, as far as this source can give them."""
        worldly = self.names.world if self.copy.trust.speaks_for_all else self.names.heard
        return (*self.names.own, *worldly)

    @property
    def disposition(self) -> Disposition:
        return dispose(self.copy, self.draft)

    @property
    def told(self) -> revising.Told:
        urgency = urgency_of(self.copy, self.draft)
        return revising.Told(urgency=urgency, source=self.copy.source, now=self.now)

    @property
    def waits(self) -> bool:
        """Of a story that is new: for an editor."""
        shadowed = self.shadow is not None
        return shadowed or self.disposition.waits or (self.asks_an_editor and self.draft.kind in cycle.ENDS)

    @property
    def asks_an_editor(self) -> bool:
        """Of a take: what changes or takes back what was said weighs more than news."""
        weighs = not self.copy.trust.decides and self.draft.kind in cycle.WEIGHTY
        return weighs or self.copy.trust is Trust.WAIT

    @property
    def by(self) -> By:
        return replace(steps.by_source(self.copy.source), tells=not self.copy.backlog)
