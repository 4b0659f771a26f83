"""The chain of who did what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored_samples import MINUTE, NOW

from storage import audit, engine
from storage.audit import Entry
from storage.database import Database, StorageError, Transaction
from storage.records import PushKind
from storage.schema import audit as table

COLUMNS = [column.name for column in table.c]


def note(tx: Transaction, number: int = 0, **changes: Any) -> int:
    plain: dict[str, Any] = {
        "actor": "editor:7",
        "action": "publish",
        "subject": f"story:{number}",
        "detail": {
            "عنوان": "خبر",
            "n": [number, 0.1, None],
            "kind": PushKind.BREAKING,
            "inner": {"b": 1, "a": 2},
        },
        "now": NOW + number * MINUTE,
    }
    return audit.append(tx, **plain | changes)


async def test_entries_are_read_as_they_were_made_newest_first(db: Database) -> None:
    for number in range(3):
        assert await db.write(partial(note, number=number)) == number + 1
    newest, older = await db.read(lambda tx: audit.recent(tx, 2))
    assert (newest.id, older.id) == (3, 2)
    assert older == Entry(
        id=2,
        at=NOW + MINUTE,
        actor="editor:7",
        action="publish",
        subject="story:1",
        detail={"عنوان": "خبر", "n": [1, 0.1, None], "kind": "breaking", "inner": {"b": 1, "a": 2}},
    )
    assert await db.read(audit.verify) is None


async def test_an_empty_chain_holds(db: Database) -> None:
    assert await db.read(audit.verify) is None
    assert await db.read(lambda tx: audit.recent(tx, 5)) == []


async def test_an_instant_counts_whatever_zone_it_is_said_in(db: Database) -> None:
    await db.write(lambda tx: note(tx, now=NOW.astimezone(timezone(timedelta(hours=3)))))
    assert await db.read(audit.verify) is None


async def test_entries_made_at_once_form_one_chain(db: Database) -> None:
    ids = await asyncio.gather(*(db.write(partial(note, number=number)) for number in range(12)))
    assert sorted(ids) == list(range(1, 13))
    assert await db.read(audit.verify) is None


async def test_an_entry_that_was_undone_leaves_no_gap(db: Database) -> None:
    def fail(tx: Transaction) -> None:
        note(tx)
        raise LookupError

    await db.write(note)
    with pytest.raises(LookupError):
        await db.write(fail)
    assert await db.write(note) == 2
    assert await db.read(audit.verify) is None


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_an_entry(db: Database, change: str) -> None:
    await db.write(note)
    with pytest.raises(StorageError):
        await db.write(lambda tx: tx.execute(sa.text(change)))
    assert [entry.actor for entry in await db.read(lambda tx: audit.recent(tx, 5))] == ["editor:7"]


@pytest.fixture
def forgeable(database_url: str) -> Iterator[sa.Engine]:
    """A chain of five in a database whose guards somebody has taken away. Examples are rolled back."""
    writer = engine.writing(engine.parse(database_url))
    with writer.begin() as tx:
        for number in range(5):
            note(tx, number)
        if tx.dialect.name == "sqlite":
            tx.exec_driver_sql("DROP TRIGGER audit_no_update")
            tx.exec_driver_sql("DROP TRIGGER audit_no_delete")
        else:
            tx.exec_driver_sql("DROP TRIGGER audit_no_change ON audit")
    yield writer
    writer.dispose()


def forge(tx: Transaction, victim: int, column: str) -> None:
    forged: dict[str, Callable[[Any], Any]] = {
        "id": lambda old: old + 100,
        "at": lambda old: old + timedelta(microseconds=1),
        "detail": lambda old: {**old, "n": [99]},
    }
    which = table.c.id == victim
    old = tx.execute(sa.select(table.c[column]).where(which)).scalar_one()
    new = forged.get(column, lambda old: old[:-1] + ("x" if old[-1] != "x" else "y"))(old)
    tx.execute(sa.update(table).where(which).values({column: new}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(victim=st.integers(1, 5), column=st.sampled_from(COLUMNS))
def test_any_change_to_any_entry_is_found(forgeable: sa.Engine, victim: int, column: str) -> None:
    with forgeable.connect() as tx:
        forge(tx, victim, column)
        broken = audit.verify(tx)
        tx.rollback()
        assert audit.verify(tx) is None
    assert broken is not None
    assert broken in (victim, victim + 1, victim + 100)


@pytest.mark.parametrize("victim", [1, 2, 3, 4])
def test_an_entry_taken_out_is_found_at_the_next(forgeable: sa.Engine, victim: int) -> None:
    with forgeable.begin() as tx:
        tx.execute(sa.delete(table).where(table.c.id == victim))
        assert audit.verify(tx) == victim + 1
