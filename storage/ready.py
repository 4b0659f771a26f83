"""Statements that are built once, for whoever asks them many times a second."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage import driver
from storage.engine import of_json, to_json
from storage.types import stored

Convert = Callable[[Any], Any]
Statement = sa.Select[Any] | sa.Update
_DIALECT = sqlite.dialect(paramstyle="named", json_serializer=to_json, json_deserializer=of_json)


class Ready:
    """On SQLite it goes to the driver as it was compiled. Its values and rows are as SQLAlchemy has them."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def rows(self, tx: sa.Connection, **values: Any) -> Sequence[Any]:
        if tx.dialect.name == "sqlite":
            return self._plain.rows(tx, values)
        return tx.execute(self._statement, values).all()

    def first(self, tx: sa.Connection, **values: Any) -> Any | None:
        """The first row, if there is one."""
        return next(iter(self.rows(tx, **values)), None)

    def scalar(self, tx: sa.Connection, **values: Any) -> Any | None:
        """The first column of the first row, if there is one."""
        row = self.first(tx, **values)
        return None if row is None else row[0]

    def run(self, tx: sa.Connection, **values: Any) -> int:
        """How many rows it changed."""
        if tx.dialect.name == "sqlite":
            return self._plain.run(tx, values)
        return tx.execute(self._statement, values).rowcount

    @cached_property
    def _plain(self) -> _Plain:
        return _Plain(self._statement)


class _Plain:
    """A statement as SQLite has it, and what becomes of values on their way there and back."""

    def __init__(self, statement: Statement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._wanted = {name: _way_in(bind.type) for name, bind in compiled.binds.items() if bind.required}
        whole = compiled.construct_expanded_state(dict.fromkeys(self._wanted))
        self._text = whole.statement
        self._same = {name: stored(_DIALECT, value) for name, value in whole.parameters.items()}
        columns = statement.selected_columns if isinstance(statement, sa.Select) else ()
        self._row = _named([column.key or "_" for column in columns])
        ways = ((place, _way_out(column.type)) for place, column in enumerate(columns))
        self._changed = [(place, way) for place, way in ways if way is not None]

    def rows(self, tx: sa.Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        found = driver.rows(tx, self._text, self._bound(values))
        return [self._row(row) for row in (map(self._back, found) if self._changed else found)]

    def run(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        return driver.run(tx, self._text, self._bound(values))

    def _bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        bound = self._same.copy()
        for name, way in self._wanted.items():
            bound[name] = values[name] if way is None else way(values[name])
        return bound

    def _back(self, row: tuple[Any, ...]) -> Iterable[Any]:
        told = [*row]
        for place, way in self._changed:
            told[place] = way(told[place])
        return told


def _named(columns: Sequence[str]) -> Any:
    row: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc] # noqa: PYI024 - not known before
    return row._make


def _way_in(kind: sa.types.TypeEngine[Any]) -> Convert | None:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _way_out(kind: sa.types.TypeEngine[Any]) -> Convert | None:
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
