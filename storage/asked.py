"""What the bot asked an editor: the next message in that chat may be the answer. One question a chat."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import question
from storage.upsert import insert

KEPT = timedelta(hours=1)
"""Nobody answers later than that; what is said then is about something else."""


def ask(tx: Transaction, chat_id: int, story_id: int, now: datetime) -> None:
    """For the corrected copy of a story, in place of what was asked before."""
    asked = insert(tx, question).values(chat_id=chat_id, story_id=story_id, asked_at=now)
    again = {"story_id": story_id, "asked_at": now}
    tx.execute(asked.on_conflict_do_update(index_elements=["chat_id"], set_=again))


def story_of(tx: Transaction, chat_id: int, now: datetime) -> int | None:
    """The story that was asked about."""
    fresh = question.c.chat_id == chat_id, question.c.asked_at > now - KEPT
    return tx.execute(sa.select(question.c.story_id).where(*fresh)).scalar_one_or_none()


def forget(tx: Transaction, chat_id: int) -> None:
    tx.execute(sa.delete(question).where(question.c.chat_id == chat_id))
