"""Small facts about this database: the bot that it belongs to, a bot-wide halt."""

from __future__ import annotations

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import fact
from storage.upsert import insert


def get(tx: Transaction, name: str) -> str | None:
    return tx.execute(sa.select(fact.c.value).where(fact.c.name == name)).scalar_one_or_none()


def put(tx: Transaction, name: str, value: str) -> None:
    row = insert(tx, fact).values(name=name, value=value)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def put_once(tx: Transaction, name: str, value: str) -> str:
    """The value that holds from now on: the one that was there before, if any."""
    tx.execute(
        insert(tx, fact).values(name=name, value=value).on_conflict_do_nothing(index_elements=["name"])
    )
    held: str = tx.execute(sa.select(fact.c.value).where(fact.c.name == name)).scalar_one()
    return held
