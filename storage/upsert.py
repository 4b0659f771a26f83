"""`INSERT … ON CONFLICT`, which SQLAlchemy keeps in its dialects."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Transaction


def insert(tx: Transaction, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return insert_on(tx.dialect.name, table)


def insert_on(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """For statements that are built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
