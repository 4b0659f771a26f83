"""What was withdrawn or is on hold, by its words, so that it does not come back under another telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import StoryState
from storage.schema import story, story_words
from storage.schema.stories import TAKEN_BACK
from storage.types import Utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """`words` are what the story was compared by when it was out."""

    story_id: int
    code: str
    state: StoryState
    words: dict[str, float]


def recent(tx: Transaction, since: datetime, limit: int) -> list[Withdrawn]:
    """The newest first."""
    rows = tx.execute(_RECENT, {"since": since, "most": limit})
    return [
        Withdrawn(story_id=row.id, code=row.code, state=StoryState(row.state), words=row.words)
        for row in rows
    ]


_RECENT = (
    sa.select(story.c.id, story.c.code, story.c.state, story_words.c.words)
    .join(story_words, story_words.c.story_id == story.c.id)
    .where(sa.text(TAKEN_BACK), story.c.updated_at >= sa.bindparam("since", type_=Utc))
    .order_by(story.c.updated_at.desc())
    .limit(sa.bindparam("most"))
)
