"""Who may send with a bot's token: one holder at a time, by the database's clock (DESIGN §7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Conflict, Transaction
from storage.ready import Ready
from storage.records import Lease
from storage.schema import fact, lease
from storage.types import Utc

HALT = "halt"
"""The fact that stops every send to readers while it is there; its value says who asked for it."""

_HALTED = Ready(sa.select(fact.c.value).where(fact.c.name == HALT))


def acquire(
    tx: Transaction, bot_id: int, holder: str, ttl: timedelta, *, dead: str | None = None
) -> Lease | None:
    """Take the lease where it is free, expired, or still that of `dead`, a holder known to live no more.

    Every holding has an epoch of its own, also the next one of the same holder. None: somebody else has it.
    """
    now = _now(tx)
    kept = tx.execute(sa.select(lease).where(lease.c.bot_id == bot_id).with_for_update()).one_or_none()
    if kept is not None and kept.expires_at > now and kept.holder != dead:
        return None
    epoch = kept.epoch + 1 if kept else 1
    values = {"holder": holder, "epoch": epoch, "expires_at": now + ttl}
    if kept:
        tx.execute(sa.update(lease).where(lease.c.bot_id == bot_id).values(values))
    else:
        _insert(tx, bot_id, values)
    return Lease(bot_id=bot_id, holder=holder, epoch=epoch, before=kept.holder if kept else None)


def renew(tx: Transaction, held: Lease, ttl: timedelta) -> bool:
    """Whether it is still ours. One that has expired is, as long as nobody took it."""
    return _change(tx, held, _now(tx) + ttl)


def release(tx: Transaction, held: Lease) -> bool:
    """Let the next holder take it at once."""
    return _change(tx, held, _now(tx))


def holder(tx: Transaction, bot_id: int) -> str | None:
    """Who had it last."""
    return tx.execute(sa.select(lease.c.holder).where(lease.c.bot_id == bot_id)).scalar_one_or_none()


def halt(tx: Transaction, by: str) -> bool:
    """Stop all sends to readers: once this commits no new intent is written (G4). False: it stood already."""
    tx.execute(sa.select(lease.c.bot_id).with_for_update()).all()
    if halted(tx) is not None:
        return False
    tx.execute(sa.insert(fact).values(name=HALT, value=by))
    return True


def unhalt(tx: Transaction) -> bool:
    return tx.execute(sa.delete(fact).where(fact.c.name == HALT)).rowcount == 1


def halted(tx: Transaction) -> str | None:
    """Who asked for the halt that stands."""
    return _HALTED.scalar(tx)


def disown(tx: Transaction, by: str) -> None:
    """End every lease, as if `by` had taken it last: nothing that an earlier holder noted is about it."""
    tx.execute(sa.update(lease).values(holder=by, epoch=lease.c.epoch + 1, expires_at=_now(tx)))


def _insert(tx: Transaction, bot_id: int, values: dict[str, object]) -> None:
    try:
        tx.execute(sa.insert(lease).values(bot_id=bot_id, **values))
    except sa.exc.IntegrityError:
        raise Conflict("another process took the first lease of this bot") from None


def _change(tx: Transaction, held: Lease, expires_at: datetime) -> bool:
    ours = lease.c.bot_id == held.bot_id, lease.c.epoch == held.epoch, lease.c.holder == held.holder
    return tx.execute(sa.update(lease).where(*ours).values(expires_at=expires_at)).rowcount == 1


def _now(tx: Transaction) -> datetime:
    """One clock for all holders. SQLite has milliseconds only; the zeros make them what `Utc` reads."""
    clock = {
        "sqlite": sa.func.strftime("%Y-%m-%d %H:%M:%f000", "now", type_=Utc),
        "postgresql": sa.func.clock_timestamp(type_=Utc),
    }
    now: datetime = tx.execute(sa.select(clock[tx.dialect.name])).scalar_one()
    return now
