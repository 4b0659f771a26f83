"""Pushes that edit, and which of a story's is the newest: what planning and settling ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.ready import Ready
from storage.records import EDITS, Act, PushKind, PushState, Subject
from storage.schema import push, story

TELLING = (PushKind.CORRECTION, PushKind.KILL)
"""What a reader must learn even where the copy cannot be edited."""

PLANNED = (PushState.RUNNING, PushState.PAUSED, PushState.DONE)

# Built once: these are asked whenever something is settled.
_EDITIONS = (
    sa.select(
        *(
            push.c[name]
            for name in ("id", "kind", "state", "story_id", "digest_id", "revision", "loud", "created_at")
        ),
        push.c.planned,
    )
    .where(push.c.kind.in_(EDITS))
    .with_for_update(read=True)
)
_ONE = Ready(_EDITIONS.where(push.c.id == sa.bindparam("push_id")))
_NEWEST = (
    _EDITIONS.where(push.c.id > sa.bindparam("push_id"))
    .where(push.c.state.in_((*PLANNED, PushState.APPROVED)))
    .order_by(push.c.id.desc())
    .limit(1)
)
_NEWEST_OF_STORY = Ready(_NEWEST.where(push.c.story_id == sa.bindparam("subject")))
_NEWEST_OF_DIGEST = Ready(_NEWEST.where(push.c.digest_id == sa.bindparam("subject")))
_OF_STORY = Ready(
    sa.select(push.c.kind, push.c.story_id)
    .join_from(push, story)
    .where(push.c.id == sa.bindparam("push_id"))
    .with_for_update(read=True, of=story)
)
_digest = push.alias("digest")
_OF_DIGEST = Ready(
    sa.select(push.c.kind, _digest.c.id.label("digest_id"))
    .join_from(push, _digest, _digest.c.id == sa.func.coalesce(push.c.digest_id, push.c.id))
    .where(push.c.id == sa.bindparam("push_id"), _digest.c.kind == PushKind.DIGEST)
    .with_for_update(read=True, of=_digest)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A push of `EDITS`. `revision` is what copies are to show at least."""

    id: int
    kind: PushKind
    state: PushState
    subject: Subject
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


def newest_after(tx: Transaction, subject: Subject, push_id: int) -> Edition | None:
    """The newest edit of a story or digest after a push of it, unless an editor cancelled it."""
    if subject.story_id is not None:
        return _edition(_NEWEST_OF_STORY.first(tx, subject=subject.story_id, push_id=push_id))
    return _edition(_NEWEST_OF_DIGEST.first(tx, subject=subject.digest_id, push_id=push_id))


def subject_of(tx: Transaction, push_id: int) -> tuple[PushKind, Subject] | None:
    """The kind of a push and what it tells, where that may be told anew.

    Holds off a new revision until the copies that are settled here can be seen by its planning.
    """
    story_told = _OF_STORY.first(tx, push_id=push_id)
    if story_told is not None:
        return PushKind(story_told.kind), Subject(story_id=story_told.story_id)
    listed = _OF_DIGEST.first(tx, push_id=push_id)
    return None if listed is None else (PushKind(listed.kind), Subject(digest_id=listed.digest_id))


def about(subject: Subject, pushes: sa.FromClause = push) -> sa.ColumnElement[bool]:
    """Whether a push tells it or changes what told it."""
    if subject.story_id is not None:
        return pushes.c.story_id == subject.story_id
    return (pushes.c.id == subject.digest_id) | (pushes.c.digest_id == subject.digest_id)


def _edition(row: Any) -> Edition | None:
    if row is None:
        return None
    return Edition(
        id=row.id,
        kind=PushKind(row.kind),
        state=PushState(row.state),
        subject=Subject(story_id=row.story_id, digest_id=row.digest_id),
        revision=row.revision,
        loud=row.loud,
        created_at=row.created_at,
        planned=row.planned,
    )
