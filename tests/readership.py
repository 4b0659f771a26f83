"""Chats that subscribe and pushes for them, for tests of the ledger and of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from storage import pushes
from storage.database import Transaction
from storage.records import Composed, Lane, PushKind
from storage.schema import chat, push, subscription

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = 1000
"""The Telegram id of reader 1 is 1001."""


def add_readers(tx: Transaction, ids: Iterable[int], *, how: str = "all", kind: str = "private") -> None:
    """Subscribed chats with these ids of ours."""
    chats = [_chat(number, kind) for number in ids]
    wishes = [
        {"chat_id": one["id"], "scope": "all", "value": "", "how": how, "created_at": NOON} for one in chats
    ]
    if chats:
        tx.execute(sa.insert(chat), chats)
        tx.execute(sa.insert(subscription), wishes)


def approve_push(
    tx: Transaction, *, lane: Lane = Lane.BROADCAST, kind: PushKind = PushKind.BROADCAST, text: str = "خبر"
) -> int:
    """The id of a push that waits for the planner."""
    token = f"token-{tx.execute(sa.select(sa.func.count()).select_from(push)).scalar_one()}"
    composed = Composed(method="sendMessage", params={"text": text})
    pushes.propose(tx, kind=kind, lane=lane, composed=composed, created_by=1, token=token, now=NOON)
    approved = pushes.approve(tx, token, 1, 1, NOON)
    assert approved is not None
    return approved.id


def _chat(number: int, kind: str) -> dict[str, object]:
    return {
        "id": number,
        "telegram_id": FIRST + number if kind == "private" else -(FIRST + number),
        "kind": kind,
        "state": "active",
        "language": "ar",
        "zone": "UTC",
        "digest_times": [],
        "created_at": NOON,
    }
