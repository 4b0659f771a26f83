"""Who a push goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import caps, parts
from storage.database import Transaction
from storage.records import ChatState, Followers, PushKind
from storage.schema import chat, subscription

WANTED = {
    PushKind.BREAKING: ("breaking", "all"),
    PushKind.BROADCAST: ("breaking", "all"),
}


def of(kind: PushKind, followers: Followers | None, at: datetime) -> sa.Select[tuple[int]]:
    """Ids of the chats that a push goes to which is made at `at`, in the order of the planner."""
    return readers(kind) if followers is None else _followers(followers).where(caps.has_room(at))


def size(tx: Transaction, audience: sa.Select[tuple[int]]) -> int:
    counted = sa.select(sa.func.count()).select_from(audience.order_by(None).subquery())
    return tx.execute(counted).scalar_one()


def readers(kind: PushKind) -> sa.Select[tuple[int]]:
    """Of a push of this kind that goes to whoever wants such."""
    return _chats(chat.c.id.in_(_want_all(WANTED.get(kind, ("all",)))))


def followers(kept: dict[str, Any] | None) -> Followers | None:
    """As the push's row keeps them."""
    if kept is None:
        return None
    wanted = tuple((scope, value) for scope, value in kept["wanted"])
    return Followers(wanted=wanted, besides_breaking=kept["besides_breaking"])


def _followers(followed: Followers) -> sa.Select[tuple[int]]:
    one_of = sa.tuple_(subscription.c.scope, subscription.c.value).in_(followed.wanted)
    everything = (subscription.c.scope != "all") | (subscription.c.how == "all")
    wanted = one_of, subscription.c.how != "muted", everything
    following = sa.select(subscription.c.chat_id).where(*wanted)
    found = _chats(chat.c.id.in_(following))
    if followed.besides_breaking:
        breaking = _want_all(WANTED[PushKind.BREAKING]).where(subscription.c.chat_id == chat.c.id)
        found = found.where(~breaking.exists())
    return found


def _want_all(how: tuple[str, ...]) -> sa.Select[tuple[int]]:
    wish = subscription.c.scope == "all", subscription.c.value == "", subscription.c.how.in_(how)
    return sa.select(subscription.c.chat_id).where(*wish)


def _chats(wanted: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    return sa.select(chat.c.id).where(chat.c.state == ChatState.ACTIVE, wanted).order_by(chat.c.id)


def messages(tx: Transaction, kind: PushKind, count: int) -> int:
    """How many deliveries a push of so many parts makes."""
    wanted = parts.of(readers(kind).order_by(None), count).order_by(None).subquery()
    return tx.execute(sa.select(sa.func.count()).select_from(wanted)).scalar_one()


def wants_whole(tx: Transaction, kind: PushKind) -> bool:
    """Whether any chat gets a story in more than its first part."""
    return tx.execute(readers(kind).where(chat.c.whole).limit(1)).first() is not None
