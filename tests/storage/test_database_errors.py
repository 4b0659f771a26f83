"""What an operator reads when the database does not do it: the mend, and never a secret."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage import engine, facts
from storage.database import Database, StorageError, Transaction
from storage.errors import explain


async def failure(url: str, work: Callable[[Transaction], Any]) -> StorageError:
    database = Database.open(url)
    with pytest.raises(StorageError) as raised:
        await database.write(work)
    await database.close()
    return raised.value


def put(tx: Transaction) -> None:
    facts.put(tx, "secret", "s3cret-value")


async def test_an_absent_folder_is_named(tmp_path: Path) -> None:
    error = await failure(f"sqlite:///{tmp_path}/absent/ajil.db", put)
    assert not error.temporary
    assert f"the folder {tmp_path / 'absent'} does not exist: create it" in str(error)


async def test_a_locked_file_is_temporary(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", ("busy_timeout = 0", *engine.SQLITE_PRAGMAS[1:]))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = await failure(sqlite_url, put)
    other.close()
    assert error.temporary
    assert "locked by another program" in str(error)


async def test_a_full_disk_is_temporary(sqlite_url: str) -> None:
    def fill(tx: Transaction) -> None:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.exec_driver_sql(
            f"PRAGMA max_page_count = {pages}"
        )  # what SQLite answers is what a full disk gives
        facts.put(tx, "secret", "s3cret-value" * 100_000)

    error = await failure(sqlite_url, fill)
    assert error.temporary
    assert "the disk is full: make room on it" in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_file_without_leave_to_write_is_named(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    os.chmod(file, 0o444)  # noqa: PTH101 - of a path, in a coroutine
    error = await failure(sqlite_url, put)
    assert not error.temporary
    assert "read-only: let this user write the file and its folder" in str(error)


def refused_put(tx: Transaction) -> None:
    tx.exec_driver_sql("PRAGMA query_only = ON")
    put(tx)


async def test_a_read_only_database_is_not_temporary(sqlite_url: str) -> None:
    error = await failure(sqlite_url, refused_put)
    assert not error.temporary
    assert "read-only: let this user write the file and its folder" in str(error)


async def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database " * 1000)
    error = await failure(f"sqlite:///{tmp_path}/notes.txt", put)
    assert not error.temporary
    assert "not an SQLite database: name another one" in str(error)


async def test_an_unreachable_server_is_temporary_and_its_password_is_not_told() -> None:
    url = "postgresql://ajil:s3cret@127.0.0.1:1/ajil"
    error = await failure(url, put)
    assert error.temporary
    assert str(error) == (
        "database postgresql://ajil:***@127.0.0.1:1/ajil: the server cannot be reached: start it, or correct "
        "DATABASE_URL"
    )


async def test_an_absent_database_on_the_server_is_named(postgresql_server: sa.URL) -> None:
    url = postgresql_server.set(database="absent").render_as_string(hide_password=False)
    error = await failure(url, put)
    assert not error.temporary
    assert "there is no such database on the server: create it" in str(error)


@pytest.mark.parametrize(
    "url", ["", "ajil.db", "mysql://u:s3cret@h/d", "sqlite://", "sqlite:///:memory:", "nope://x"]
)
def test_a_url_that_will_not_do_is_refused_with_the_forms_that_will(url: str) -> None:
    with pytest.raises(StorageError, match="sqlite:///FILE") as refused:
        Database.open(url)
    assert not refused.value.temporary
    assert "s3cret" not in str(refused.value)


def test_the_scheme_of_other_tools_is_understood() -> None:
    assert engine.parse("postgres://h/d").drivername == "postgresql+psycopg"


async def test_safe_url_shows_no_password_and_nothing_added() -> None:
    database = Database.open("postgresql://u:s3cret@h:5/d")
    assert database.safe_url == "postgresql://u:***@h:5/d"
    assert "s3cret" not in repr(database)
    await database.close()


async def test_no_error_tells_a_stored_value(db: Database) -> None:
    def twice(tx: Transaction) -> None:
        put(tx)
        tx.execute(sa.text("INSERT INTO fact (name, value) VALUES ('secret', 's3cret-value')"))

    with pytest.raises(StorageError) as broken:
        await db.write(twice)
    chain = [str(broken.value), str(broken.value.__cause__), repr(broken.value)]
    assert not broken.value.temporary
    assert "s3cret" not in "".join(chain)


def test_an_error_that_is_not_the_driver_s_is_ours_to_mend() -> None:
    error = explain(sa.exc.NoResultFound("none"), "sqlite:///x")
    assert not error.temporary
    assert "NoResultFound" in str(error)
