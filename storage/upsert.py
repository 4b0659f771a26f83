"""`INSERT … ON CONFLICT`, which SQLAlchemy keeps in its dialects."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Transaction


def insert(tx: Transaction, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
