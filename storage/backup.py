"""The whole database as a file, and back: SQLite by its own online backup, PostgreSQL by its own tools."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from storage import engine, leases, migrate, unfinished
from storage.database import Transaction
from storage.errors import StorageError, explain

T = TypeVar("T")

HOURS = 6 * 3600.0  # seconds that PostgreSQL's tools may take
RESTORE = "restore"
"""Who asked for the halt that stands after a restore."""


def save(url: str, file: Path) -> None:
    """Copy the database to a new file, while others go on writing to it. `StorageError` where that fails."""
    parsed = engine.parse(url)
    if file.exists():
        raise StorageError(f"{file} is there already: name another file", temporary=False)
    part = file.with_name(f"{file.name}.part")
    with _as_storage_error(file):
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # it holds all that the database holds
        try:
            _save(parsed, part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def restore(url: str, file: Path, aside: Path) -> None:
    """Put a backup in the place of the database, halted (G6). What was there is kept in `aside`.

    Nothing else may use the database meanwhile.
    """
    parsed = engine.parse(url)
    with _as_storage_error(file):
        if parsed.get_backend_name() == "sqlite":
            _restore_sqlite(_file_of(parsed), file, aside)
        else:
            save(url, aside)
            _restore_in_place(url, file)


CLEAN = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")


def _restore_sqlite(target: Path, file: Path, aside: Path) -> None:
    """The copy is whole, known and halted before it takes its place: no sender ever sees it otherwise."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as folder:
        prepared = Path(folder) / "prepared.db"
        shutil.copyfile(file, prepared)
        _require_whole(prepared, file)
        _halt(f"sqlite:///{prepared}")
        for tail in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                Path(f"{target}{tail}").rename(f"{aside}{tail}")
        prepared.rename(target)


def _restore_in_place(url: str, file: Path) -> None:
    """Marked until it is halted: whoever dies in between leaves nothing that sends."""
    is_ours = _in(url, lambda tx: unfinished.mark(tx, str(file)))
    try:
        _tool("pg_restore", [*CLEAN, str(file)], engine.parse(url))
    except StorageError:
        if is_ours:
            _in(url, unfinished.clear)  # it has changed nothing
        raise
    _halt(url)


def _require_whole(database: Path, named: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise StorageError(f"{named} is damaged: use another backup", temporary=False)
    if migrate.check(f"sqlite:///{database}") is migrate.Version.EMPTY:
        raise StorageError(f"{named} is not a backup of Ajil: name another file", temporary=False)


def _halt(url: str) -> None:
    migrate.upgrade_restored(url)
    _in(url, _make_safe)


def _make_safe(tx: Transaction) -> None:
    leases.halt(tx, RESTORE)
    leases.disown(tx, RESTORE)
    unfinished.clear(tx)


def _in(url: str, work: Callable[[Transaction], T]) -> T:
    opened = engine.writing(engine.parse(url))
    try:
        with opened.begin() as tx:
            return work(tx)
    except sa.exc.SQLAlchemyError as error:
        raise explain(error, engine.safe(engine.parse(url))) from error
    finally:
        opened.dispose()


def _file_of(parsed: sa.URL) -> Path:
    return Path(parsed.database or "")


def _save(parsed: sa.URL, part: Path) -> None:
    if parsed.get_backend_name() == "sqlite":
        with _as_storage_error(engine.safe(parsed)):
            _copy(_file_of(parsed), part)
    else:
        _tool("pg_dump", ["--format=custom", f"--file={part}"], parsed)


def _copy(source: Path, target: Path) -> None:
    """In one step: in WAL mode a reader that takes its time keeps no writer waiting."""
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written)
        written.execute(
            "PRAGMA journal_mode = DELETE"
        )  # one file, which also opens where nothing can be written


def _tool(name: str, arguments: Sequence[str], parsed: sa.URL) -> None:
    """Run one of PostgreSQL's own programs on the database; the password goes by a file."""
    if shutil.which(name) is None:
        raise StorageError(f"{name} is not here: install PostgreSQL's client programs", temporary=False)
    with tempfile.TemporaryDirectory() as folder:
        passwords = Path(folder) / "passwords"
        passwords.touch(mode=0o600)
        passwords.write_text(f"*:*:*:*:{_escaped(parsed.password)}\n")
        command = [name, f"--dbname={_conninfo(parsed, passwords)}", "--no-password", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=HOURS, check=False)  # noqa: S603 - ours
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it does not say why"]
        raise StorageError(f"{name} failed: {said[-1][:300]}", temporary=False)


def _conninfo(parsed: sa.URL, passwords: Path) -> str:
    plain = parsed.set(drivername="postgresql", password=None, query=_own(parsed))
    return plain.update_query_dict({"passfile": str(passwords)}).render_as_string()


def _own(parsed: sa.URL) -> dict[str, str | tuple[str, ...]]:
    """What the operator wrote into the URL, such as a socket's folder, without what we added."""
    return {name: value for name, value in parsed.query.items() if name not in engine.POSTGRESQL_DEFAULTS}


def _escaped(password: object) -> str:
    """https://www.postgresql.org/docs/current/libpq-pgpass.html"""
    return str(password or "").replace("\\", "\\\\").replace(":", "\\:")


@contextmanager
def _as_storage_error(what: object) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"{what} cannot be used: {error}", temporary=False) from None
    except OSError as error:
        raise StorageError(f"{error.filename or what}: {error.strerror}", temporary=False) from None
