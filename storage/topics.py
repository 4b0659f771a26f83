"""Which stories are about a topic, by the topics of their newest revision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import story, story_topic

LONGEST = 200


def index(tx: Transaction, story_id: int, topics: Iterable[str]) -> None:
    """In place of the topics that it had."""
    tx.execute(sa.delete(story_topic).where(story_topic.c.story_id == story_id))
    rows = [
        {"story_id": story_id, "topic": topic} for topic in sorted({_fold(topic) for topic in topics} - {""})
    ]
    if rows:
        tx.execute(sa.insert(story_topic), rows)


def narrow(found: sa.Select[Any], topic: str, before: int | None) -> sa.Select[Any]:
    """The stories about `topic`, of which the newest come first; those older than the story `before`."""
    about = found.join(story_topic, story_topic.c.story_id == story.c.id)
    about = about.where(story_topic.c.topic == _fold(topic)).order_by(story_topic.c.story_id.desc())
    return about if before is None else about.where(story_topic.c.story_id < before)


def _fold(topic: str) -> str:
    return topic.strip().casefold()[:LONGEST]
