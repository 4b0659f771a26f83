"""The ledger of deliveries: what must be sent and what was sent, joined by a row (DESIGN §4).

The intent of an attempt commits before its request leaves, the settlement after its answer. Attempts are told
apart by their number, so an outcome that comes late can never be taken for that of a later attempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import attempts, audiences, caps, claims, digests, edits, leases, parts, tally
from storage.database import Transaction
from storage.ready import Ready
from storage.records import (
    EDITS,
    Claim,
    DeliveryState,
    PushKind,
    PushState,
    Settlement,
)
from storage.schema import delivery, lease, push, story
from storage.types import Utc

_CERTAIN = (DeliveryState.SENT, DeliveryState.REJECTED)
_GIVEN_UP = (DeliveryState.UNKNOWN, DeliveryState.LEFT, DeliveryState.RETRY_AT)

# Built once: a sender asks these many times a second, and building one costs more than running it. States are
# written out: where a bound value meets the condition of a partial index, SQLite plans anew at each run.
_IS_DUE_AGAIN = sa.text("delivery.state = 'retry_at'") & (
    delivery.c.not_before <= sa.bindparam("now", type_=Utc)
)

_GATE = Ready(
    sa.select(
        *(push.c.state, push.c.kind, lease.c.epoch),
        sa.func.coalesce(story.c.head, push.c.revision).label("head"),
        sa.exists().where(delivery.c.push_id == push.c.id, _IS_DUE_AGAIN).label("again"),
    )
    .select_from(push.outerjoin(story).join(lease, sa.true()))
    .where(push.c.id == sa.bindparam("push_id"), lease.c.bot_id == sa.bindparam("bot_id"))
    .with_for_update(read=True, of=(push, lease))
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
    intent = claims.Intent(push_id=push_id, epoch=epoch, revision=gate.head, now=now)
    backwards = gate.kind in EDITS
    return claims.take(tx, intent, after=after, limit=limit, backwards=backwards, again=gate.again)


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


def _gate(tx: Transaction, push_id: int, bot_id: int, now: datetime) -> Any:
    """What a pause, a cancel, a halt or the next holder of the lease must change, locked against them; and
    whether anything is due again.
    """
    return _GATE.first(tx, push_id=push_id, bot_id=bot_id, now=now)
