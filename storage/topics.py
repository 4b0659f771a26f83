"""Which stories are about a topic: by the topics of their newest revision, or as an editor chose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import NEWEST, readable
from storage.schema import revision, story, story_topic

LONGEST = 200


def index(tx: Transaction, story_id: int, topics: Iterable[str]) -> None:
    """In place of the topics that it had. What an editor chose stays, whatever later copy says."""
    held = tx.execute(_HELD, {"story_id": story_id}).all()
    if any(row.chosen for row in held):
        return
    if held:
        tx.execute(_GONE, {"story_id": story_id})
    _add(tx, story_id, topics, chosen=False)


def index_new(tx: Transaction, story_id: int, topics: Iterable[str]) -> None:
    """Of a story that this transaction has made: it had none."""
    _add(tx, story_id, topics, chosen=False)


def choose(tx: Transaction, story_id: int, topics: Iterable[str]) -> None:
    """An editor's word."""
    tx.execute(_GONE, {"story_id": story_id})
    _add(tx, story_id, topics, chosen=True)


def of(tx: Transaction, story_id: int) -> tuple[str, ...]:
    held = sa.select(story_topic.c.topic).where(story_topic.c.story_id == story_id)
    return tuple(tx.execute(held.order_by(story_topic.c.topic)).scalars())


def chosen(tx: Transaction, story_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Of those stories whose topics an editor chose."""
    held = sa.select(story_topic.c.story_id, story_topic.c.topic).where(
        story_topic.c.story_id.in_(story_ids), story_topic.c.chosen
    )
    found: dict[int, tuple[str, ...]] = {}
    for story_id, topic in tx.execute(held.order_by(story_topic.c.topic)):
        found[story_id] = (*found.get(story_id, ()), topic)
    return found


def counts(tx: Transaction, since: datetime, now: datetime) -> Mapping[str, int]:
    """How many stories that readers may see were published on each topic since."""
    held = (
        sa.select(story_topic.c.topic, sa.func.count().label("stories"))
        .join_from(story_topic, story, story.c.id == story_topic.c.story_id)
        .join(revision, NEWEST)
        .where(readable(now), story.c.published_at >= since)
        .group_by(story_topic.c.topic)
    )
    return {row.topic: row.stories for row in tx.execute(held)}


def narrow(found: sa.Select[Any], topic: str, before: int | None) -> sa.Select[Any]:
    """The stories about `topic`, of which the newest come first; those older than the story `before`."""
    about = found.join(story_topic, story_topic.c.story_id == story.c.id)
    about = about.where(story_topic.c.topic == _fold(topic)).order_by(story_topic.c.story_id.desc())
    return about if before is None else about.where(story_topic.c.story_id < before)


def _add(tx: Transaction, story_id: int, topics: Iterable[str], *, chosen: bool) -> None:
    folded = sorted({_fold(topic) for topic in topics} - {""})
    if folded:
        rows = [{"story_id": story_id, "topic": topic, "chosen": chosen} for topic in folded]
        tx.execute(_ADDING, rows)


def _fold(topic: str) -> str:
    return topic.strip().casefold()[:LONGEST]


_OF_IT = story_topic.c.story_id == sa.bindparam("story_id")
_HELD = sa.select(story_topic.c.topic, story_topic.c.chosen).where(_OF_IT)
_GONE = sa.delete(story_topic).where(_OF_IT)
_ADDING = sa.insert(story_topic)
