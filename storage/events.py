"""Which stories tell one event, and why each is there. An event is called by its first story's id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import LINES, line
from storage.listed import among
from storage.records import StoryLine, StoryState
from storage.schema import story, story_event
from storage.upsert import insert


class Because(StrEnum):
    """What put a story into its event or a telling into its story: words, an editor, a name of the wire.

    Or what a telling looks like: a story that was withdrawn, or is on hold.
    """

    TEXT = "text"
    URI = "uri"
    ITEM = "item"
    EVOLVED = "evolved"
    SLUG = "slug"
    KILLED = "killed"
    HELD = "held"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`sureness` 0 to 1; `shared` are terms that it shares with the story `matched`."""

    event_id: int
    because: Because
    sureness: float
    matched: int | None = None
    shared: tuple[str, ...] = ()


def of(tx: Transaction, story_ids: Collection[int]) -> dict[int, int]:
    """The event of each: its own where it is alone."""
    rows = tx.execute(_EVENTS, {"ids": story_ids})
    return {story_id: story_id for story_id in story_ids} | {row.story_id: row.event_id for row in rows}


def sizes(tx: Transaction, event_ids: Collection[int]) -> dict[int, int]:
    """How many stories tell each."""
    joined = {row.event_id: row.stories for row in tx.execute(_SIZES, {"ids": set(event_ids)})}
    return {event_id: 1 + joined.get(event_id, 0) for event_id in event_ids}


def membership(tx: Transaction, story_id: int) -> Membership | None:
    """None where it is alone or the first."""
    row = tx.execute(sa.select(story_event).where(story_event.c.story_id == story_id)).one_or_none()
    if row is None:
        return None
    return Membership(
        event_id=row.event_id,
        because=Because(row.because),
        sureness=row.sureness,
        matched=row.matched,
        shared=tuple(row.shared),
    )


def place(tx: Transaction, story_id: int, why: Membership) -> None:
    """Into an event, in place of the one that it was in."""
    values = {
        "event_id": why.event_id,
        "because": why.because,
        "sureness": why.sureness,
        "matched": why.matched,
        "shared": list(why.shared),
    }
    placed = insert(tx, story_event).values(story_id=story_id, **values)
    tx.execute(placed.on_conflict_do_update(index_elements=["story_id"], set_=values))


def members(tx: Transaction, event_id: int, limit: int) -> list[StoryLine]:
    """The stories of an event that are not killed, oldest first."""
    alive = (
        LINES.where(inside(event_id), story.c.state != StoryState.KILLED).order_by(story.c.id).limit(limit)
    )
    return [line(row) for row in tx.execute(alive)]


def inside(event_id: int) -> sa.ColumnElement[bool]:
    """For statements on `story`: it tells this event."""
    joined = sa.select(story_event.c.story_id).where(story_event.c.event_id == event_id)
    outside = sa.exists().where(story_event.c.story_id == event_id, story_event.c.event_id != event_id)
    return story.c.id.in_(joined) | ((story.c.id == event_id) & ~outside)


def merge(tx: Transaction, event_id: int, into: int) -> None:
    """All stories of one event become the other's."""
    moved = {"event_id": into, "because": Because.EDITOR, "sureness": 1.0}
    tx.execute(sa.update(story_event).where(story_event.c.event_id == event_id).values(moved))
    if of(tx, [event_id])[event_id] == event_id:
        place(tx, event_id, Membership(event_id=into, because=Because.EDITOR, sureness=1.0))


def bridge(tx: Transaction, event_id: int, into: int) -> None:
    """As `merge`, where an item says that two events are one; what an editor did stands."""
    inside = story_event.c.event_id.in_((event_id, into))
    decided = sa.exists().where(inside, story_event.c.because == Because.EDITOR)
    if event_id == into or tx.execute(sa.select(decided)).scalar_one():
        return
    tx.execute(sa.update(story_event).where(story_event.c.event_id == event_id).values(event_id=into))
    if of(tx, [event_id])[event_id] == event_id:
        place(tx, event_id, Membership(event_id=into, because=Because.TEXT, sureness=1.0))


def split(tx: Transaction, story_id: int) -> None:
    """The story tells an event of its own; where it was the first, the next one is for the others."""
    others = sa.select(sa.func.min(story_event.c.story_id)).where(
        story_event.c.event_id == story_id, story_event.c.story_id != story_id
    )
    heir: int | None = tx.execute(others).scalar_one()
    if heir is not None:
        moved = sa.update(story_event).where(story_event.c.event_id == story_id)
        tx.execute(moved.values(event_id=heir))
    place(tx, story_id, Membership(event_id=story_id, because=Because.EDITOR, sureness=1.0))


_EVENTS = sa.select(story_event.c.story_id, story_event.c.event_id).where(
    among(story_event.c.story_id, "ids")
)
# Besides the first, whose own row may say that it was put back there.
_SIZES = (
    sa.select(story_event.c.event_id, sa.func.count().label("stories"))
    .where(among(story_event.c.event_id, "ids"), story_event.c.story_id != story_event.c.event_id)
    .group_by(story_event.c.event_id)
)
