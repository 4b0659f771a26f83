"""Which of Telegram's updates have been handled: each once, in whatever way it ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import update_log
from storage.upsert import insert


def handled(tx: Transaction, update_ids: Collection[int]) -> set[int]:
    """Those of them that are done with."""
    found = sa.select(update_log.c.update_id).where(update_log.c.update_id.in_(update_ids))
    return set(tx.execute(found).scalars())


def record(
    tx: Transaction, update_id: int, *, now: datetime, error: str | None = None, payload: str | None = None
) -> bool:
    """False where it was recorded before. `error` and `payload` tell of one that could not be handled."""
    row = insert(tx, update_log).values(update_id=update_id, at=now, error=error, payload=payload)
    new = row.on_conflict_do_nothing(index_elements=["update_id"]).returning(update_log.c.update_id)
    return tx.execute(new).one_or_none() is not None


def forget(tx: Transaction, before: datetime) -> int:
    """Telegram keeps updates for 24 hours; what is older cannot come again. How many went."""
    return tx.execute(sa.delete(update_log).where(update_log.c.at < before)).rowcount
