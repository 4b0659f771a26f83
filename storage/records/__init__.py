"""What leaves the storage room: frozen records, never rows or sessions. Times are UTC."""

from __future__ import annotations

from storage.records.chats import Chat, ChatKind, ChatState
from storage.records.deliveries import (
    Act,
    Attempt,
    Claim,
    Delivery,
    DeliveryState,
    Departed,
    Lease,
    OnUnknown,
    Settlement,
    Variant,
)
from storage.records.pushes import EDITS, Composed, Counts, Followers, Lane, Push, PushKind, PushState
from storage.records.stories import (
    Candidate,
    Draft,
    RelatedLink,
    Revision,
    RevisionKind,
    Section,
    SectionKind,
    Story,
    StoryLine,
    StoryState,
    Tellers,
)

__all__ = [
    "EDITS",
    "Act",
    "Attempt",
    "Candidate",
    "Chat",
    "ChatKind",
    "ChatState",
    "Claim",
    "Composed",
    "Counts",
    "Delivery",
    "DeliveryState",
    "Departed",
    "Draft",
    "Followers",
    "Lane",
    "Lease",
    "OnUnknown",
    "Push",
    "PushKind",
    "PushState",
    "RelatedLink",
    "Revision",
    "RevisionKind",
    "Section",
    "SectionKind",
    "Settlement",
    "Story",
    "StoryLine",
    "StoryState",
    "Tellers",
    "Variant",
]
