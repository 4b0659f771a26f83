"""Pushes that edit, and which of a story's is the newest: what planning and settling ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.ready import Ready
from storage.records import EDITS, Act, PushKind, PushState
from storage.schema import push, story

TELLING = (PushKind.CORRECTION, PushKind.KILL)
"""What a reader must learn even where the copy cannot be edited."""

PLANNED = (PushState.RUNNING, PushState.PAUSED, PushState.DONE)

# Built once: these are asked whenever something is settled.
_EDITIONS = (
    sa.select(
        *(push.c[name] for name in ("id", "kind", "state", "story_id", "revision", "loud", "created_at")),
        push.c.planned,
    )
    .where(push.c.kind.in_(EDITS))
    .with_for_update(read=True)
)
_ONE = Ready(_EDITIONS.where(push.c.id == sa.bindparam("push_id")))
_NEWEST_AFTER = Ready(
    _EDITIONS.where(push.c.story_id == sa.bindparam("story_id"), push.c.id > sa.bindparam("push_id"))
    .where(push.c.state.in_((*PLANNED, PushState.APPROVED)))
    .order_by(push.c.id.desc())
    .limit(1)
)
_OF_STORY = Ready(
    sa.select(push.c.kind, push.c.story_id)
    .join_from(push, story)
    .where(push.c.id == sa.bindparam("push_id"))
    .with_for_update(read=True, of=story)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A push of `EDITS`. `revision` is what copies are to show at least."""

    id: int
    kind: PushKind
    state: PushState
    story_id: int
    revision: int
    loud: bool
    created_at: datetime
    planned: int

    @property
    def is_planned(self) -> bool:
        """One that was paused before it was planned will find all copies then: none is added before."""
        return self.state in PLANNED and (self.planned > 0 or self.state is not PushState.PAUSED)

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is done about each copy."""
        return (Act.REPLY, Act.EDIT) if self.loud and self.tells else (Act.EDIT,)

    @property
    def tells(self) -> bool:
        return self.kind in TELLING


def one(tx: Transaction, push_id: int) -> Edition | None:
    return _edition(_ONE.first(tx, push_id=push_id))


def newest_after(tx: Transaction, story_id: int, push_id: int) -> Edition | None:
    """The newest edit of a story after a push of it, unless an editor cancelled it."""
    return _edition(_NEWEST_AFTER.first(tx, story_id=story_id, push_id=push_id))


def of_story(tx: Transaction, push_id: int) -> tuple[PushKind, int] | None:
    """The kind of a push and its story, where it has one.

    Holds off a new revision until the copies that are settled here can be seen by its planning.
    """
    found = _OF_STORY.first(tx, push_id=push_id)
    return None if found is None else (PushKind(found.kind), found.story_id)


def _edition(row: Any) -> Edition | None:
    if row is None:
        return None
    return Edition(
        id=row.id,
        kind=PushKind(row.kind),
        state=PushState(row.state),
        story_id=row.story_id,
        revision=row.revision,
        loud=row.loud,
        created_at=row.created_at,
        planned=row.planned,
    )
