"""Items of albums as editors sent them: Telegram tells of each alone and once. The newest are kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import Composed
from storage.schema import album_item
from storage.upsert import insert

KEPT = 1_000
"""Items, of all albums together."""


def keep(
    tx: Transaction, telegram_id: int, *, group: str, message_id: int, item: Composed, now: datetime
) -> None:
    """`group` is the Bot API's `media_group_id`. Kept in place of the oldest, where there are many."""
    values = {"chat_id": telegram_id, "message_id": message_id, "album": group, "at": now}
    told = {"method": item.method, "params": item.params}
    tx.execute(insert(tx, album_item).values(item=told, **values).on_conflict_do_nothing())
    oldest = sa.select(album_item.c.at).order_by(album_item.c.at.desc()).limit(1).offset(KEPT)
    late = sa.select(album_item.c.album).where(album_item.c.at <= oldest.scalar_subquery())
    tx.execute(sa.delete(album_item).where(album_item.c.album.in_(late)))


def items(tx: Transaction, telegram_id: int, group: str) -> dict[int, Composed]:
    """By message id, in the order of the album."""
    its = album_item.c.chat_id == telegram_id, album_item.c.album == group
    found = sa.select(album_item.c.message_id, album_item.c.item).where(*its)
    rows = tx.execute(found.order_by(album_item.c.message_id))
    return {row.message_id: Composed(**row.item) for row in rows}
