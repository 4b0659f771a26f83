"""From a database URL to engines that behave alike: one that writes, one that only reads."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

from storage import driver
from storage.errors import StorageError

READERS = 4
# Arabic escaped to ASCII would take three times the room.
to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
# The words of thousands of stories drive each other out of a cache of strings: looking there costs more.
of_json = partial(from_json, cache_strings=False)
LOCK_WAIT_SECONDS = 10
STANDSTILL_SECONDS = 10  # in a transaction, of a process that was suspended: then the server frees its locks
FORMS = "write it as sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
SQLITE_PRAGMAS = (
    f"busy_timeout = {LOCK_WAIT_SECONDS * 1000}",  # first: the change to WAL may itself have to wait
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -16384",
    # Pages, 16 MB of them: each story changes a hundred, many of which the next one changes again.
    "wal_autocheckpoint = 4000",
)
POSTGRESQL_DEFAULTS = {
    "application_name": "ajil",
    "connect_timeout": "5",
    "options": f"-c lock_timeout={LOCK_WAIT_SECONDS}s"
    f" -c idle_in_transaction_session_timeout={STANDSTILL_SECONDS}s",
}


def parse(url: str) -> sa.URL:
    """`StorageError` where this program cannot use it."""
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
    except sa.exc.SQLAlchemyError:
        raise StorageError(f"DATABASE_URL is not a database URL: {FORMS}", temporary=False) from None
    if backend in ("postgresql", "postgres"):
        merged = POSTGRESQL_DEFAULTS | dict(parsed.query)
        return parsed.set(drivername="postgresql+psycopg", query=merged)
    if backend == "sqlite":
        return _sqlite_file(parsed.set(drivername="sqlite+pysqlite"))
    raise StorageError(f"DATABASE_URL names {backend}, which is not supported: {FORMS}", temporary=False)


def safe(url: sa.URL) -> str:
    """For logs: without the password and without what `parse` added."""
    plain = url.set(drivername=url.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


def folder(url: str) -> Path:
    """Where an SQLite database lies, with what belongs to it; for others, where the program was started."""
    parsed = parse(url)
    return Path(parsed.database or "").parent if parsed.get_backend_name() == "sqlite" else Path()


def writing(url: sa.URL) -> sa.Engine:
    """Its transactions hold SQLite's write lock from their first moment, so none fails half-way for it."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, begin="BEGIN IMMEDIATE", pragmas=SQLITE_PRAGMAS, connections=1)
    return _postgresql(url, isolation_level="READ COMMITTED")


def reading(url: sa.URL) -> sa.Engine:
    """Its transactions see one moment of the database and cannot change it."""
    if url.get_backend_name() == "sqlite":
        pragmas = (*SQLITE_PRAGMAS, "query_only = ON")
        return _sqlite(url, begin="BEGIN", pragmas=pragmas, connections=READERS)
    readonly = {"postgresql_readonly": True}
    return _postgresql(url, isolation_level="REPEATABLE READ", execution_options=readonly)


def _sqlite_file(url: sa.URL) -> sa.URL:
    if url.database in (None, "", ":memory:"):
        raise StorageError("an SQLite database needs a file: write it as sqlite:///FILE", temporary=False)
    return url


def _sqlite(url: sa.URL, *, begin: str, pragmas: tuple[str, ...], connections: int) -> sa.Engine:
    # isolation_level None: sqlite3 leaves the transactions to us.
    engine = sa.create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": LOCK_WAIT_SECONDS},
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=of_json,
    )

    @sa.event.listens_for(engine, "do_connect")
    def require_folder(*_args: Any) -> None:
        folder = Path(url.database or "").parent
        if not folder.is_dir():
            raise StorageError(
                f"database {safe(url)}: the folder {folder} does not exist: create it", temporary=False
            )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        driver.run(connection, begin)

    return engine


def _postgresql(url: sa.URL, **options: Any) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=of_json,
        **options,
    )
