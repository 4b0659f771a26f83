"""Pushes: one message for an audience, from proposal to end. Every change of state is a compare-and-set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage import audiences, promises, tally
from storage.database import Conflict, Transaction
from storage.ready import Ready
from storage.records import Composed, Followers, Lane, Push, PushKind, PushState
from storage.schema import approval, push

GOING = (PushState.APPROVED, PushState.RUNNING)
LIVE = (PushState.PROPOSED, *GOING, PushState.PAUSED, PushState.HELD)


# Where a push that was stopped stood before: nothing may have been planned yet, or nothing be left open.
_STOOD = sa.case(
    (push.c.planned == 0, PushState.APPROVED.value),
    (push.c.planned == tally.SETTLED, PushState.DONE.value),
    else_=PushState.RUNNING.value,
)

# Built once, for it is asked many times a second.
_DUE = Ready(
    sa.select(push)
    .where(push.c.state.in_((PushState.APPROVED, PushState.RUNNING)))
    .where(push.c.not_before.is_(None) | (push.c.not_before <= sa.bindparam("now")))
    .order_by(push.c.lane, push.c.id)
)


def propose(
    tx: Transaction,
    *,
    kind: PushKind,
    lane: Lane,
    story_id: int | None = None,
    revision: int | None = None,
    composed: Composed | None = None,
    parts: int = 1,
    created_by: int,
    token: str,
    now: datetime,
) -> Push:
    """A push that waits for the button which carries `token`."""
    values = {
        "kind": kind,
        "lane": lane,
        "state": PushState.PROPOSED,
        "story_id": story_id,
        "revision": revision,
        "composed": _stored(composed),
        "parts": parts,
        "created_by": created_by,
        "token": token,
        "created_at": now,
    }
    return _record(tx.execute(sa.insert(push).values(values).returning(push)).one())


def create(
    tx: Transaction,
    *,
    kind: PushKind,
    lane: Lane,
    story_id: int | None = None,
    revision: int | None = None,
    composed: Composed | None = None,
    once: str,
    digest_id: int | None = None,
    parts: int = 1,
    now: datetime,
    deliver_by: datetime | None = None,
    created_by: int | None = None,
    loud: bool = False,
    followers: Followers | None = None,
) -> Push | None:
    """A push that needs nobody's word. None where one with this `once` is there already, whoever made it."""
    values = {
        "kind": kind,
        "lane": lane,
        "state": PushState.APPROVED,
        "story_id": story_id,
        "digest_id": digest_id,
        "revision": revision,
        "composed": _stored(composed),
        "once": once,
        "parts": parts,
        "created_by": created_by,
        "loud": loud,
        "followers": sa.null() if followers is None else asdict(followers),
        "deliver_by": deliver_by,
        "created_at": now,
        "released_at": now,
    }
    made = _insert(tx, push).values(values).on_conflict_do_nothing(index_elements=["once"]).returning(push)
    return _maybe(tx.execute(made).one_or_none())


def approve(
    tx: Transaction,
    token: str,
    editor_id: int,
    approvals_needed: int,
    now: datetime,
    *,
    deliver_by: datetime | None = None,
    among: Collection[int] | None = None,
) -> Push | None:
    """Record the editor's word. The push that comes back is still PROPOSED where more words are needed.

    Only the words of those `among` count, where it is given.

    None: nothing waits under this token (any more), or the event broke by another push meanwhile.
    """
    waiting = _proposed(tx, token)
    if waiting is None:
        return None
    _record_verdict(tx, waiting.id, editor_id, "approved", now)
    given = approvers(tx, waiting.id)
    if len(given if among is None else given & set(among)) < approvals_needed:
        return waiting
    if waiting.story_id and _breaks(waiting) and promises.broken_by(tx, waiting.story_id):
        return None
    _release(tx, waiting, deliver_by, now)
    return by_id(tx, waiting.id)


def reject(tx: Transaction, token: str, editor_id: int, now: datetime) -> Push | None:
    """Drop a proposal. None where nothing waits under this token (any more)."""
    waiting = _proposed(tx, token)
    if waiting is None:
        return None
    _record_verdict(tx, waiting.id, editor_id, "rejected", now)
    _set_state(tx, waiting.id, (PushState.PROPOSED,), PushState.CANCELLED)
    return by_id(tx, waiting.id)


def drop_proposed(tx: Transaction, story_id: int) -> None:
    """Whatever waits for an editor's word to push this story waits no more."""
    of_it = push.c.story_id == story_id, push.c.state == PushState.PROPOSED
    tx.execute(sa.update(push).where(*of_it).values(state=PushState.CANCELLED))


def pause(tx: Transaction, push_id: int) -> bool:
    return _set_state(tx, push_id, GOING, PushState.PAUSED)


def unpause(tx: Transaction, push_id: int) -> bool:
    """Back to where it stood: the planner's where it was never planned, done where nothing was left open."""
    return _set_state(tx, push_id, (PushState.PAUSED,), _STOOD)


def hold_story(tx: Transaction, story_id: int) -> None:
    """Stop whatever of this story goes out, until it is released (G4)."""
    going = push.c.story_id == story_id, push.c.state.in_(GOING)
    tx.execute(sa.update(push).where(*going).values(state=PushState.HELD))


def release_story(tx: Transaction, story_id: int, now: datetime) -> None:
    """Let go on what the hold has stopped, and end the marking of its copies."""
    marking = push.c.story_id == story_id, push.c.kind == PushKind.HOLD, push.c.state.in_(LIVE)
    _cancel_all(tx, marking, now)
    held = push.c.story_id == story_id, push.c.state == PushState.HELD
    tx.execute(sa.update(push).where(*held).values(state=_STOOD))


def cancel(tx: Transaction, push_id: int, now: datetime) -> bool:
    """Once this commits no new intent is written; requests already committed may still land (G4)."""
    cancelled = _set_state(tx, push_id, LIVE, PushState.CANCELLED)
    if cancelled:
        tally.cancel(tx, push_id, now)
    return cancelled


def stop_story(tx: Transaction, story_id: int, now: datetime) -> None:
    """Cancel whatever of this story is still to go out (G4)."""
    live = push.c.story_id == story_id, push.c.state.in_(LIVE)
    _cancel_all(tx, live, now)


def _cancel_all(tx: Transaction, which: tuple[sa.ColumnElement[bool], ...], now: datetime) -> None:
    for push_id in tx.execute(sa.select(push.c.id).where(*which).order_by(push.c.id)).scalars().all():
        cancel(tx, push_id, now)


def due(tx: Transaction, now: datetime) -> list[Push]:
    """What is to be planned or sent now, the most urgent lane first, then the oldest."""
    return [_record(row) for row in _DUE.rows(tx, now=now)]


def recent(tx: Transaction, limit: int) -> list[Push]:
    """The newest first, without proposals that nobody has answered, and digests that went out or changed.

    Of those there is one for every zone and choice of hours, day after day.
    """
    digests = (push.c.kind == PushKind.DIGEST) | push.c.digest_id.is_not(None)
    sent = digests & (push.c.state == PushState.DONE)
    shown = sa.select(push).where(push.c.state != PushState.PROPOSED, ~sent)
    return _list(tx, shown.order_by(push.c.id.desc()).limit(limit))


def by_id(tx: Transaction, push_id: int) -> Push | None:
    return _maybe(tx.execute(sa.select(push).where(push.c.id == push_id)).one_or_none())


def by_token(tx: Transaction, token: str) -> Push | None:
    return _maybe(tx.execute(sa.select(push).where(push.c.token == token)).one_or_none())


def approvers(tx: Transaction, push_id: int) -> frozenset[int]:
    """The editors who have given their word for a push."""
    approved = approval.c.push_id == push_id, approval.c.verdict == "approved"
    return frozenset(tx.execute(sa.select(approval.c.editor_id).where(*approved)).scalars())


def asked_for(tx: Transaction, limit: int) -> list[Push]:
    """Those that somebody let go and that want another editor's word, the oldest first."""
    spoken = sa.exists().where(approval.c.push_id == push.c.id)
    proposed = sa.select(push).where(push.c.state == PushState.PROPOSED, spoken)
    return _list(tx, proposed.order_by(push.c.id).limit(limit))


def broke(tx: Transaction, story_id: int) -> bool:
    """Whether this story's breaking push went out or is about to."""
    return tx.execute(sa.select(promises.broke(story_id))).scalar_one()


def audience_size(tx: Transaction, pushed: Push) -> int:
    return audiences.size(tx, audiences.of(pushed.kind, pushed.followers, pushed.created_at))


def _stored(composed: Composed | None) -> Any:
    return sa.null() if composed is None else {"method": composed.method, "params": composed.params}


def _proposed(tx: Transaction, token: str) -> Push | None:
    waiting = sa.select(push).where(push.c.token == token, push.c.state == PushState.PROPOSED)
    return _maybe(tx.execute(waiting.with_for_update()).one_or_none())


def _breaks(one: Push) -> bool:
    return one.kind is PushKind.BREAKING


def _release(tx: Transaction, proposal: Push, deliver_by: datetime | None, now: datetime) -> None:
    once = promises.key(tx, proposal.story_id) if proposal.story_id and _breaks(proposal) else None
    try:
        released = {"once": once, "deliver_by": deliver_by, "released_at": now}
        _set_state(tx, proposal.id, (PushState.PROPOSED,), PushState.APPROVED, **released)
    except sa.exc.IntegrityError:
        raise Conflict(f"push {proposal.id} was not the first to break its event") from None


def _set_state(
    tx: Transaction,
    push_id: int,
    before: Collection[PushState],
    after: PushState | sa.ColumnElement[str],
    **also: Any,
) -> bool:
    change = sa.update(push).where(push.c.id == push_id, push.c.state.in_(before))
    return tx.execute(change.values(state=after, **also)).rowcount == 1


def _record_verdict(tx: Transaction, push_id: int, editor_id: int, verdict: str, now: datetime) -> None:
    words = {"push_id": push_id, "editor_id": editor_id, "verdict": verdict, "at": now}
    tx.execute(_insert(tx, approval).values(words).on_conflict_do_nothing())


def _insert(tx: Transaction, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def _list(tx: Transaction, query: sa.Select[Any]) -> list[Push]:
    return [_record(row) for row in tx.execute(query)]


def _maybe(row: sa.Row[Any] | None) -> Push | None:
    return None if row is None else _record(row)


def _record(row: Any) -> Push:
    return Push(
        id=row.id,
        kind=PushKind(row.kind),
        lane=Lane(row.lane),
        state=PushState(row.state),
        created_at=row.created_at,
        story_id=row.story_id,
        digest_id=row.digest_id,
        revision=row.revision,
        composed=None if row.composed is None else Composed(**row.composed),
        followers=audiences.followers(row.followers),
        created_by=row.created_by,
        token=row.token,
        loud=row.loud,
        not_before=row.not_before,
        deliver_by=row.deliver_by,
        counts=tally.counts(row),
    )
