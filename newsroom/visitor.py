"""Who speaks, and where: what an Update tells of them, without the Telegram library."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import ChatKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """`language` is the IETF tag of the user's app, a hint; `administrator` counts in groups only."""

    chat_id: int
    kind: ChatKind
    user_id: int | None = None
    title: str | None = None
    language: str | None = None
    thread_id: int | None = None
    administrator: bool = False
