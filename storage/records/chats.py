"""Where news goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    daily_cap: int | None = None
