"""Updates that were handled, facts, editors."""

from __future__ import annotations

import asyncio
from functools import partial

import sqlalchemy as sa
from stored_samples import MINUTE, NOW

from storage import editors, facts, updates
from storage.database import Database
from storage.editors import Editor
from storage.schema import update_log


async def test_an_update_is_handled_once(db: Database) -> None:
    assert await db.write(lambda tx: updates.record(tx, 10, now=NOW))
    assert not await db.write(lambda tx: updates.record(tx, 10, now=NOW, error="late"))
    assert await db.read(lambda tx: updates.handled(tx, [9, 10, 11])) == {10}
    assert await db.read(lambda tx: updates.handled(tx, [])) == set()


async def test_an_update_recorded_by_many_at_once_is_recorded_by_one(db: Database) -> None:
    recorded = await asyncio.gather(*(db.write(lambda tx: updates.record(tx, 10, now=NOW)) for _ in range(6)))
    assert sorted(recorded) == [False] * 5 + [True]


async def test_an_update_that_failed_is_kept_with_its_reason(db: Database) -> None:
    await db.write(
        lambda tx: updates.record(tx, 10, now=NOW, error="ValueError", payload='{"update_id": 10}')
    )
    row = await db.read(lambda tx: tx.execute(sa.select(update_log)).one())
    assert tuple(row) == (10, NOW, "ValueError", '{"update_id": 10}')


async def test_old_updates_are_forgotten(db: Database) -> None:
    for number in range(3):
        await db.write(partial(updates.record, update_id=number, now=NOW + number * MINUTE))
    assert await db.write(lambda tx: updates.forget(tx, NOW + 2 * MINUTE)) == 2
    assert await db.read(lambda tx: updates.handled(tx, range(3))) == {2}


async def test_a_fact_is_the_last_that_was_put(db: Database) -> None:
    assert await db.read(lambda tx: facts.get(tx, "halt")) is None
    for value in ("on", "off"):
        await db.write(partial(facts.put, name="halt", value=value))
    assert await db.read(lambda tx: facts.get(tx, "halt")) == "off"


async def test_a_fact_put_once_stays(db: Database) -> None:
    put = await asyncio.gather(
        *(db.write(partial(facts.put_once, name="bot", value=value)) for value in "abcd")
    )
    assert len(set(put)) == 1
    assert await db.read(lambda tx: facts.get(tx, "bot")) == put[0]


async def test_editors_come_change_and_go(db: Database) -> None:
    await db.write(lambda tx: editors.add(tx, 5, role="editor", name="هدى", added_by=1, now=NOW))
    await db.write(
        lambda tx: editors.add(tx, 2**40, role="editor", name=None, added_by=None, now=NOW + MINUTE)
    )
    await db.write(lambda tx: editors.add(tx, 5, role="owner", name="هدى", added_by=2, now=NOW + 2 * MINUTE))
    assert await db.read(editors.all) == [
        Editor(user_id=5, role="owner", name="هدى", added_by=2),
        Editor(user_id=2**40, role="editor", name=None, added_by=None),
    ]
    assert await db.read(lambda tx: editors.role(tx, 5)) == "owner"
    assert await db.write(lambda tx: editors.remove(tx, 5))
    assert not await db.write(lambda tx: editors.remove(tx, 5))
    assert await db.read(lambda tx: editors.role(tx, 5)) is None
