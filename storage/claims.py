"""Which deliveries of a push are next, and their intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from storage import attempts, edits, parts
from storage.copies import copy
from storage.database import Transaction
from storage.ready import Ready
from storage.records import Act, ChatKind, ChatState, Claim, Delivery, DeliveryState, Settlement
from storage.schema import chat, delivery
from storage.types import Utc

LEFT_BEHIND = "copy_not_found: the group became a supergroup after it was sent"
LAST = 2**63 - 1  # beyond every chat

# Looked up: to call an enumeration takes several times as long.
_KINDS = {str(kind): kind for kind in ChatKind}
_ACTS = {str(act): act for act in Act}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the intents of a push are written with."""

    push_id: int
    epoch: int
    revision: int | None
    now: datetime


# The message that an edit or a reply is about: none where a group left it behind as it became a supergroup.
_ABOUT = (
    sa.select(copy.c.message_id)
    .where(copy.c.push_id == delivery.c.of_push, copy.c.chat_id == delivery.c.chat_id)
    .where(copy.c.part == delivery.c.of_part)
    .where(chat.c.moved_at.is_(None) | (copy.c.done_at >= chat.c.moved_at))
    .scalar_subquery()
)

_COLUMNS = (
    *(delivery.c.push_id, delivery.c.chat_id, delivery.c.part, delivery.c.doubts),
    *(chat.c.telegram_id, chat.c.thread_id, chat.c.kind, chat.c.language, chat.c.zone),
    *(chat.c.quiet_from, chat.c.quiet_to, sa.type_coerce(chat.c.breaking_sounds, sa.Integer)),
    *(delivery.c.act, delivery.c.of_part, _ABOUT.label("about")),
    *(chat.c.state.label("chat_state"), chat.c.ended_why),
)


class _Walk:
    """Some deliveries of a push in an order. Built once: building a statement costs more than running it."""

    def __init__(
        self,
        before: DeliveryState,
        *which: sa.ColumnElement[bool] | sa.TextClause,
        by: Sequence[sa.ColumnElement[Any]],
        is_stretch: bool = False,
    ) -> None:
        self.before = before
        self.is_stretch = is_stretch
        # Written out: where a bound value meets the condition of a partial index, SQLite plans it anew.
        is_before = sa.text(f"delivery.state = '{before}'")
        self._which = delivery.c.push_id == sa.bindparam("the_push"), is_before, *which
        self._limit = sa.bindparam("limit", type_=sa.Integer)
        self._by = by
        self.look = Ready(self._looking())
        self.take = self._taking()
        self.more = Ready(sa.select(delivery.c.chat_id).where(*self._which).limit(1))

    def _looking(self) -> sa.Select[Any]:
        rows = sa.select(delivery.c.attempt + 1, *_COLUMNS)
        rows = rows.join_from(delivery, chat, chat.c.id == delivery.c.chat_id)
        return rows.where(*self._which).order_by(*self._by).limit(self._limit)

    def _taking(self) -> ReturningUpdate[Any]:
        """PostgreSQL finds, writes and tells by one statement. Of what somebody else changes at the same
        moment it believes the newest state, for `which` is asked again.
        """
        place: sa.ColumnElement[Any] = sa.literal_column("delivery.ctid")
        found = sa.select(place).select_from(delivery).where(*self._which).order_by(*self._by)
        places = sa.func.array(found.limit(self._limit).correlate(None).scalar_subquery())
        intended = {
            "state": DeliveryState.INTENT.value,
            "attempt": delivery.c.attempt + 1,
            "epoch": sa.bindparam("its_epoch"),
            "revision": sa.bindparam("its_revision"),
            "intent_at": sa.bindparam("now"),
        }
        taken = sa.update(delivery).where(place == sa.any_(places), *self._which)
        taken = taken.where(chat.c.id == delivery.c.chat_id).values(intended)
        return taken.returning(delivery.c.attempt, *_COLUMNS)


_AFTER = sa.bindparam("after", type_=delivery.c.chat_id.type)
_KEY = delivery.c.chat_id, delivery.c.part

_DUE_AGAIN = _Walk(
    DeliveryState.RETRY_AT,
    delivery.c.not_before <= sa.bindparam("now", type_=Utc),
    by=(delivery.c.not_before, delivery.c.chat_id),
)
# Later parts are due once the one before them was sent.
_PLANNED = _Walk(
    DeliveryState.PLANNED, delivery.c.chat_id >= _AFTER, delivery.c.part == 0, by=_KEY, is_stretch=True
)
# The last chat's other edits may still be planned, so the walk goes on with that chat.
_LAST_FIRST = _Walk(
    DeliveryState.PLANNED, delivery.c.chat_id <= _AFTER, by=[column.desc() for column in _KEY]
)


def take(tx: Transaction, intent: Intent, *, after: int, limit: int, backwards: bool, again: bool) -> Claim:
    """Write intents of what is due again, if anything is, then of what is planned for chats from `after` on.

    What goes to chats that have ended meanwhile is settled here.
    """
    _walk_along_the_key(tx)
    due = _write(tx, _DUE_AGAIN, intent, limit=limit) if again else []
    walk, start = (_LAST_FIRST, after or LAST) if backwards else (_PLANNED, after)
    fresh = _write(tx, walk, intent, limit=limit - len(due), after=start)
    fresh.sort(key=_place, reverse=backwards)
    rows = [*due, *fresh]
    active = [row for row in rows if _may_go(row)]
    if len(active) < len(rows):
        _settle_ended(tx, intent, [row for row in rows if not _may_go(row)])
    after = _place(fresh[-1])[0] if fresh else after
    return Claim(
        deliveries=tuple(_delivery(row, intent.revision) for row in active),
        after=after,
        exhausted=len(rows) < limit and _is_over(tx, walk, intent, after or start),
        revision=intent.revision,
    )


def _is_over(tx: Transaction, walk: _Walk, intent: Intent, after: int) -> bool:
    return walk.more.first(tx, the_push=intent.push_id, after=after) is None


def _walk_along_the_key(tx: Transaction) -> None:
    """PostgreSQL knows nothing yet of a push that was planned just now: left to itself, it would take all of
    its rows and sort them, for the first few.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(
            sa.text(
                "SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)"
            )
        )


def _write(tx: Transaction, walk: _Walk, intent: Intent, *, limit: int, **asked: int) -> list[Any]:
    """Of the next ones, with the number of the attempt that this makes."""
    if limit <= 0:
        return []
    values = {"the_push": intent.push_id, "now": intent.now, "limit": limit, **asked}
    if tx.dialect.name == "postgresql":
        values |= {"its_epoch": intent.epoch, "its_revision": intent.revision}
        return list(tx.execute(walk.take, values))
    rows = [*walk.look.rows(tx, **values)]
    keys = [(row.chat_id, row.part, row[0] - 1) for row in rows]
    attempts.intend(
        tx,
        intent.push_id,
        keys,
        before=walk.before,
        epoch=intent.epoch,
        revision=intent.revision,
        now=intent.now,
        is_stretch=walk.is_stretch,
    )
    return rows


def _place(row: Any) -> tuple[int, int]:
    return row[2], row[3]


def _settle_ended(tx: Transaction, intent: Intent, rows: Sequence[Any]) -> None:
    ended = [_ended(row) for row in rows]
    attempts.settle(tx, intent.push_id, ended, before=DeliveryState.INTENT, now=intent.now)
    unreachable = {one.chat_id for one in ended if one.unreachable}
    edits.tell_instead(tx, intent.push_id, unreachable, intent.now)
    parts.follow(tx, intent.push_id, {one.chat_id for one in ended}, intent.now)


def _delivery(row: Any, revision: int | None) -> Delivery:
    # All at once and by place: to name each column and each field takes three times as long.
    # fmt: off
    (
        attempt, push_id, chat_id, part, doubts, address, thread_id, kind, language, zone,
        quiet_from, quiet_to, breaking_sounds, act, of_part, about, _, _,
    ) = row
    return Delivery(
        push_id, chat_id, part, attempt, doubts, revision, address, thread_id, _KINDS[kind], language, zone,
        quiet_from, quiet_to, bool(breaking_sounds), _ACTS[act], about, of_part if act == Act.EDIT else part,
    )
    # fmt: on


def _may_go(row: Any) -> bool:
    return row.chat_state == ChatState.ACTIVE and (row.act != Act.EDIT or row.about is not None)


def _ended(row: Any) -> Settlement:
    is_left_behind = row.chat_state == ChatState.ACTIVE
    return Settlement(
        chat_id=row.chat_id,
        part=row.part,
        attempt=row[0],
        state=DeliveryState.REJECTED,
        error=LEFT_BEHIND if is_left_behind else row.ended_why or row.chat_state,
        doubts=row.doubts,
        unreachable=is_left_behind,
    )
