"""The ledger of deliveries: what must be sent and what was sent, joined by a row (DESIGN §4).

The intent of an attempt commits before its request leaves, the settlement after its answer. Attempts are told
apart by their number, so an outcome that comes late can never be taken for that of a later attempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from storage import attempts, audiences, caps, digests, edits, leases, parts, tally
from storage.copies import copy
from storage.database import Transaction
from storage.records import (
    EDITS,
    Act,
    ChatKind,
    ChatState,
    Claim,
    Delivery,
    DeliveryState,
    PushKind,
    PushState,
    Settlement,
)
from storage.schema import chat, delivery, lease, push, story
from storage.types import Utc

# Looked up: to call an enumeration takes several times as long.
_KINDS = {str(kind): kind for kind in ChatKind}
_ACTS = {str(act): act for act in Act}

_CERTAIN = (DeliveryState.SENT, DeliveryState.REJECTED)
LEFT_BEHIND = "copy_not_found: the group became a supergroup after it was sent"
LAST = 2**63 - 1  # beyond every chat
_GIVEN_UP = (DeliveryState.UNKNOWN, DeliveryState.LEFT, DeliveryState.RETRY_AT)

# Built once: a sender asks these many times a second, and building one costs more than running it. States are
# written out: where a bound value meets the condition of a partial index, SQLite plans anew at each run.
_IS_DUE_AGAIN = sa.text("delivery.state = 'retry_at'") & (
    delivery.c.not_before <= sa.bindparam("now", type_=Utc)
)

_GATE = (
    sa.select(
        *(push.c.state, push.c.kind, lease.c.epoch, story.c.head),
        sa.exists().where(delivery.c.push_id == push.c.id, _IS_DUE_AGAIN).label("again"),
    )
    .select_from(push.outerjoin(story).join(lease, sa.true()))
    .where(push.c.id == sa.bindparam("push_id"), lease.c.bot_id == sa.bindparam("bot_id"))
    .with_for_update(read=True, of=(push, lease))
)

# The message that an edit or a reply is about: none where a group left it behind as it became a supergroup.
_ABOUT = (
    sa.select(copy.c.message_id)
    .where(copy.c.push_id == delivery.c.of_push, copy.c.chat_id == delivery.c.chat_id)
    .where(copy.c.part == delivery.c.of_part)
    .where(chat.c.moved_at.is_(None) | (copy.c.done_at >= chat.c.moved_at))
    .scalar_subquery()
)

_OF_PUSH: sa.Select[Any] = (
    sa.select(
        *(delivery.c.push_id, delivery.c.chat_id, delivery.c.part, delivery.c.attempt, delivery.c.doubts),
        *(chat.c.telegram_id, chat.c.thread_id, chat.c.kind, chat.c.language, chat.c.zone),
        *(chat.c.quiet_from, chat.c.quiet_to, chat.c.breaking_sounds),
        *(delivery.c.act, delivery.c.of_part, _ABOUT.label("about")),
        *(chat.c.state.label("chat_state"), chat.c.ended_why),
    )
    .join_from(delivery, chat, chat.c.id == delivery.c.chat_id)
    .where(delivery.c.push_id == sa.bindparam("push_id"))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)

_DUE_AGAIN = _OF_PUSH.where(_IS_DUE_AGAIN).order_by(delivery.c.not_before, delivery.c.chat_id)

_IS_PLANNED = sa.text("delivery.state = 'planned'")

# Later parts are due once the one before them was sent.
_PLANNED = _OF_PUSH.where(
    _IS_PLANNED,
    delivery.c.chat_id >= sa.bindparam("after"),
    delivery.c.part == 0,
).order_by(delivery.c.chat_id, delivery.c.part)

# The last chat's other edits may still be planned, so the walk goes on with that chat.
_LAST_FIRST = _OF_PUSH.where(_IS_PLANNED, delivery.c.chat_id <= sa.bindparam("after")).order_by(
    delivery.c.chat_id.desc(), delivery.c.part.desc()
)


def plan(tx: Transaction, push_id: int) -> int:
    """Write the deliveries of an approved push and let it run; how many they are.

    A push in another state is left as it is, so none is planned twice. One that nobody is to have is done.
    """
    started = _start(tx, push_id)
    if started is None:
        return 0
    count = parts.wanted(tx, started.parts)
    if PushKind(started.kind) in EDITS:
        planned = edits.plan(tx, push_id)
    else:
        planned = _plan_for(tx, push_id, parts.of(_audience(started), count))
    if started.followers is not None:
        caps.count(tx, push_id, started.created_at)
    state = PushState.RUNNING if planned else PushState.DONE
    change = sa.update(push).where(push.c.id == push_id)
    tx.execute(change.values(planned=planned, state=state, parts=count))
    return planned


def claim(
    tx: Transaction, push_id: int, *, after: int, limit: int, bot_id: int, epoch: int, now: datetime
) -> Claim | None:
    """Write the next intents of a push: what is due again first, then planned ones of chats beyond `after`.

    Edits go the other way, so that what was delivered last is edited first. `after` 0 is where either begins.

    None where the lease is not ours any more. Nothing is claimed while the push is not running or a halt
    stands. Deliveries to chats that have ended meanwhile are settled here.
    """
    gate = _gate(tx, push_id, bot_id, now)
    if gate is None or gate.epoch != epoch:
        return None
    # Asked now: what the gate itself saw may be from before it waited for the lock of a halt.
    if gate.state != PushState.RUNNING or leases.halted(tx) is not None:
        return Claim(deliveries=(), after=after, exhausted=False, revision=gate.head)
    _walk_along_the_key(tx)
    again = _due_again(tx, push_id, limit, now) if gate.again else ()
    fresh = _planned(tx, push_id, after, limit - len(again), backwards=gate.kind in EDITS)
    intend = partial(_take, tx, push_id, epoch=epoch, revision=gate.head, now=now)
    taken = [*intend(again, before=DeliveryState.RETRY_AT), *intend(fresh, before=DeliveryState.PLANNED)]
    return Claim(
        deliveries=tuple(taken),
        after=fresh[-1].chat_id if fresh else after,
        exhausted=len(again) + len(fresh) < limit,
        revision=gate.head,
    )


def settle(tx: Transaction, push_id: int, settlements: Iterable[Settlement], now: datetime) -> int:
    """Record what became of attempts; how many were news.

    An attempt that was given up as uncertain meanwhile is still believed where its end is certain.
    """
    groups: dict[tuple[DeliveryState, datetime | None], list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        groups[settlement.state, settlement.not_before].append(settlement)
    news = sum(_settle_group(tx, push_id, group, now) for group in groups.values())
    if any(state is DeliveryState.RETRY_AT for state, _ in groups):
        tally.cancel_returned(tx, push_id, now)
    settled = [one for group in groups.values() for one in group]
    chats = {one.chat_id for one in settled}
    edits.settled(tx, push_id, chats, now)
    edits.tell_instead(tx, push_id, {one.chat_id for one in settled if one.unreachable}, now)
    parts.follow(tx, push_id, chats, now)
    return news


def _settle_group(tx: Transaction, push_id: int, group: Sequence[Settlement], now: datetime) -> int:
    """All of one group end alike."""
    news = attempts.settle(tx, push_id, group, before=DeliveryState.INTENT, now=now)
    if news == len(group) or group[0].state not in _CERTAIN:
        return news
    late = [attempts.settle(tx, push_id, group, before=before, now=now) for before in _GIVEN_UP]
    return news + sum(late)


def _audience(started: sa.Row[Any]) -> sa.Select[tuple[int]]:
    if started.kind == PushKind.DIGEST:
        return digests.audience(started.composed["params"])
    return audiences.of(PushKind(started.kind), audiences.followers(started.followers), started.created_at)


def _plan_for(tx: Transaction, push_id: int, wanted: sa.Select[Any]) -> int:
    rows = wanted.add_columns(sa.literal(push_id), sa.literal(DeliveryState.PLANNED.value))
    insert = sa.insert(delivery).from_select(
        ["chat_id", "part", "push_id", "state"], rows, include_defaults=False
    )
    return tx.execute(insert, execution_options={"preserve_rowcount": True}).rowcount


def _start(tx: Transaction, push_id: int) -> sa.Row[Any] | None:
    approved = sa.update(push).where(push.c.id == push_id, push.c.state == PushState.APPROVED)
    started = approved.values(state=PushState.RUNNING).returning(
        push.c.kind, push.c.followers, push.c.composed, push.c.parts, push.c.created_at
    )
    return tx.execute(started).one_or_none()


def _gate(tx: Transaction, push_id: int, bot_id: int, now: datetime) -> sa.Row[Any] | None:
    """What a pause, a cancel, a halt or the next holder of the lease must change, locked against them; and
    whether anything is due again.
    """
    return tx.execute(_GATE, {"push_id": push_id, "bot_id": bot_id, "now": now}).one_or_none()


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


def _due_again(tx: Transaction, push_id: int, limit: int, now: datetime) -> Sequence[sa.Row[Any]]:
    return tx.execute(_DUE_AGAIN, {"push_id": push_id, "now": now, "limit": limit}).all()


def _planned(
    tx: Transaction, push_id: int, after: int, limit: int, *, backwards: bool
) -> Sequence[sa.Row[Any]]:
    if limit <= 0:
        return ()
    walk = _LAST_FIRST if backwards else _PLANNED
    start = after or (LAST if backwards else 0)
    return tx.execute(walk, {"push_id": push_id, "after": start, "limit": limit}).all()


def _take(
    tx: Transaction,
    push_id: int,
    rows: Sequence[sa.Row[Any]],
    *,
    before: DeliveryState,
    epoch: int,
    revision: int | None,
    now: datetime,
) -> list[Delivery]:
    active = [row for row in rows if _may_go(row)]
    if len(active) < len(rows):
        ended = [_ended(row) for row in rows if not _may_go(row)]
        attempts.settle(tx, push_id, ended, before=before, now=now)
        edits.tell_instead(tx, push_id, {one.chat_id for one in ended if one.unreachable}, now)
        parts.follow(tx, push_id, {one.chat_id for one in ended}, now)
    keys = [(row.chat_id, row.part, row.attempt) for row in active]
    attempts.intend(tx, push_id, keys, before=before, epoch=epoch, revision=revision, now=now)
    return [_delivery(row, revision) for row in active]


def _delivery(row: Any, revision: int | None) -> Delivery:
    # Taken apart at once: to ask a row for each column by its name takes three times as long.
    push_id, chat_id, part, attempt, doubts, address, thread_id, kind, language, zone, *more = row
    quiet_from, quiet_to, breaking_sounds, act, of_part, about, *_ = more
    return Delivery(
        push_id=push_id,
        chat_id=chat_id,
        part=part,
        attempt=attempt + 1,
        doubts=doubts,
        revision=revision,
        address=address,
        thread_id=thread_id,
        kind=_KINDS[kind],
        language=language,
        zone=zone,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        breaking_sounds=breaking_sounds,
        act=_ACTS[act],
        message_id=about,
        shows=of_part if act == Act.EDIT else part,
    )


def _may_go(row: sa.Row[Any]) -> bool:
    return row.chat_state == ChatState.ACTIVE and (row.act != Act.EDIT or row.about is not None)


def _ended(row: sa.Row[Any]) -> Settlement:
    is_left_behind = row.chat_state == ChatState.ACTIVE
    return Settlement(
        chat_id=row.chat_id,
        part=row.part,
        attempt=row.attempt,
        state=DeliveryState.REJECTED,
        error=LEFT_BEHIND if is_left_behind else row.ended_why or row.chat_state,
        doubts=row.doubts,
        unreachable=is_left_behind,
    )
