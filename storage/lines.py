"""Stories as lines of a list, and the one rule of which of them readers may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.records import StoryLine, StoryState
from storage.schema import revision, story

NEWEST = (revision.c.story_id == story.c.id) & (revision.c.number == story.c.head)

TOLD_AT: sa.Label[Any] = sa.func.coalesce(
    story.c.published_at, story.c.created_at, type_=story.c.created_at.type
).label("told_at")

LINES: sa.Select[Any] = sa.select(
    story.c.id,
    story.c.code,
    TOLD_AT,
    revision.c.headline,
    revision.c.headline_derived,
    revision.c.language,
    revision.c.urgency,
    revision.c.source_code,
    revision.c.credit,
).join_from(story, revision, NEWEST)


def readable(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Published, and under no embargo at `now`. For statements that join `revision` by `NEWEST`."""
    free = revision.c.embargo.is_(None) | (revision.c.embargo <= now)
    return (story.c.state == StoryState.PUBLISHED) & free


def line(row: sa.Row[Any]) -> StoryLine:
    """A row of `LINES`."""
    return StoryLine(
        id=row.id,
        code=row.code,
        headline=row.headline or "",
        language=row.language,
        urgency=row.urgency,
        source_code=row.source_code,
        credit=row.credit,
        published_at=row.told_at,
        headline_derived=row.headline_derived,
    )
