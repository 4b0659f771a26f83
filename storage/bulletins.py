"""Messages in editors' chats that show how a push stands and change along: one for each push and chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import PushKind, PushState
from storage.schema import approval, bulletin, push
from storage.upsert import insert

NEWS = timedelta(hours=1)
"""A push that was let go longer ago is not news to anybody."""

ASKING = timedelta(days=1)
"""For so long other editors are asked for their word."""

GRACE = timedelta(seconds=3)
"""Time for whoever let it go to have it shown under their own button."""

EVERYDAY = (PushKind.DIGEST, PushKind.FOLLOW)
"""Kinds that go out by themselves, many a day; so does what changes a digest."""

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`chat_id` is Telegram's. `face` stands for what the message shows; None where it may show anything."""

    push_id: int
    chat_id: int
    message_id: int
    face: str | None


def attach(tx: Transaction, push_id: int, chat_id: int, message_id: int, now: datetime) -> None:
    """This message is the one from now on."""
    values = {"message_id": message_id, "face": None, "shown_at": now, "over": False}
    row = insert(tx, bulletin).values(push_id=push_id, chat_id=chat_id, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["push_id", "chat_id"], set_=values))


def showed(tx: Transaction, shown: Bulletin, face: str, now: datetime, *, over: bool) -> None:
    """The message shows this now; `over`: for good. One that was attached meanwhile keeps its place."""
    values = {"face": face, "shown_at": now, "over": over}
    where = {"push_id": shown.push_id, "chat_id": shown.chat_id, "message_id": shown.message_id}
    tx.execute(insert(tx, bulletin).values(**where, **values).on_conflict_do_nothing())
    same = bulletin.c.message_id == shown.message_id
    tx.execute(sa.update(bulletin).where(*_key(shown.push_id, shown.chat_id), same).values(values))


def forget(tx: Transaction, push_id: int, chat_id: int, now: datetime) -> None:
    """Whoever is there no more, or has deleted the message, is shown nothing more of this push."""
    values = {"message_id": None, "face": None, "shown_at": now, "over": True}
    row = insert(tx, bulletin).values(push_id=push_id, chat_id=chat_id, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["push_id", "chat_id"], set_=values))


def revive(tx: Transaction, push_id: int) -> None:
    """Something was done to the push: wherever its message is still there it is shown anew, even if over."""
    there = bulletin.c.push_id == push_id, bulletin.c.message_id.is_not(None)
    tx.execute(sa.update(bulletin).where(*there).values(over=False, face=None))


def living(tx: Transaction) -> list[Bulletin]:
    """Those that go on changing, the one that was shown longest ago first.

    A push that waits for words changes only when one is given: see `revive`.
    """
    columns = bulletin.c.push_id, bulletin.c.chat_id, bulletin.c.message_id, bulletin.c.face
    moves = (push.c.state != PushState.PROPOSED) | bulletin.c.face.is_(None)
    alive = sa.select(*columns).join_from(bulletin, push).where(~bulletin.c.over, moves)
    rows = tx.execute(alive.order_by(bulletin.c.shown_at, bulletin.c.push_id, bulletin.c.chat_id).limit(MOST))
    return [Bulletin(**row._asdict()) for row in rows]


def missing(tx: Transaction, chat_id: int, now: datetime) -> list[int]:
    """Pushes let go lately that this chat was shown nothing of."""
    everyday = push.c.kind.in_(EVERYDAY) | push.c.digest_id.is_not(None)
    news = push.c.released_at.between(now - NEWS, now - GRACE), ~everyday
    known = sa.exists().where(*_key(push.c.id, chat_id))
    wanted = sa.select(push.c.id).where(*news, ~known).order_by(push.c.id).limit(MOST)
    return list(tx.execute(wanted).scalars())


def unasked(tx: Transaction, chat_id: int, now: datetime) -> list[int]:
    """Pushes that somebody let go lately and that want a word this editor was not asked for."""
    lately = push.c.state == PushState.PROPOSED, push.c.created_at > now - ASKING
    spoken = sa.exists().where(approval.c.push_id == push.c.id)
    theirs = sa.exists().where(approval.c.push_id == push.c.id, approval.c.editor_id == chat_id)
    shown = sa.exists().where(*_key(push.c.id, chat_id))
    wanted = sa.select(push.c.id).where(*lately, spoken, ~theirs, ~shown)
    return list(tx.execute(wanted.order_by(push.c.id).limit(MOST)).scalars())


def known(tx: Transaction, push_id: int, chat_id: int) -> bool:
    """Whether this chat is shown the push, or has deleted what showed it."""
    return tx.execute(sa.select(bulletin.c.over).where(*_key(push_id, chat_id))).one_or_none() is not None


def _key(push_id: int | sa.ColumnElement[int], chat_id: int) -> Sequence[sa.ColumnElement[bool]]:
    return bulletin.c.push_id == push_id, bulletin.c.chat_id == chat_id
