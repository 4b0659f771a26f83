"""What waits for a decision and cannot wait long, and which editors were told of it, in which message."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from storage import promises, waiting
from storage.database import Transaction
from storage.lines import LINES, line
from storage.listed import among
from storage.records import RevisionKind, StoryLine, StoryState
from storage.schema import advisory, revision, story
from storage.schema import waiting as waiting_table
from storage.upsert import insert
from storage.waiting import Waiting

MOST = 50
WHOLE = 1  # the number of a story that waits as a whole: a telling of one that is out has a higher one


class Matter(StrEnum):
    """What is to be decided. `DOUBTFUL` did not break, because it may tell an event that had."""

    BREAKING = "breaking"
    CORRECTION = "correction"
    HOLD = "hold"
    KILL = "kill"
    DOUBTFUL = "doubtful"


URGENT = (RevisionKind.CORRECTION, RevisionKind.HOLD, RevisionKind.KILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A story, or a telling of one that is out, as it is listed elsewhere."""

    matter: Matter
    story_id: int
    code: str
    number: int
    said: StoryLine | Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`message_id`: where an editor was told; None where nothing can be shown there."""

    story_id: int
    number: int
    chat_id: int
    message_id: int | None


def pending(tx: Transaction, *, urgency: int, since: datetime, doubtful: float) -> list[Pending]:
    """What came in since then, at least as urgent; joined to its event no surer than `doubtful`."""
    unsure = promises.passed_over(tx, urgency=urgency, since=since, limit=MOST, sure=doubtful)
    return [
        *(_whole(Matter.BREAKING, told) for told in _in_review(tx, urgency, since)),
        *(_telling(told) for told in waiting.for_editors(tx, limit=MOST) if _is_urgent(told, since)),
        *(_whole(Matter.DOUBTFUL, told) for told in unsure),
    ]


def known(tx: Transaction, story_ids: Collection[int]) -> set[tuple[int, int, int]]:
    """Of what is about these stories: story, number and chat of all that was told."""
    rows = tx.execute(_KNOWN, {"ids": story_ids}).all()
    return {(row.story_id, row.number, row.chat_id) for row in rows}


def told_since(tx: Transaction, since: datetime) -> Mapping[int, int]:
    """How many were told in each chat."""
    counted = sa.select(advisory.c.chat_id, sa.func.count().label("told")).group_by(advisory.c.chat_id)
    return {row.chat_id: row.told for row in tx.execute(counted.where(advisory.c.told_at >= since)).all()}


def note(tx: Transaction, told: Told, now: datetime, *, over: bool) -> None:
    """Told once, at first, whatever comes of it. `over`: its message is not looked at again."""
    key = {"story_id": told.story_id, "number": told.number, "chat_id": told.chat_id}
    values = {"message_id": told.message_id, "over": over}
    row = insert(tx, advisory).values(**key, **values, told_at=now)
    tx.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def decided(tx: Transaction) -> list[Told]:
    """What was told and waits no more, while the message still says that it does."""
    reviewed = (advisory.c.number == WHOLE) & (story.c.state == StoryState.REVIEW)
    held = sa.exists().where(
        waiting_table.c.story_id == advisory.c.story_id,
        waiting_table.c.number == advisory.c.number,
        story.c.state != StoryState.KILLED,
    )
    columns = advisory.c.story_id, advisory.c.number, advisory.c.chat_id, advisory.c.message_id
    found = sa.select(*columns).join_from(advisory, story).where(~advisory.c.over, ~reviewed, ~held)
    return [Told(**row._asdict()) for row in tx.execute(found.order_by(advisory.c.told_at).limit(MOST))]


def _in_review(tx: Transaction, urgency: int, since: datetime) -> list[StoryLine]:
    waits = LINES.where(story.c.state == StoryState.REVIEW, revision.c.urgency <= urgency)
    waits = waits.where(story.c.created_at >= since).order_by(story.c.id.desc()).limit(MOST)
    return [line(row) for row in tx.execute(waits)]


def _is_urgent(told: Waiting, since: datetime) -> bool:
    return told.kind in URGENT and told.created_at >= since


def _whole(matter: Matter, told: StoryLine) -> Pending:
    return Pending(matter=matter, story_id=told.id, code=told.code, number=WHOLE, said=told)


def _telling(told: Waiting) -> Pending:
    return Pending(
        matter=Matter(told.kind), story_id=told.story_id, code=told.code, number=told.number, said=told
    )


_KNOWN = sa.select(advisory.c.story_id, advisory.c.number, advisory.c.chat_id).where(
    among(advisory.c.story_id, "ids")
)
