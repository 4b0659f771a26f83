"""Edits of delivered copies, as deliveries of a push of their own (DESIGN §4, G5).

At most one edit of a message is under way. What a newer push has taken over is closed in the older one; what
was under way then, or was still being sent for the first time, comes to the newer push when it is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import editions, tally
from storage.copies import KNOWN, behind, copy, is_behind
from storage.database import Transaction
from storage.editions import Edition
from storage.records import EDITS, Act, ChatState, DeliveryState, PushState, Subject
from storage.schema import chat, delivery, push
from storage.upsert import insert

PARTS = 64
"""Room among the parts of an edit for those of one earlier push. Part 0 is the message to the chat."""

WAITING = (DeliveryState.PLANNED, DeliveryState.RETRY_AT)
_TIME = delivery.c.not_before.type
_NEVER = sa.cast(sa.null(), _TIME)  # PostgreSQL wants its type; SQLite would make a number of any other value
COLUMNS = ("push_id", "chat_id", "part", "act", "of_push", "of_part", "state", "not_before")


def plan(tx: Transaction, push_id: int) -> int:
    """Write the deliveries of a push of `EDITS`; how many.

    Each copy that is behind is edited: parts 1 and up. Part 0 is the reply to a chat's first copy, where the
    push is loud, or the message that takes its place where no message is known.
    """
    edition = editions.one(tx, push_id)
    if edition is None:
        return 0
    taken_over = editions.newest_after(tx, edition.subject, edition.id) is not None
    planned = _add_acts(tx, edition, [act for act in edition.acts if not (taken_over and act is Act.EDIT)])
    planned += _add_messages(tx, edition)
    _go_along(tx, edition)
    _keep_distance(tx, edition)
    return planned


def supersede(tx: Transaction, subject: Subject, now: datetime) -> None:
    """Close the edits of a story or digest that have not left, for a newer push to take them over."""
    going = sa.select(push.c.id).where(editions.about(subject), push.c.kind.in_(EDITS))
    for push_id in (
        tx.execute(going.where(push.c.planned > tally.SETTLED).order_by(push.c.id)).scalars().all()
    ):
        _close(tx, push_id, now)


def settled(tx: Transaction, push_id: int, chats: Collection[int], now: datetime) -> None:
    """After deliveries of a push to these chats were settled: what they mean for copies and newer edits."""
    found = editions.subject_of(tx, push_id) if chats else None
    if found is None:
        return
    kind, subject = found
    if kind in EDITS:
        _raise_shown(tx, push_id, chats)
    newest = editions.newest_after(tx, subject, push_id)
    if newest is None:
        return
    if kind in EDITS:
        _close(tx, push_id, now, delivery.c.chat_id.in_(chats))
    if newest.is_planned:
        added = _add_acts(tx, newest, newest.acts, chats, now)
        _reopen(tx, newest.id, added + _add_messages(tx, newest, chats, now))
        _keep_distance(tx, newest)


def tell_instead(tx: Transaction, push_id: int, chats: Collection[int], now: datetime) -> None:
    """What the copies in these chats cannot be made to say is said in a reply to them."""
    edition = editions.one(tx, push_id) if chats else None
    if edition is not None and edition.state is not PushState.CANCELLED:
        added = _add_acts(tx, edition, (Act.REPLY,) if edition.tells else (), chats, now)
        _reopen(tx, push_id, added + _add_messages(tx, edition, chats, now))


def _add_acts(
    tx: Transaction,
    edition: Edition,
    acts: Collection[Act],
    chats: Collection[int] | None = None,
    now: datetime | None = None,
) -> int:
    """On each known copy that is behind an edit, unless it has one or one is on its way to it; to the first
    one of a chat a reply. How many.

    Both by one walk in the key's order: a million rows between those that are there take twice the time. And
    by an outer join, or SQLite walks over the copies once for each act.
    """
    if not acts:
        return 0
    each = sa.union_all(*(sa.select(sa.literal(act.value).label("act")) for act in acts)).subquery()
    act = each.c.act
    message = sa.tuple_(copy.c.push_id, copy.c.chat_id, copy.c.part)
    wanted = (act == Act.REPLY) | message.not_in(_under_way(edition.subject))
    added = 0
    for source, place in _sources(tx, edition):
        part = sa.case((act == Act.REPLY, 0), else_=copy.c.part + (place * PARTS + 1))
        rows = _rows(edition, part, act, now, chats).join_from(copy, each, sa.true(), isouter=True)
        rows = rows.where(copy.c.push_id == source, KNOWN, wanted)
        added += _insert(tx, rows.order_by(copy.c.chat_id, copy.c.part))
    return added


def _add_messages(
    tx: Transaction, edition: Edition, chats: Collection[int] | None = None, now: datetime | None = None
) -> int:
    """To each chat of which no copy is known, but there may be one; how many."""
    if not edition.tells:
        return 0
    known = behind(edition.subject, edition.revision).where(KNOWN).subquery()
    unknown = ~KNOWN, ~sa.exists().where(known.c.chat_id == copy.c.chat_id)
    added = 0
    for source, _ in _sources(tx, edition):
        rows = _rows(edition, sa.literal(0), sa.literal(Act.SEND.value), now, chats)
        added += _insert(tx, rows.where(copy.c.push_id == source, *unknown))
    return added


def _go_along(tx: Transaction, edition: Edition) -> None:
    """What a group is to be told goes to the supergroup that it has become, unless that is told itself."""
    old, new, own = chat.alias("old"), chat.alias("new"), delivery.alias("own")
    became = sa.select(new.c.id).join_from(old, new, new.c.telegram_id == old.c.moved_to)
    became = became.where(old.c.id == delivery.c.chat_id, old.c.state == ChatState.MOVED).correlate(delivery)
    told = sa.exists().where(
        own.c.push_id == edition.id, own.c.part == 0, own.c.chat_id == became.scalar_subquery()
    )
    moved = delivery.c.chat_id.in_(sa.select(chat.c.id).where(chat.c.state == ChatState.MOVED))
    message = delivery.c.push_id == edition.id, delivery.c.part == 0, moved
    going = sa.update(delivery).where(*message, sa.exists(became), ~told)
    tx.execute(going.values(chat_id=became.scalar_subquery()))


def _sources(tx: Transaction, edition: Edition) -> Iterator[tuple[int, int]]:
    """The other pushes of the same, the first one first, each with its place, which never changes."""
    its = sa.select(push.c.id).where(editions.about(edition.subject)).order_by(push.c.id)
    placed = enumerate(tx.execute(its).scalars().all())
    return ((source, place) for place, source in placed if source != edition.id)


def _rows(
    edition: Edition,
    part: sa.ColumnElement[int],
    act: sa.ColumnElement[str],
    now: datetime | None,
    chats: Collection[int] | None,
) -> sa.Select[Any]:
    """In the order of `COLUMNS`, about copies that are behind. Those added late (`now`) are due at once."""
    state = DeliveryState.PLANNED if now is None else DeliveryState.RETRY_AT
    about = copy.c.push_id.label("of_push"), copy.c.part.label("of_part")
    columns = sa.literal(edition.id), copy.c.chat_id, part, act, *about
    rows = sa.select(*columns, sa.literal(state.value), _NEVER if now is None else sa.literal(now, _TIME))
    rows = rows.where(*is_behind(edition.revision))
    return rows if chats is None else rows.where(copy.c.chat_id.in_(chats))


def _under_way(subject: Subject) -> sa.Select[Any]:
    """The messages that an edit is on its way to."""
    editing = push.alias("editing")
    return (
        sa.select(delivery.c.of_push, delivery.c.chat_id, delivery.c.of_part)
        .join_from(editing, delivery, delivery.c.push_id == editing.c.id)
        .where(editions.about(subject, editing), delivery.c.act == Act.EDIT)
        .where(delivery.c.state == DeliveryState.INTENT, tally.UNSETTLED)
    )


def _insert(tx: Transaction, rows: sa.Select[Any]) -> int:
    """Those that are not there yet; how many."""
    added = insert(tx, delivery).from_select(COLUMNS, rows, include_defaults=False).on_conflict_do_nothing()
    return tx.execute(added, execution_options={"preserve_rowcount": True}).rowcount


def _reopen(tx: Transaction, push_id: int, added: int) -> None:
    if added:
        state = sa.case((push.c.state == PushState.DONE, PushState.RUNNING.value), else_=push.c.state)
        change = sa.update(push).where(push.c.id == push_id)
        tx.execute(change.values(planned=push.c.planned + added, state=state))


def _close(tx: Transaction, push_id: int, now: datetime, *which: sa.ColumnElement[bool]) -> None:
    if tally.is_cancelled(tx, push_id):
        return
    open_edits = delivery.c.push_id == push_id, delivery.c.act == Act.EDIT, delivery.c.state.in_(WAITING)
    closing = sa.update(delivery).where(*open_edits, *which)
    closed = tx.execute(closing.values(state=DeliveryState.CANCELLED, done_at=now)).rowcount
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
        .where(editions.about(edition.subject, older), older.c.id < edition.id)
        .where(sa.text("delivery.doubts > 0"), delivery.c.act == Act.EDIT)
        .where(delivery.c.state == DeliveryState.CANCELLED, delivery.c.not_before.is_not(None))
    )
    for row in tx.execute(doubted).all():
        same = delivery.c.of_push == row.of_push, delivery.c.of_part == row.of_part
        mine = delivery.c.push_id == edition.id, delivery.c.chat_id == row.chat_id, *same
        waiting = delivery.c.act == Act.EDIT, delivery.c.state.in_(WAITING)
        later = {"state": DeliveryState.RETRY_AT, "not_before": row.not_before}
        tx.execute(sa.update(delivery).where(*mine, *waiting).values(later))
