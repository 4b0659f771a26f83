"""What is out, in the order in which it came out: for feeds and exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import NEWEST, readable
from storage.records import StoryState
from storage.schema import revision, story


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story as a place in a feed. `number` is the telling that readers see."""

    id: int
    code: str
    number: int
    published_at: datetime
    updated_at: datetime


def entries(
    tx: Transaction,
    now: datetime,
    *,
    limit: int,
    before: Entry | None = None,
    since: datetime | None = None,
    killed: bool,
) -> list[Entry]:
    """Newest first; `since` by their last change. `killed`: with those that were out and are withdrawn."""
    seen = readable(now)
    if killed:
        seen |= (story.c.state == StoryState.KILLED) & story.c.published_at.is_not(None)
    order = (story.c.published_at, story.c.id)
    found = sa.select(story).join_from(story, revision, NEWEST).where(seen).limit(limit)
    if before is not None:
        place = (sa.literal(before.published_at, order[0].type), sa.literal(before.id))
        found = found.where(sa.tuple_(*order) < sa.tuple_(*place))
    if since is not None:
        found = found.where(story.c.updated_at >= since)
    return [_entry(row) for row in tx.execute(found.order_by(*(column.desc() for column in order)))]


def by_code(tx: Transaction, code: str) -> Entry | None:
    """Where a story stands in the order, whatever became of it since."""
    out = (story.c.code == code) & story.c.published_at.is_not(None)
    row = tx.execute(sa.select(story).where(out)).one_or_none()
    return _entry(row) if row else None


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    return Entry(
        id=row.id,
        code=row.code,
        number=row.head,
        published_at=row.published_at,
        updated_at=row.updated_at,
    )
