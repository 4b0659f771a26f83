"""The tables, as the migrations leave them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import engine
from storage.database import Database, StorageError
from storage.migrate import Version, check, expected, upgrade
from storage.schema import metadata


def execute(url: str, statement: str) -> None:
    writer = engine.writing(engine.parse(url))
    with writer.begin() as tx:
        tx.exec_driver_sql(statement)
    writer.dispose()


def test_migrations_lead_to_the_schema(database_url: str) -> None:
    reader = engine.reading(engine.parse(database_url))
    with reader.begin() as tx:
        difference = compare_metadata(MigrationContext.configure(tx), metadata)
        checks = {
            found["name"]
            for table in ("push", "revision")
            for found in sa.inspect(tx).get_check_constraints(table)
        }
    reader.dispose()
    assert difference == []
    assert checks == {"ck_push_content", "ck_revision_urgency"}


def test_upgrade_brings_an_empty_database_to_the_expected_version(empty_database_url: str) -> None:
    assert check(empty_database_url) is Version.EMPTY
    assert upgrade(empty_database_url) == expected()
    assert check(empty_database_url) is Version.CURRENT


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    execute(database_url, "INSERT INTO fact (name, value) VALUES ('kept', 'yes')")
    assert upgrade(database_url) == expected()
    execute(database_url, "INSERT INTO fact (name, value) VALUES ('also', 'yes')")
    assert check(database_url) is Version.CURRENT


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    assert check(database_url) is Version.NEWER
    with pytest.raises(StorageError) as refused:
        upgrade(database_url)
    assert not refused.value.temporary
    assert "version 9999" in str(refused.value)
    assert f"up to {expected()}: run the newer program" in str(refused.value)


def test_processes_that_upgrade_at_once_all_succeed(empty_database_url: str) -> None:
    program = "import sys; from storage.migrate import upgrade; print(upgrade(sys.argv[1]))"
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it is our own
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in running]
    assert answers == [expected()] * 3
    assert check(empty_database_url) is Version.CURRENT


async def test_a_database_without_tables_says_what_to_run(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    with pytest.raises(StorageError, match="run `ajil migrate`") as refused:
        await database.read(lambda tx: tx.execute(sa.text("SELECT * FROM story")).all())
    assert not refused.value.temporary
    await database.close()
