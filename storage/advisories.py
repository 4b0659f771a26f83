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
from storage.schema import advisory, revision, story, story_event
from storage.schema import waiting as waiting_table
from storage.upsert import insert
from storage.waiting import Waiting

MOST = 500
WHOLE = 1  # the number of a story that waits as a whole: a telling of one that is out has a higher one


class Matter(StrEnum):
    """What is to be decided. `DOUBTFUL` did not break, because it may tell an event that had."""

    KILL = "kill"
    HOLD = "hold"
    CORRECTION = "correction"
    BREAKING = "breaking"
    DOUBTFUL = "doubtful"


URGENT = (RevisionKind.KILL, RevisionKind.HOLD, RevisionKind.CORRECTION)


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
    """`number`: of the telling, as it was told. `message_id`: None where nothing can be shown."""

    matter: Matter
    story_id: int
    number: int
    chat_id: int
    message_id: int | None


Known = tuple[int, int, Matter, int]
"""Story, the number by which it waits now, matter, chat."""


def pending(tx: Transaction, *, urgency: int, since: datetime, doubtful: float) -> list[Pending]:
    """What came in since then, at least as urgent; joined to its event no surer than `doubtful`.

    What takes a story back first, then corrections, then what would break.
    """
    unsure = promises.passed_over(tx, urgency=urgency, since=since, limit=MOST, sure=doubtful)
    tellings = [one for one in waiting.asked_lately(tx, URGENT, since, MOST) if _can_be_done(one)]
    found = [
        *map(_telling, tellings),
        *(_whole(Matter.BREAKING, told) for told in _in_review(tx, urgency, since, doubtful)),
        *(_whole(Matter.DOUBTFUL, told) for told in unsure),
    ]
    order = list(Matter)
    return sorted(found, key=lambda one: order.index(one.matter))


def known(tx: Transaction, story_ids: Collection[int]) -> set[Known]:
    """All that was told of these stories."""
    rows = tx.execute(_KNOWN, {"ids": story_ids}).all()
    return {(row.story_id, row.waits_as, Matter(row.matter), row.chat_id) for row in rows}


def number_now(tx: Transaction, story_id: int, number: int) -> int:
    """By what number a telling waits that was told by this one."""
    told = advisory.c.story_id == story_id, advisory.c.number == number
    found: int | None = tx.execute(sa.select(sa.func.max(advisory.c.waits_as)).where(*told)).scalar_one()
    return number if found is None else found


def told_since(tx: Transaction, since: datetime) -> Mapping[tuple[int, Matter], int]:
    """How many were told in each chat, of each matter."""
    which = advisory.c.chat_id, advisory.c.matter
    counted = sa.select(*which, sa.func.count().label("told")).group_by(*which)
    rows = tx.execute(counted.where(advisory.c.told_at >= since)).all()
    return {(row.chat_id, Matter(row.matter)): row.told for row in rows}


def note(tx: Transaction, told: Told, now: datetime, *, over: bool) -> None:
    """Told once, at first, whatever comes of it. `over`: its message is not looked at again."""
    key = {name: getattr(told, name) for name in ("story_id", "number", "matter", "chat_id")}
    values = {"message_id": told.message_id, "over": over}
    row = insert(tx, advisory).values(**key, **values, waits_as=told.number, told_at=now)
    tx.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def decided(tx: Transaction) -> list[Told]:
    """What was told and waits no more, while the message still says that it does."""
    reviewed = (advisory.c.number == WHOLE) & (story.c.state == StoryState.REVIEW)
    held = sa.exists().where(
        waiting_table.c.story_id == advisory.c.story_id,
        waiting_table.c.number == advisory.c.waits_as,
        story.c.state != StoryState.KILLED,
    )
    columns = (advisory.c[name] for name in ("matter", "story_id", "number", "chat_id", "message_id"))
    found = sa.select(*columns).join_from(advisory, story).where(~advisory.c.over, ~reviewed, ~held)
    rows = tx.execute(found.order_by(advisory.c.told_at).limit(MOST))
    return [Told(**{**row._asdict(), "matter": Matter(row.matter)}) for row in rows]


def _can_be_done(told: Waiting) -> bool:
    """A correction is let in to what is out, and what is on hold cannot be held again."""
    if told.kind is RevisionKind.CORRECTION:
        return told.state is StoryState.PUBLISHED
    return told.kind is not RevisionKind.HOLD or told.state is not StoryState.HELD


def _in_review(tx: Transaction, urgency: int, since: datetime, doubtful: float) -> list[StoryLine]:
    """But for what cannot break, since its event surely has."""
    joined = story_event.c.story_id == story.c.id
    broken = promises.is_broken(sa.func.coalesce(story_event.c.event_id, story.c.id))
    surely = broken & (sa.func.coalesce(story_event.c.sureness, 1.0) > doubtful)
    waits = LINES.outerjoin(story_event, joined).where(story.c.state == StoryState.REVIEW, ~surely)
    waits = waits.where(revision.c.urgency <= urgency, revision.c.created_at >= since)
    return [line(row) for row in tx.execute(waits.order_by(story.c.id.desc()).limit(MOST))]


def _whole(matter: Matter, told: StoryLine) -> Pending:
    return Pending(matter=matter, story_id=told.id, code=told.code, number=WHOLE, said=told)


def _telling(told: Waiting) -> Pending:
    return Pending(
        matter=Matter(told.kind), story_id=told.story_id, code=told.code, number=told.number, said=told
    )


_KNOWN = sa.select(advisory.c.story_id, advisory.c.waits_as, advisory.c.matter, advisory.c.chat_id).where(
    among(advisory.c.story_id, "ids")
)
