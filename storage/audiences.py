"""Who a push goes to."""

from __future__ import annotations

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import ChatState, PushKind
from storage.schema import chat, subscription

WANTED = {
    PushKind.BREAKING: ("breaking", "all"),
    PushKind.BROADCAST: ("breaking", "all"),
}


def readers(kind: PushKind) -> sa.Select[tuple[int]]:
    """Ids of the chats that a push of this kind goes to, in the order in which the planner inserts them."""
    wanted = sa.exists().where(
        subscription.c.chat_id == chat.c.id,
        subscription.c.scope == "all",
        subscription.c.value == "",  # completes the key: without it SQLite walks over all who want everything
        subscription.c.how.in_(WANTED.get(kind, ("all",))),
    )
    return sa.select(chat.c.id).where(chat.c.state == ChatState.ACTIVE, wanted).order_by(chat.c.id)


def size(tx: Transaction, kind: PushKind) -> int:
    audience = readers(kind).order_by(None).subquery()
    return tx.execute(sa.select(sa.func.count()).select_from(audience)).scalar_one()
