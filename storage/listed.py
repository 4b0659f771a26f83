"""A list as one parameter, so that a statement is built and compiled once, however long the list.

PostgreSQL has arrays, SQLite reads JSON: the difference stays in here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.engine import to_json
from storage.schema import Id


class Listed(sa.types.TypeDecorator[Collection[Any]]):
    """A list of ids, or of words."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, *, ids: bool) -> None:
        super().__init__()
        self.ids = ids

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.ARRAY(sa.BigInteger() if self.ids else sa.Text()))

    def process_bind_param(self, value: Collection[Any] | None, dialect: sa.Dialect) -> object:
        listed = list(value or ())
        return to_json(listed) if dialect.name == "sqlite" else listed


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy names it
        """As it is: SQLite finds no index for `… IN (…) = 1`."""
        return self


class _Pairs(FunctionElement[Any]):
    inherit_cache = True


def among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """The column is in the list that is passed by this name."""
    return _Among(column, sa.bindparam(name, type_=Listed(ids=isinstance(column.type, type(Id)))))


def pairs(name: str) -> tuple[sa.FromClause, sa.ColumnElement[str], sa.ColumnElement[float]]:
    """The mapping of words to numbers that is passed by this name, as `weighed`: a table, its two columns."""
    table = _Pairs(sa.bindparam(name, type_=sa.Text)).table_valued("key", "value")
    return table, sa.cast(table.c.key, sa.Text), sa.cast(table.c.value, sa.Float)


def weighed(words: Mapping[str, float]) -> str:
    return to_json(words)


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - both come from SQLAlchemy


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({listed})"


@compiles(_Pairs, "sqlite")
def _json_each(element: _Pairs, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Pairs, "postgresql")
def _json_each_text(element: _Pairs, compiler: Any, **options: Any) -> str:
    return f"json_each_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"
