"""The door: threads, transactions, cancellation, and what an operator reads when it does not open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import facts
from storage.database import Conflict, Database, StorageError, Transaction
from storage.migrate import expected, upgrade


class Inline(Executor):
    """Runs work where it is asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # the caller gets it
            done.set_exception(error)
        return done


class OursError(Exception):
    pass


def raising(error: Exception) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        facts.put(tx, "half", "done")
        raise error

    return work


async def fact(db: Database, name: str) -> str | None:
    return await db.read(lambda tx: facts.get(tx, name))


async def test_work_runs_off_the_event_loop_and_answers(db: Database) -> None:
    assert await db.write(lambda tx: facts.put_once(tx, "a", "1")) == "1"
    assert await fact(db, "a") == "1"
    ran_in = await db.read(lambda _: threading.current_thread().name)
    assert ran_in.startswith("database-read")


async def test_an_executor_that_is_given_runs_all_work(database_url: str) -> None:
    database = Database.open(database_url, executor=Inline())
    here = threading.current_thread().name
    assert await database.read(lambda _: threading.current_thread().name) == here
    assert await database.write(lambda _: threading.current_thread().name) == here
    await database.close()


@pytest.mark.parametrize("error", [OursError("as it was"), StorageError("as it was", temporary=True)])
async def test_our_own_errors_pass_unchanged_and_undo_the_work(db: Database, error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        await db.write(raising(error))
    assert raised.value is error
    assert await fact(db, "half") is None


async def test_a_conflict_is_run_again_until_it_passes(db: Database) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> str:
        runs.append(1)
        facts.put(tx, "runs", str(len(runs)))
        if len(runs) < 3:
            raise Conflict("somebody was first")
        return "done"

    assert await db.write(work) == "done"
    assert await fact(db, "runs") == "3"


async def test_a_conflict_that_does_not_pass_is_told_in_the_end(db: Database) -> None:
    with pytest.raises(Conflict, match="always"):
        await db.write(raising(Conflict("always")))
    assert await fact(db, "half") is None


async def test_reading_cannot_change_anything(db: Database) -> None:
    with pytest.raises(StorageError, match="read-only") as refused:
        await db.read(lambda tx: facts.put(tx, "a", "1"))
    assert not refused.value.temporary
    assert await fact(db, "a") is None


async def test_a_reader_sees_one_moment(db: Database) -> None:
    first_look, written = threading.Event(), threading.Event()

    def look_twice(tx: Transaction) -> tuple[str | None, str | None]:
        before = facts.get(tx, "a")
        first_look.set()
        written.wait(10)
        return before, facts.get(tx, "a")

    looking = asyncio.create_task(db.read(look_twice))
    await asyncio.to_thread(first_look.wait, 10)
    await db.write(lambda tx: facts.put(tx, "a", "1"))
    written.set()
    assert await looking == (None, None)
    assert await fact(db, "a") == "1"


async def test_work_whose_task_is_cancelled_is_done_whole(database_url: str) -> None:
    database = Database.open(database_url)
    begun, go_on = threading.Event(), threading.Event()

    def work(tx: Transaction) -> None:
        facts.put(tx, "first", "1")
        begun.set()
        go_on.wait(10)
        facts.put(tx, "second", "2")

    task = asyncio.create_task(database.write(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await database.write(lambda tx: facts.put(tx, "third", "3"))
    await database.close()
    again = Database.open(database_url)
    assert [await fact(again, name) for name in ("first", "second", "third")] == ["1", "2", "3"]
    await again.close()


async def test_closing_waits_for_work_under_way(database_url: str) -> None:
    database = Database.open(database_url)
    begun, go_on = threading.Event(), threading.Event()

    def work(tx: Transaction) -> None:
        begun.set()
        go_on.wait(10)
        facts.put(tx, "a", "1")

    task = asyncio.create_task(database.write(work))
    await asyncio.to_thread(begun.wait, 10)
    closing = asyncio.create_task(database.close())
    go_on.set()
    await closing
    await task
    again = Database.open(database_url)
    assert await fact(again, "a") == "1"
    await again.close()


async def test_many_writers_and_readers_at_once_lose_nothing(db: Database) -> None:
    def add(tx: Transaction) -> None:
        value = tx.execute(
            sa.text("UPDATE fact SET value = value || 'x' WHERE name = 'n' RETURNING value")
        ).scalar()
        assert value is not None

    await db.write(lambda tx: facts.put(tx, "n", ""))
    await asyncio.gather(*(db.write(add) for _ in range(40)), *(fact(db, "n") for _ in range(40)))
    assert await fact(db, "n") == "x" * 40


async def test_postgresql_gives_up_one_of_two_in_deadlock_and_runs_it_again(postgresql_url: str) -> None:
    database = Database.open(postgresql_url)
    both = threading.Barrier(2, timeout=10)
    runs: list[str] = []

    def lock(first: str, second: str) -> Callable[[Transaction], None]:
        def work(tx: Transaction) -> None:
            runs.append(first)
            facts.put(tx, first, "1")
            if len(runs) <= 2:
                both.wait()
            facts.put(tx, second, "2")

        return work

    for name in ("a", "b"):
        await database.write(partial(facts.put, name=name, value="0"))
    await asyncio.gather(database.write(lock("a", "b")), database.write(lock("b", "a")))
    assert len(runs) > 2
    assert sorted([str(await fact(database, "a")), str(await fact(database, "b"))]) == ["1", "2"]
    await database.close()


async def test_a_lost_connection_is_temporary_and_replaced(postgresql_url: str) -> None:
    database = Database.open(postgresql_url)
    with pytest.raises(StorageError) as lost:
        await database.write(lambda tx: tx.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())")))
    assert lost.value.temporary
    assert await fact(database, "a") is None
    await database.close()


async def test_sqlite_keeps_what_was_committed_and_checks_references(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    names = ("journal_mode", "synchronous", "foreign_keys")
    settings = await database.write(
        lambda tx: [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    )
    assert settings == ["wal", 2, 1]
    await database.close()


def test_a_path_with_odd_characters_can_be_migrated(tmp_path: Path) -> None:
    folder = tmp_path / "خبر %d ?"
    folder.mkdir()
    url = sa.URL.create("sqlite", database=str(folder / "a b.db")).render_as_string()
    assert upgrade(url) == expected()
    assert (folder / "a b.db").exists()


async def test_a_full_disk_is_trouble_until_a_write_succeeds(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)

    def bounded(pages: str) -> Callable[[Transaction], None]:
        return lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()

    try:
        await database.write(bounded("1"))  # SQLite makes of it what there is
        with pytest.raises(StorageError, match="the disk is full") as caught:
            await database.write(lambda tx: facts.put(tx, "long", "ب" * 100_000))
        assert caught.value.temporary
        assert database.trouble == str(caught.value)
        assert await fact(database, "long") is None, "reading goes on"
        await database.write(bounded("100000"))
        await database.write(lambda tx: facts.put(tx, "long", "ب" * 100_000))
        assert database.trouble is None
    finally:
        await database.close()
