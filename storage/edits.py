"""Edits of delivered copies, as deliveries of a push of their own (DESIGN §4, G5).

At most one edit of a message is under way. What a newer push has taken over is closed in the older one; what
was under way then, or was still being sent for the first time, comes to the newer push when it is settled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tally
from storage.copies import behind, copy
from storage.database import Transaction
from storage.records import EDITS, Act, DeliveryState, PushKind, PushState
from storage.schema import delivery, push, story

TELLING = (PushKind.CORRECTION, PushKind.KILL)
"""What a reader must learn even where the copy cannot be edited."""

WAITING = (DeliveryState.PLANNED, DeliveryState.RETRY_AT)
PLANNED = (PushState.RUNNING, PushState.PAUSED, PushState.DONE)
NEVER = sa.cast(sa.null(), delivery.c.not_before.type)
COLUMNS = ("push_id", "chat_id", "part", "act", "of_push", "of_part", "state", "not_before")


# Built once: these are asked whenever something is settled.
_EDITIONS = (
    sa.select(push.c.id, push.c.kind, push.c.state, push.c.story_id, push.c.revision, push.c.loud)
    .where(push.c.kind.in_(EDITS))
    .with_for_update(read=True)
)
_NEWEST_AFTER = (
    _EDITIONS.where(push.c.story_id == sa.bindparam("story_id"), push.c.id > sa.bindparam("push_id"))
    .where(push.c.state.in_((*PLANNED, PushState.APPROVED)))
    .order_by(push.c.id.desc())
    .limit(1)
)
_OF_STORY = (
    sa.select(push.c.kind, push.c.story_id)
    .join_from(push, story)
    .where(push.c.id == sa.bindparam("push_id"))
    .with_for_update(read=True, of=story)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A push that edits, as its planning needs it."""

    id: int
    kind: PushKind
    state: PushState
    story_id: int
    revision: int
    loud: bool


def plan(tx: Transaction, push_id: int) -> int:
    """Write the deliveries of a push of `EDITS`; how many.

    Each copy that is behind is edited: parts 1 and up. Part 0 is the reply to a chat's first copy, where the
    push is loud, or the message that takes its place where no message is known.
    """
    edition = _edition(tx.execute(_EDITIONS.where(push.c.id == push_id)).one_or_none())
    if edition is None:
        return 0
    late = behind(edition.story_id, edition.revision).subquery()
    planned = _insert(tx, _messages(edition, late, after=NEVER)) if edition.kind in TELLING else 0
    if _newest_after(tx, edition.story_id, edition.id) is None:
        planned += _insert(tx, _edits(edition, late, first=sa.literal(0), after=NEVER))
    _keep_distance(tx, edition)
    return planned


def supersede(tx: Transaction, story_id: int, now: datetime) -> None:
    """Close the edits of a story that have not left, for a newer push to take them over."""
    going = sa.select(push.c.id).where(push.c.story_id == story_id, push.c.kind.in_(EDITS))
    for push_id in tx.execute(going.where(push.c.planned > tally.SETTLED)).scalars().all():
        _close(tx, push_id, now)


def settled(tx: Transaction, push_id: int, chats: Collection[int], now: datetime) -> None:
    """After deliveries of a push to these chats were settled: what they mean for copies and newer edits."""
    pushed = _of_story(tx, push_id)
    if pushed is None or not chats:
        return
    if pushed.kind in EDITS:
        _raise_shown(tx, push_id, chats)
    newest = _newest_after(tx, pushed.story_id, push_id)
    if newest is None:
        return
    if pushed.kind in EDITS:
        _close(tx, push_id, now, delivery.c.chat_id.in_(chats))
    if newest.state in PLANNED:
        _add_late(tx, newest, chats, now)


def tell_instead(tx: Transaction, push_id: int, chats: Collection[int], now: datetime) -> None:
    """What the copies in these chats cannot be made to say is said in a reply to them."""
    edition = _edition(tx.execute(_EDITIONS.where(push.c.id == push_id)).one_or_none()) if chats else None
    if edition is not None and edition.kind in TELLING:
        after = sa.literal(now, delivery.c.not_before.type)
        _reopen(
            tx, push_id, _insert(tx, _messages(edition, _untold(edition, chats), after=after, all_of=True))
        )


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
    )


def _newest_after(tx: Transaction, story_id: int, push_id: int) -> Edition | None:
    """The newest edit of a story after a push of it, unless an editor cancelled it."""
    return _edition(tx.execute(_NEWEST_AFTER, {"story_id": story_id, "push_id": push_id}).one_or_none())


def _of_story(tx: Transaction, push_id: int) -> Any:
    """Holds off a new revision until the copies that are settled here can be seen by its planning."""
    return tx.execute(_OF_STORY, {"push_id": push_id}).one_or_none()


def _untold(edition: Edition, chats: Collection[int]) -> sa.Subquery:
    """Copies in those of the chats that the edition has no message for."""
    mine = delivery.alias("mine")
    here = mine.c.push_id == edition.id, mine.c.chat_id == copy.c.chat_id, mine.c.part == 0
    return behind(edition.story_id, edition.revision, chats).where(~sa.exists().where(*here)).subquery()


def _messages(
    edition: Edition, late: sa.Subquery, *, after: sa.ColumnElement[Any], all_of: bool = False
) -> sa.Select[Any]:
    """`all_of`: for every chat; else for those that need one."""
    order = (late.c.known.desc(), late.c.push_id, late.c.part)
    place = sa.func.row_number().over(partition_by=late.c.chat_id, order_by=order).label("place")
    first = sa.select(late, place).subquery()
    act = sa.case((first.c.known, Act.REPLY.value), else_=Act.SEND.value)
    rows = _rows(edition, first, part=sa.literal(0), act=act, after=after)
    wanted = sa.or_(sa.literal(all_of or edition.loud), ~first.c.known)
    return rows.where(first.c.place == 1, wanted)


def _edits(
    edition: Edition, late: sa.Subquery, *, first: sa.ColumnElement[int], after: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    order = (late.c.push_id, late.c.part)
    number = sa.func.row_number().over(partition_by=late.c.chat_id, order_by=order)
    rows = _rows(edition, late, part=first + number, act=sa.literal(Act.EDIT.value), after=after)
    place = sa.tuple_(late.c.push_id, late.c.chat_id, late.c.part)
    return rows.where(late.c.known, place.not_in(_under_way(edition.story_id)))


def _rows(
    edition: Edition,
    late: sa.FromClause,
    *,
    part: sa.ColumnElement[int],
    act: sa.ColumnElement[str],
    after: sa.ColumnElement[Any],
) -> sa.Select[Any]:
    """In the order of `COLUMNS`. `after` is NULL, or the time from which a late row is due."""
    state = sa.case((after.is_(None), DeliveryState.PLANNED.value), else_=DeliveryState.RETRY_AT.value)
    return sa.select(
        sa.literal(edition.id), late.c.chat_id, part, act, late.c.push_id, late.c.part, state, after
    )


def _under_way(story_id: int) -> sa.Select[Any]:
    """The messages that an edit is on its way to."""
    editing = push.alias("editing")
    return (
        sa.select(delivery.c.of_push, delivery.c.chat_id, delivery.c.of_part)
        .join_from(editing, delivery, delivery.c.push_id == editing.c.id)
        .where(editing.c.story_id == story_id, delivery.c.act == Act.EDIT)
        .where(delivery.c.state == DeliveryState.INTENT, tally.UNSETTLED)
    )


def _insert(tx: Transaction, rows: sa.Select[Any]) -> int:
    insert = sa.insert(delivery).from_select(COLUMNS, rows, include_defaults=False)
    return tx.execute(insert, execution_options={"preserve_rowcount": True}).rowcount


def _add_late(tx: Transaction, edition: Edition, chats: Collection[int], now: datetime) -> None:
    """Copies that were not there, or were under way, when the edition was planned."""
    after = sa.literal(now, delivery.c.not_before.type)
    mine = delivery.alias("mine")
    late = behind(edition.story_id, edition.revision, chats).subquery()
    its = (mine.c.push_id == edition.id) & (mine.c.chat_id == late.c.chat_id)
    about = (mine.c.of_push == late.c.push_id) & (mine.c.of_part == late.c.part) & (mine.c.act == Act.EDIT)
    most = sa.select(sa.func.coalesce(sa.func.max(mine.c.part), 0)).where(its).scalar_subquery()
    edits = _edits(edition, late, first=most, after=after).where(~sa.exists().where(its, about))
    added = _insert(tx, edits)
    if edition.kind in TELLING:
        added += _insert(tx, _messages(edition, _untold(edition, chats), after=after))
    _reopen(tx, edition.id, added)
    _keep_distance(tx, edition)


def _reopen(tx: Transaction, push_id: int, added: int) -> None:
    if added:
        state = sa.case(
            (push.c.state == PushState.DONE, PushState.RUNNING.value),
            else_=push.c.state,
        )
        change = sa.update(push).where(push.c.id == push_id)
        tx.execute(change.values(planned=push.c.planned + added, state=state))


def _close(tx: Transaction, push_id: int, now: datetime, *which: sa.ColumnElement[bool]) -> None:
    open_edits = delivery.c.push_id == push_id, delivery.c.act == Act.EDIT, delivery.c.state.in_(WAITING)
    closing = (
        sa.update(delivery).where(*open_edits, *which).values(state=DeliveryState.CANCELLED, done_at=now)
    )
    closed = tx.execute(closing).rowcount
    tally.move(tx, push_id, DeliveryState.PLANNED, DeliveryState.CANCELLED, closed)


def _raise_shown(tx: Transaction, push_id: int, chats: Collection[int]) -> None:
    """A copy shows what the last edit that reached it said; never less than before."""
    edit = delivery.alias("edit")
    done = edit.c.push_id == push_id, edit.c.act == Act.EDIT, edit.c.state == DeliveryState.SENT
    its = (
        delivery.c.push_id == edit.c.of_push,
        delivery.c.chat_id == edit.c.chat_id,
        delivery.c.part == edit.c.of_part,
        delivery.c.revision < edit.c.revision,
    )
    raised = sa.update(delivery).values(revision=edit.c.revision)
    tx.execute(raised.where(*done, edit.c.chat_id.in_(chats), *its))


def _keep_distance(tx: Transaction, edition: Edition) -> None:
    """An earlier edit that may still land must do so before the newer one leaves."""
    older = push.alias("older")
    doubted = (
        sa.select(delivery.c.chat_id, delivery.c.of_push, delivery.c.of_part, delivery.c.not_before)
        .join_from(older, delivery, delivery.c.push_id == older.c.id)
        .where(older.c.story_id == edition.story_id, older.c.id < edition.id)
        .where(sa.text("delivery.doubts > 0"), delivery.c.act == Act.EDIT)
        .where(delivery.c.state == DeliveryState.CANCELLED, delivery.c.not_before.is_not(None))
    )
    for row in tx.execute(doubted).all():
        same = delivery.c.of_push == row.of_push, delivery.c.of_part == row.of_part
        mine = delivery.c.push_id == edition.id, delivery.c.chat_id == row.chat_id, *same
        waiting = delivery.c.act == Act.EDIT, delivery.c.state.in_(WAITING)
        later = {"state": DeliveryState.RETRY_AT, "not_before": row.not_before}
        tx.execute(sa.update(delivery).where(*mine, *waiting).values(later))
