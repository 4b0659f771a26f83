"""What may or may not have arrived: deliveries that are UNKNOWN, and what editors decide about them (G3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import parts, tally
from storage.database import Transaction
from storage.records import ChatKind, DeliveryState, PushState
from storage.schema import chat, delivery, push

MOST_COPIES = 2
"""Nobody ever gets a third one: what has been sent into doubt so often stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """How many deliveries of a push are uncertain, how many of them may be sent once more, and which.

    `mark` is another one as soon as these are other ones.
    """

    unsure: int
    resendable: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A chat that may have its copy; `copies` is how many it may have at most."""

    telegram_id: int
    kind: ChatKind
    title: str | None
    copies: int
    at: datetime | None


def of(tx: Transaction, push_id: int) -> Doubts:
    again = sa.func.coalesce(sa.func.sum(sa.case((_AGAIN, 1), else_=0)), 0)
    which = sa.func.coalesce(sa.func.sum(delivery.c.chat_id), 0)
    attempts = sa.func.coalesce(sa.func.sum(delivery.c.attempt), 0)
    unsure = sa.select(sa.func.count(), again, which, attempts).where(_unsure(push_id))
    count, resendable, chats, tries = tx.execute(unsure).one()
    return Doubts(unsure=count, resendable=int(resendable), mark=f"{count}_{int(chats)}_{int(tries)}")


def listed(tx: Transaction, push_id: int, *, page: int, size: int) -> list[Doubt]:
    """`page` counts from 1."""
    columns = chat.c.telegram_id, chat.c.kind, chat.c.title, delivery.c.doubts, delivery.c.done_at
    chats = sa.select(*columns).join_from(delivery, chat, chat.c.id == delivery.c.chat_id)
    ordered: sa.Select[Any] = chats.where(_unsure(push_id)).order_by(delivery.c.chat_id, delivery.c.part)
    return [_doubt(row) for row in tx.execute(ordered.limit(size).offset((page - 1) * size))]


def resend(tx: Transaction, push_id: int, now: datetime, deliver_by: datetime | None) -> int:
    """Make due again what may be sent once more; how many. A push that was done goes on until `deliver_by`.

    Of one that was cancelled nothing is sent.
    """
    sendable = sa.select(push.c.id).where(push.c.id == push_id, push.c.state.in_(_SENDABLE))
    if tx.execute(sendable.with_for_update()).one_or_none() is None:
        return 0
    due = sa.update(delivery).where(_unsure(push_id), _AGAIN)
    resent = tx.execute(due.values(state=DeliveryState.RETRY_AT, not_before=now, done_at=None)).rowcount
    if resent:
        done = sa.update(push).where(push.c.id == push_id, push.c.state == PushState.DONE)
        tx.execute(done.values(state=PushState.RUNNING, deliver_by=deliver_by))
        tally.add(tx, push_id, {DeliveryState.UNKNOWN: -resent})
        parts.reopen(tx, push_id)
    return resent


def leave(tx: Transaction, push_id: int) -> int:
    """Let them be as they are; how many. They still count as unknown."""
    return tx.execute(sa.update(delivery).where(_unsure(push_id)).values(state=DeliveryState.LEFT)).rowcount


_SENDABLE = (PushState.DONE, PushState.RUNNING, PushState.PAUSED)
_AGAIN = delivery.c.doubts < MOST_COPIES


def _unsure(push_id: int) -> sa.ColumnElement[bool]:
    return tally.unsettled(push_id, DeliveryState.UNKNOWN)


def _doubt(row: sa.Row[Any]) -> Doubt:
    return Doubt(
        telegram_id=row.telegram_id,
        kind=ChatKind(row.kind),
        title=row.title,
        copies=row.doubts,
        at=row.done_at,
    )
