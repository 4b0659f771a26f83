"""What leaves the storage room: frozen records, never rows or sessions. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class RevisionKind(StrEnum):
    NEW = "new"
    UPDATE = "update"
    REFILE = "refile"
    CORRECTION = "correction"
    HOLD = "hold"
    KILL = "kill"


class StoryState(StrEnum):
    """Where a story stands. Readers see `PUBLISHED` ones only. `newsroom.cycle` has the ways between."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    HELD = "held"
    KILLED = "killed"


class SectionKind(StrEnum):
    LEAD = "lead"
    BODY = "body"


class ChatKind(StrEnum):
    """Bot API `Chat.type`."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    GONE = "gone"
    MOVED = "moved"


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


class Act(StrEnum):
    """What a delivery does: it makes a message of its own, changes an earlier one, or replies to it."""

    SEND = "send"
    EDIT = "edit"
    REPLY = "reply"


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


class OnUnknown(StrEnum):
    """What to do with a message that may or may not have landed (DESIGN §4, G3)."""

    PARK = "park"
    RESEND_ONCE = "resend_once"


class DeliveryState(StrEnum):
    PLANNED = "planned"
    INTENT = "intent"
    RETRY_AT = "retry_at"
    SENT = "sent"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    LEFT = "left"  # unknown still, and an editor lets it be


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`anchor` is stable over revisions, ASCII, at most 16 bytes: it travels in button data."""

    kind: SectionKind
    heading: str | None
    paragraphs: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What copy was understood to say. `sections[0]` is the lead; names follow IPTC ninjs 3.

    `alt_ids` are its source's other names for it, no one else's. `version_created` is what the copy claims.
    `marks` are signs of the wire that stood in the copy and are no part of the story («يتبع»).
    """

    copy: bytes
    media_type: str
    language: str
    sections: tuple[Section, ...]
    kind: RevisionKind = RevisionKind.NEW
    headline: str | None = None
    alert: str | None = None
    credit: str | None = None
    source_code: str | None = None
    related_headings: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    urgency: int | None = None
    slugline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    topics: tuple[str, ...] = ()
    embargo: datetime | None = None
    correction_note: str | None = None
    editor_note: str | None = None
    uri: str | None = None
    version: str | None = None
    alt_ids: tuple[str, ...] = ()
    evolved_from: str | None = None
    version_created: datetime | None = None
    rights: str | None = None
    link: str | None = None
    image: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A headline of the copy's related block. `code` is set once its story is here."""

    ordinal: int
    headline: str
    code: str | None = None
    matched_by: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable telling of a story. `headline` is None only where there is no lead to derive it from."""

    story_id: int
    number: int
    kind: RevisionKind
    language: str
    urgency: int
    created_at: datetime
    sections: tuple[Section, ...]
    headline: str | None = None
    headline_derived: bool = False
    credit: str | None = None
    source_code: str | None = None
    slugline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    topics: tuple[str, ...] = ()
    embargo: datetime | None = None
    correction_note: str | None = None
    editor_note: str | None = None
    uri: str | None = None
    version: str | None = None
    version_created: datetime | None = None
    rights: str | None = None
    link: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with its newest revision and that revision's related links.

    `opens_at`: it must not be out before, by its schedule or its embargo.
    """

    id: int
    code: str
    state: StoryState
    created_at: datetime
    updated_at: datetime
    revision: Revision
    published_at: datetime | None = None
    opens_at: datetime | None = None
    related: tuple[RelatedLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story as one line of a list."""

    id: int
    code: str
    headline: str
    language: str
    urgency: int
    source_code: str | None
    credit: str | None
    published_at: datetime
    headline_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that shares terms with another: what the related ranking works on."""

    line: StoryLine
    terms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """`id` is ours and survives a migration; `telegram_id` is the address. Hours are `HH:MM`."""

    id: int
    telegram_id: int
    kind: ChatKind
    state: ChatState
    language: str
    zone: str
    thread_id: int | None = None
    title: str | None = None
    subscribed: bool = False
    everything: bool = False
    quiet_from: str | None = None
    quiet_to: str | None = None
    breaking_sounds: bool = False
    whole: bool = False
    digest_times: tuple[str, ...] = ()


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
class Push:
    id: int
    kind: PushKind
    lane: Lane
    state: PushState
    created_at: datetime
    story_id: int | None = None
    revision: int | None = None
    composed: Composed | None = None
    followers: Followers | None = None
    created_by: int | None = None
    token: str | None = None
    loud: bool = False
    not_before: datetime | None = None
    deliver_by: datetime | None = None
    counts: Counts = field(default_factory=Counts)


Attempt = tuple[int, int, int, int]
"""Push, chat, part and the number of the attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One chat's copy of a push, with the address that it goes to now. Its key: push, chat, part.

    `attempt` counts the intents written for it, this one included; `doubts` the earlier ones that may have
    landed. `message_id` is the message of an earlier delivery that an edit changes or a reply answers.
    `shows` is the part of the story that it tells.
    """

    push_id: int
    chat_id: int
    part: int
    attempt: int
    doubts: int
    revision: int | None
    address: int
    thread_id: int | None
    kind: ChatKind
    language: str
    zone: str
    quiet_from: str | None = None
    quiet_to: str | None = None
    breaking_sounds: bool = False
    act: Act = Act.SEND
    message_id: int | None = None
    shows: int = 0

    @property
    def key(self) -> Attempt:
        return self.push_id, self.chat_id, self.part, self.attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """What is known of a dead sender's attempts: those `flying` had left, those `sent` were answered as such,
    with the message's id; all others never left.
    """

    flying: frozenset[Attempt]
    sent: Mapping[Attempt, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """`before`: who had it, with the epoch before this one."""

    bot_id: int
    holder: str
    epoch: int
    before: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of one attempt. It is believed only where no later attempt was made for the same delivery.

    `state` is one of SENT, REJECTED, UNKNOWN and RETRY_AT (with `not_before`); `doubts` is the new count.
    `unreachable`: the copy stands there, and nobody can edit it.
    """

    chat_id: int
    part: int
    attempt: int
    state: DeliveryState
    message_id: int | None = None
    error: str | None = None
    not_before: datetime | None = None
    doubts: int = 0
    unreachable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """All chats of one variant get the same message of a push."""

    language: str
    zone: str
    kind: ChatKind
    act: Act = Act.SEND
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Deliveries whose intents are written, all to show `revision`. `after` is where the next claim goes on.

    `exhausted`: no delivery is planned beyond `after`; what comes still comes back for another attempt.
    """

    deliveries: tuple[Delivery, ...]
    after: int
    exhausted: bool
    revision: int | None
