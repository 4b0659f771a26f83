"""The copies of a story or digest in readers' chats: where they are, and which show an old revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage import digests
from storage.database import Transaction
from storage.editions import about
from storage.records import Act, DeliveryState, Subject
from storage.schema import delivery, push

copy = delivery.alias("copy")

KNOWN = (copy.c.state == DeliveryState.SENT) & copy.c.message_id.is_not(None)
"""Whether the message has an id; one without may or may not be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`chats` that have a copy or may have one; `copies` that can be edited; `digests` that list it."""

    chats: int = 0
    copies: int = 0
    digests: int = 0


def is_behind(revision: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Of a delivery that made a message: whether that shows, or may show, something older."""
    maybe_there = copy.c.state.in_((DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.LEFT))
    return copy.c.act != Act.EDIT, copy.c.revision < revision, maybe_there


def behind(subject: Subject, revision: int) -> sa.Select[Any]:
    return (
        sa.select(copy.c.chat_id, copy.c.push_id, copy.c.part, KNOWN.label("known"))
        .join_from(push, copy, copy.c.push_id == push.c.id)
        .where(about(subject), *is_behind(revision))
    )


def reach(tx: Transaction, story_id: int, revision: int) -> Reach:
    """How far an edit to this revision would go now."""
    found = behind(Subject(story_id=story_id), revision).subquery()
    chats = sa.func.count(found.c.chat_id.distinct())
    known = sa.func.count().filter(found.c.known)
    row = tx.execute(sa.select(chats, known).select_from(found)).one()
    return Reach(chats=row[0], copies=row[1], digests=digests.delivered(tx, story_id))


def went_out(tx: Transaction, story_id: int) -> bool:
    """Whether readers' chats have, or are about to have, copies of it."""
    planned = sa.select(push.c.id).where(push.c.story_id == story_id, push.c.planned > 0)
    return tx.execute(planned.limit(1)).one_or_none() is not None
