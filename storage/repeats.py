"""A telling told again under a newer number, word for word: for copies to be brought up to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import stories
from storage.database import Transaction
from storage.records import RevisionKind
from storage.schema import advisory, related_link, revision, section, waiting


def repeat(tx: Transaction, story_id: int, number: int, kind: RevisionKind, now: datetime) -> int:
    """The number of the new telling, which nobody sees before it is shown."""
    new = stories.next_number(tx, story_id)
    _copy(tx, revision, story_id, number, {"number": new, "kind": kind, "created_at": now})
    for table in (section, related_link):
        _copy(tx, table, story_id, number, {"number": new})
    return new


def repeat_waiting(tx: Transaction, story_id: int, now: datetime) -> None:
    """What is kept back of a story comes after what was just repeated, so that it can still be shown."""
    kept = sa.select(waiting.c.number, revision.c.kind).join_from(waiting, revision, _TOLD)
    for number, kind in tx.execute(
        kept.where(waiting.c.story_id == story_id).order_by(waiting.c.number)
    ).all():
        new = repeat(tx, story_id, number, RevisionKind(kind), now)
        its = (waiting.c.story_id == story_id) & (waiting.c.number == number)
        tx.execute(sa.update(waiting).where(its).values(number=new))
        told = (advisory.c.story_id == story_id) & (advisory.c.waits_as == number)
        tx.execute(sa.update(advisory).where(told).values(waits_as=new))


_TOLD = (revision.c.story_id == waiting.c.story_id) & (revision.c.number == waiting.c.number)


def _copy(tx: Transaction, table: sa.Table, story_id: int, number: int, changes: dict[str, Any]) -> None:
    columns = [
        sa.literal(changes[column.name], column.type) if column.name in changes else column
        for column in table.c
    ]
    its = (table.c.story_id == story_id) & (table.c.number == number)
    rows = sa.select(*columns).where(its)
    tx.execute(sa.insert(table).from_select([column.name for column in table.c], rows))
