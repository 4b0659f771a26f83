"""The errors of this room, and what the drivers' errors mean to an operator."""

from __future__ import annotations

import sqlite3

import psycopg
import sqlalchemy as sa

MIGRATE = "its tables are missing or older than this program: run `ajil migrate`"


class StorageError(Exception):
    """The database could not do it. `temporary`: the same call may succeed later, unchanged.

    The message names the mend and holds neither a password nor a stored value.
    """

    def __init__(self, message: str, *, temporary: bool) -> None:
        super().__init__(message)
        self.temporary = temporary


class Conflict(Exception):  # noqa: N818 - it names what happened: nothing is wrong, the work only has to run again
    """Another transaction was first; the same work, run again, sees what that one did."""


# By the beginning of SQLite's extended result code: https://www.sqlite.org/rescode.html
SQLITE = {
    "SQLITE_BUSY": (True, "it is locked by another program: end that program, or wait"),
    "SQLITE_LOCKED": (True, "it is locked by another program: end that program, or wait"),
    "SQLITE_FULL": (True, "the disk is full: make room on it"),
    "SQLITE_IOERR": (True, "the disk cannot be read or written: look at its health and at what room is left"),
    "SQLITE_READONLY": (False, "it is read-only: let this user write the file and its folder"),
    "SQLITE_PERM": (False, "this user may not use it: let this user write the file and its folder"),
    "SQLITE_CANTOPEN": (False, "it cannot be opened: create its folder and let this user write there"),
    "SQLITE_CORRUPT": (False, "it is damaged: restore a backup with `ajil restore`"),
    "SQLITE_NOTADB": (False, "the file is not an SQLite database: name another one"),
}

# By the beginning of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL = {
    "40001": (True, "transactions got in each other's way: it may be tried again"),
    "40P01": (True, "transactions got in each other's way: it may be tried again"),
    "55P03": (True, "a row stayed locked by another transaction: it may be tried again"),
    "53100": (True, "the server's disk is full: make room on it"),
    "53": (True, "the server is out of connections or memory: allow more, or run fewer processes"),
    "57P": (True, "the server is starting, stopping or in recovery: wait for it"),
    "57014": (True, "the server ended the statement: it took longer than it allows"),
    "08": (True, "the connection was lost: look at the server and the network"),
    "25P03": (True, "the server ended a transaction that stood still: it may be tried again"),
    "25006": (False, "it is read-only: use the primary server"),
    "28": (False, "the server refused this user or password: correct DATABASE_URL"),
    "3D000": (False, "there is no such database on the server: create it"),
    "42501": (False, "this user lacks a right on it: grant it, or name the owner in DATABASE_URL"),
    "42P01": (False, MIGRATE),
    "42703": (False, MIGRATE),
}
RETRIED = ("40001", "40P01")


def explain(error: sa.exc.SQLAlchemyError, where: str) -> StorageError:
    """What `error` means. `where` is the database's URL without its password."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else None
    temporary, words = _meaning(cause) or (
        False,
        f"it refused what was asked ({_kind(error)}): please report this",
    )
    return StorageError(f"database {where}: {words}", temporary=temporary)


def is_conflict(error: Exception) -> bool:
    """Whether PostgreSQL gave this transaction up so that another could go on."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else None
    return isinstance(cause, psycopg.Error) and cause.sqlstate in RETRIED


def _meaning(cause: object) -> tuple[bool, str] | None:
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _postgresql(cause)
    return None


def _sqlite(cause: sqlite3.Error) -> tuple[bool, str] | None:
    if str(cause).startswith(("no such table", "no such column")):
        return False, MIGRATE
    return _by_prefix(SQLITE, getattr(cause, "sqlite_errorname", ""))


def _postgresql(cause: psycopg.Error) -> tuple[bool, str] | None:
    if cause.sqlstate is None and isinstance(cause, psycopg.OperationalError):
        return _unreached(str(cause))
    return _by_prefix(POSTGRESQL, cause.sqlstate or "")


def _unreached(text: str) -> tuple[bool, str]:
    """libpq gives no SQLSTATE for a failed connection, only the server's words."""
    if "authentication failed" in text or "no password supplied" in text:
        return POSTGRESQL["28"]
    if 'database "' in text and "does not exist" in text:
        return POSTGRESQL["3D000"]
    return True, "the server cannot be reached: start it, or correct DATABASE_URL"


def _by_prefix(table: dict[str, tuple[bool, str]], code: str) -> tuple[bool, str] | None:
    return next((meaning for prefix, meaning in table.items() if code.startswith(prefix)), None)


def _kind(error: sa.exc.SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else None
    detail = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    rule = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return ", ".join(str(part) for part in (type(error).__name__, detail, rule) if part)
