"""How much a chat wants to be told in a day of what it follows. Breaking news is not counted."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import chat, delivery

DAY = timedelta(days=1)


def choose(tx: Transaction, chat_id: int, most: int | None) -> None:
    """From now on; None: as much as there is."""
    change = sa.update(chat).where(chat.c.id == chat_id)
    tx.execute(change.values(daily_cap=most, capped_from=None, capped_told=0))


def has_room(at: datetime) -> sa.ColumnElement[bool]:
    """Of a chat: whether it is to be told more in the day that `at` is in."""
    return chat.c.daily_cap.is_(None) | (chat.c.capped_told < chat.c.daily_cap) | _over(at)


def count(tx: Transaction, push_id: int, at: datetime) -> None:
    """What was planned of a push. A day begins with the first thing told in it."""
    gets = sa.select(1).where(delivery.c.push_id == push_id, delivery.c.chat_id == chat.c.id)
    over, now = _over(at) | chat.c.capped_from.is_(None), sa.literal(at, chat.c.capped_from.type)
    told = {
        "capped_told": sa.case((over, 1), else_=chat.c.capped_told + 1),
        "capped_from": sa.case((over, now), else_=chat.c.capped_from),
    }
    tx.execute(sa.update(chat).where(chat.c.daily_cap.is_not(None), gets.exists()).values(told))


def _over(at: datetime) -> sa.ColumnElement[bool]:
    return chat.c.capped_from <= at - DAY
