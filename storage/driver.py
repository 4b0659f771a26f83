"""SQLite's own driver, for what is asked many times a second: SQLAlchemy's way to it takes ten times as long
as most statements do. What goes wrong is the error that SQLAlchemy would have raised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

Values = Mapping[str, Any] | Sequence[Any]


def run(tx: sa.Connection, text: str, values: Values = ()) -> int:
    """How many rows it changed."""
    try:
        return _connection(tx).execute(text, values).rowcount
    except sqlite3.Error as error:
        raise _explained(tx, text, error) from error


def run_each(tx: sa.Connection, text: str, each: Sequence[Values]) -> int:
    """How many rows it changed, once with each of these values."""
    try:
        return _connection(tx).executemany(text, each).rowcount
    except sqlite3.Error as error:
        raise _explained(tx, text, error) from error


def rows(tx: sa.Connection, text: str, values: Values = ()) -> list[tuple[Any, ...]]:
    try:
        return _connection(tx).execute(text, values).fetchall()
    except sqlite3.Error as error:
        raise _explained(tx, text, error) from error


def _connection(tx: sa.Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", tx.connection.driver_connection)


def _explained(tx: sa.Connection, text: str, error: sqlite3.Error) -> BaseException:
    return sa.exc.DBAPIError.instance(
        text, None, error, sqlite3.Error, hide_parameters=True, dialect=tx.dialect
    )
