"""Statements that go to SQLite past SQLAlchemy: what comes back is the same."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from readership import add_readers, approve_push

from storage import driver
from storage.database import Database, StorageError, Transaction
from storage.ready import Ready
from storage.records import PushState
from storage.schema import chat, push

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
ALL = sa.select(push).where(
    push.c.state.in_((PushState.APPROVED, PushState.RUNNING)), push.c.created_at <= sa.bindparam("now")
)
MOVED = sa.update(chat).where(chat.c.id > sa.bindparam("beyond")).values(moved_at=sa.bindparam("at"))


def pushed(tx: Transaction) -> int:
    add_readers(tx, range(1, 4))
    push_id = approve_push(tx)
    tx.execute(sa.update(push).values(created_at=NOW, followers={"كلمة": [1, None]}, loud=True))
    return push_id


async def test_a_row_is_as_sqlalchemy_has_it(db: Database) -> None:
    def asked(tx: Transaction) -> tuple[Any, Any]:
        return Ready(ALL).first(tx, now=NOW), tx.execute(ALL, {"now": NOW}).one()

    await db.write(pushed)
    ready, usual = await db.read(asked)
    assert ready._asdict() == usual._asdict()
    assert type(ready.loud) is bool


async def test_what_nothing_is_found_for(db: Database) -> None:
    def asked(tx: Transaction) -> list[Any]:
        ready = Ready(ALL)
        now = {"now": NOW}
        return [*ready.rows(tx, **now), ready.first(tx, **now), ready.scalar(tx, **now)]

    assert await db.read(asked) == [None, None]


async def test_a_change_tells_how_many_it_changed(db: Database) -> None:
    def changed(tx: Transaction) -> tuple[int, Any]:
        pushed(tx)
        count = Ready(MOVED).run(tx, beyond=1, at=NOW)
        return count, tx.execute(sa.select(chat.c.moved_at).where(chat.c.id == 2)).scalar_one()

    assert await db.write(changed) == (2, NOW)


@pytest.mark.parametrize("statement", ["SELECT nothing FROM push", "UPDATE push SET nothing = 1", "no SQL"])
async def test_what_sqlite_refuses_is_an_error_of_this_room(sqlite_url: str, statement: str) -> None:
    db = Database.open(sqlite_url)
    for asked in (driver.rows, driver.run):
        with pytest.raises(StorageError):
            await db.write(partial(asked, text=statement))
    with pytest.raises(StorageError):
        await db.write(partial(driver.run_each, text=statement, each=[()]))
    await db.close()
