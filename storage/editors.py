"""Who may edit, besides the owners that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import editor
from storage.upsert import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    user_id: int
    role: str
    name: str | None
    added_by: int | None


def add(
    tx: Transaction, user_id: int, *, role: str, name: str | None, added_by: int | None, now: datetime
) -> None:
    """Or give one who is there another role or name."""
    values = {"role": role, "name": name, "added_by": added_by}
    row = insert(tx, editor).values(user_id=user_id, created_at=now, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=values))


def remove(tx: Transaction, user_id: int) -> bool:
    return tx.execute(sa.delete(editor).where(editor.c.user_id == user_id)).rowcount == 1


def all(tx: Transaction) -> list[Editor]:  # noqa: A001 - read as `editors.all`
    """In the order of coming."""
    rows = tx.execute(sa.select(editor).order_by(editor.c.created_at, editor.c.user_id))
    return [Editor(user_id=row.user_id, role=row.role, name=row.name, added_by=row.added_by) for row in rows]


def role(tx: Transaction, user_id: int) -> str | None:
    return tx.execute(sa.select(editor.c.role).where(editor.c.user_id == user_id)).scalar_one_or_none()
