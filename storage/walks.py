"""Through all stories in order, a few at a time."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import StoryState
from storage.schema import story, story_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """By what a story is found, and by what it is compared."""

    posted: frozenset[str]
    words: dict[str, float]


def after(tx: Transaction, story_id: int, limit: int) -> list[int]:
    """The next ones; not those that were withdrawn, which nobody finds."""
    alive = sa.select(story.c.id).where(story.c.id > story_id, story.c.state != StoryState.KILLED)
    return list(tx.execute(alive.order_by(story.c.id).limit(limit)).scalars())


def held(tx: Transaction, story_ids: list[int]) -> dict[int, Held]:
    rows = tx.execute(sa.select(story_words).where(story_words.c.story_id.in_(story_ids)))
    return {row.story_id: Held(posted=frozenset(row.posted), words=row.words) for row in rows}


def lock(tx: Transaction, story_id: int) -> bool:
    """Against takes at the same moment. False where it was withdrawn meanwhile."""
    alive = (story.c.id == story_id) & (story.c.state != StoryState.KILLED)
    return tx.execute(sa.update(story).where(alive).values(head=story.c.head)).rowcount == 1
