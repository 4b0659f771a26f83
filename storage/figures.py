"""How pushes stand in figures: all of them together, why chats refused one, how fast each goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import tally
from storage.database import Transaction
from storage.records import Counts, DeliveryState, PushState
from storage.schema import delivery, pulse, push
from storage.upsert import insert

STALE = timedelta(seconds=20)
"""After this a pace says nothing of now."""

SHORTEST = timedelta(seconds=1)
"""Between two samples, so that a pace means something."""

MOST_REASONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    pushes: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Refused:
    """So many chats, with the error as the ledger has it: a reason, a colon, Telegram's own words."""

    error: str | None
    chats: int


def totals(tx: Transaction) -> Totals:
    """Of every push that was let go."""
    names = ("planned", *(state.value for state in tally.COUNTED))
    sums = [sa.func.coalesce(sa.func.sum(push.c[name]), 0).label(name) for name in names]
    going = sa.select(sa.func.count().label("pushes"), *sums).where(push.c.state != PushState.PROPOSED)
    row = tx.execute(going).one()
    return Totals(pushes=row.pushes, counts=Counts(**{name: int(getattr(row, name)) for name in names}))


def refusals(tx: Transaction, push_id: int) -> list[Refused]:
    """The most frequent first."""
    return _remarks(tx, push_id, DeliveryState.REJECTED)


def remarks(tx: Transaction, push_id: int) -> list[Refused]:
    """What was said of messages that are sent, such as edits that changed nothing."""
    return _remarks(tx, push_id, DeliveryState.SENT, delivery.c.error.is_not(None))


def _remarks(
    tx: Transaction, push_id: int, state: DeliveryState, *which: sa.ColumnElement[bool]
) -> list[Refused]:
    chats = sa.func.count().label("chats")
    said = delivery.c.push_id == push_id, delivery.c.state == state, *which
    grouped = sa.select(delivery.c.error, chats).where(*said).group_by(delivery.c.error)
    rows = tx.execute(grouped.order_by(chats.desc(), delivery.c.error).limit(MOST_REASONS))
    return [Refused(row.error, row.chats) for row in rows]


def sample(tx: Transaction, now: datetime) -> None:
    """Take the pace of every push that is going out, and forget that of the others."""
    going = sa.select(push.c.id).where(push.c.state == PushState.RUNNING)
    tx.execute(sa.delete(pulse).where(pulse.c.push_id.not_in(going)))
    settled = tally.SETTLED.label("settled_now")
    running: sa.Select[Any] = sa.select(push.c.id, settled, pulse.c.at, pulse.c.settled).outerjoin_from(
        push, pulse
    )
    for row in tx.execute(running.where(push.c.state == PushState.RUNNING)).all():
        if row.at is None or now - row.at >= SHORTEST:
            _keep(tx, row, now)


def rate(tx: Transaction, push_id: int, now: datetime) -> float | None:
    """Outcomes a second, as of the last sample. None where there is none that tells."""
    fresh = pulse.c.push_id == push_id, pulse.c.at > now - STALE
    return tx.execute(sa.select(pulse.c.rate).where(*fresh)).scalar_one_or_none()


def _keep(tx: Transaction, row: sa.Row[Any], now: datetime) -> None:
    """What was uncertain may be open again: a pace is never less than none."""
    pace = None if row.at is None else (row.settled_now - row.settled) / (now - row.at).total_seconds()
    values = {"at": now, "settled": row.settled_now, "rate": None if pace is None else max(0.0, pace)}
    kept = insert(tx, pulse).values(push_id=row.id, **values)
    tx.execute(kept.on_conflict_do_update(index_elements=["push_id"], set_=values))
