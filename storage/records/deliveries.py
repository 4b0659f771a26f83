"""One chat's copy of a push, from its plan to its outcome; and who may send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from storage.records.chats import ChatKind


class Act(StrEnum):
    """What a delivery does: it makes a message of its own, changes an earlier one, or replies to it."""

    SEND = "send"
    EDIT = "edit"
    REPLY = "reply"


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


class OnUnknown(StrEnum):
    """What to do with a message that may or may not have landed (DESIGN §4, G3)."""

    PARK = "park"
    RESEND_ONCE = "resend_once"


Attempt = tuple[int, int, int, int]
"""Push, chat, part and the number of the attempt."""


# This and `Settlement` are made for every message: a data class takes six times as long to make as a tuple.
class Delivery(NamedTuple):
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
        return self[:4]


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


class Settlement(NamedTuple):
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
