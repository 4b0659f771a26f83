"""Column types of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant: PostgreSQL `timestamptz`; on SQLite, which has none, the naive UTC clock."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; pass an aware datetime")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def stored(dialect: sa.Dialect, value: Any) -> Any:
    """A value as the driver is to have it, for what goes past SQLAlchemy's own types."""
    if isinstance(value, Enum):
        return value.value  # itself, SQLite's driver would look for a way to adapt it, each time
    process = _UTC.dialect_impl(dialect).bind_processor(dialect) if isinstance(value, datetime) else None
    return value if process is None else process(value)


_UTC = Utc()
