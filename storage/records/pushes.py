"""What goes out, to whom and how urgently."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class PushKind(StrEnum):
    BREAKING = "breaking"
    BROADCAST = "broadcast"
    CORRECTION = "correction"
    UPDATE = "update"
    HOLD = "hold"
    RELEASE = "release"
    KILL = "kill"
    FOLLOW = "follow"
    DIGEST = "digest"


EDITS = frozenset(
    {PushKind.CORRECTION, PushKind.UPDATE, PushKind.HOLD, PushKind.RELEASE, PushKind.KILL},
)
"""The pushes that change what was delivered."""


class PushState(StrEnum):
    """`PROPOSED` waits for its button; `APPROVED` waits for the planner; `RUNNING` has its deliveries;
    `HELD` goes on when its story is released.
    """

    PROPOSED = "proposed"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"


class Lane(IntEnum):
    """How urgent a call is: the lower number goes first."""

    REPLY = 0
    KILL = 1
    BREAKING = 2
    CORRECTION = 3
    UPDATE = 4
    BROADCAST = 5
    DIGEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message that an editor composed, as a Bot API call without its chat: method and parameters.

    Or what a digest is about (`storage.digests`), which is rendered when it is sent.
    """

    method: str
    params: dict[str, object]

    @property
    def messages(self) -> int:
        """How many it makes in a chat: an album one for each item."""
        items = self.params.get("media") if self.method == "sendMediaGroup" else None
        return len(items) if isinstance(items, list) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """G1: planned = sent + rejected + cancelled + expired + unknown + open."""

    planned: int = 0
    sent: int = 0
    rejected: int = 0
    cancelled: int = 0
    expired: int = 0
    unknown: int = 0

    @property
    def open(self) -> int:
        return self.planned - self.sent - self.rejected - self.cancelled - self.expired - self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers:
    """Whom a push to followers goes to: whoever has one of these subscriptions, (scope, value) each.

    `besides_breaking`: but not who gets breaking news.
    """

    wanted: tuple[tuple[str, str], ...]
    besides_breaking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an edit changes the copies of: a story, or a digest, by the number of its push."""

    story_id: int | None = None
    digest_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """`digest_id`: the digest that this changes. `revision` of a digest counts the tellings of its list."""

    id: int
    kind: PushKind
    lane: Lane
    state: PushState
    created_at: datetime
    story_id: int | None = None
    digest_id: int | None = None
    revision: int | None = None
    composed: Composed | None = None
    followers: Followers | None = None
    created_by: int | None = None
    token: str | None = None
    loud: bool = False
    not_before: datetime | None = None
    deliver_by: datetime | None = None
    counts: Counts = field(default_factory=Counts)
