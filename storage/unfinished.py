"""The mark of a restore that is under way in a database: PostgreSQL's is put in its own place.

Between what is restored and its halt a death would leave a database that sends (G6). Nobody works with one
that carries the mark, which no backup's tables take away.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.database import Transaction
from storage.errors import StorageError

_MARK = sa.Table("unfinished_restore", sa.MetaData(), sa.Column("file", sa.Text, nullable=False))


def mark(tx: Transaction, file: str) -> bool:
    """False where an earlier restore left its mark, which stays: what is there was never halted."""
    if sa.inspect(tx).has_table(_MARK.name):
        return False
    _MARK.create(tx)
    tx.execute(sa.insert(_MARK).values(file=file))
    return True


def clear(tx: Transaction) -> None:
    _MARK.drop(tx, checkfirst=True)


def require_none(tx: Transaction, where: str) -> None:
    """`StorageError` where a restore was begun and not ended."""
    if sa.inspect(tx).has_table(_MARK.name):
        file = tx.execute(sa.select(_MARK.c.file)).scalar_one()
        raise StorageError(
            f"database {where}: the restore of {file} was not finished: "
            "run `ajil restore` with this or another backup again",
            temporary=False,
        )
