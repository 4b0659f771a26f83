"""Pushes: proposals that work once, the order in which they go out, the ways in which they end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from readership import NOON, add_readers, approve_push

from storage import ledger, pushes
from storage.database import Database, Transaction
from storage.records import Composed, Lane, Push, PushKind, PushState
from storage.schema import approval, push, story

COMPOSED = Composed(method="sendPhoto", params={"photo": "file-id", "caption": "صورة"})


def propose(tx: Transaction) -> Push:
    return pushes.propose(
        tx,
        kind=PushKind.BROADCAST,
        lane=Lane.BROADCAST,
        composed=COMPOSED,
        created_by=1,
        token="t",
        now=NOON,
    )


def add_story(tx: Transaction) -> int:
    values = {"code": "ABCD", "state": "published", "head": 1, "created_at": NOON, "updated_at": NOON}
    made: int = tx.execute(sa.insert(story).values(values).returning(story.c.id)).scalar_one()
    return made


def break_story(tx: Transaction, story_id: int) -> Push | None:
    return pushes.create(
        tx,
        kind=PushKind.BREAKING,
        lane=Lane.BREAKING,
        story_id=story_id,
        revision=1,
        once=f"breaking:{story_id}",
        now=NOON,
    )


async def test_a_proposal_keeps_what_was_composed(db: Database) -> None:
    def work(tx: Transaction) -> None:
        made = propose(tx)
        assert (made.state, made.composed, made.lane) == (PushState.PROPOSED, COMPOSED, Lane.BROADCAST)
        assert pushes.by_id(tx, made.id) == pushes.by_token(tx, "t") == made
        assert pushes.due(tx, NOON) == []

    await db.write(work)


async def test_the_button_works_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        made = propose(tx)
        approved = pushes.approve(tx, "t", 1, 1, NOON)
        assert approved is not None
        assert approved.state is PushState.APPROVED
        assert pushes.approve(tx, "t", 1, 1, NOON) is None
        assert pushes.reject(tx, "t", 1, NOON) is None
        assert pushes.approve(tx, "nothing", 1, 1, NOON) is None
        assert [one.id for one in pushes.due(tx, NOON)] == [made.id]

    await db.write(work)


async def test_two_approvals_are_of_two_editors(db: Database) -> None:
    def work(tx: Transaction) -> None:
        propose(tx)
        for editor in (1, 1):
            waiting = pushes.approve(tx, "t", editor, 2, NOON)
            assert waiting is not None
            assert waiting.state is PushState.PROPOSED
        approved = pushes.approve(tx, "t", 2, 2, NOON)
        assert approved is not None
        assert approved.state is PushState.APPROVED
        assert sorted(tx.execute(sa.select(approval.c.editor_id)).scalars()) == [1, 2]

    await db.write(work)


async def test_a_rejected_proposal_is_gone(db: Database) -> None:
    def work(tx: Transaction) -> None:
        propose(tx)
        rejected = pushes.reject(tx, "t", 1, NOON)
        assert rejected is not None
        assert rejected.state is PushState.CANCELLED
        assert pushes.approve(tx, "t", 1, 1, NOON) is None

    await db.write(work)


async def test_a_story_breaks_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        story_id = add_story(tx)
        assert not pushes.broke(tx, story_id)
        made = break_story(tx, story_id)
        assert made is not None
        assert (made.state, made.story_id, made.revision) == (PushState.APPROVED, story_id, 1)
        assert break_story(tx, story_id) is None
        assert pushes.broke(tx, story_id)

    await db.write(work)


async def test_of_two_proposals_to_break_a_story_one_goes_out(db: Database) -> None:
    def work(tx: Transaction) -> None:
        story_id = add_story(tx)
        for token in ("a", "b"):
            pushes.propose(
                tx,
                kind=PushKind.BREAKING,
                lane=Lane.BREAKING,
                story_id=story_id,
                revision=1,
                created_by=1,
                token=token,
                now=NOON,
            )
        assert pushes.approve(tx, "a", 1, 1, NOON) is not None
        assert pushes.broke(tx, story_id)
        assert pushes.approve(tx, "b", 1, 1, NOON) is None

    await db.write(work)


async def test_the_most_urgent_is_due_first_then_the_oldest(db: Database) -> None:
    def work(tx: Transaction) -> None:
        lanes = (Lane.DIGEST, Lane.BREAKING, Lane.KILL, Lane.BREAKING)
        digest, first, kill, second = (approve_push(tx, lane=lane) for lane in lanes)
        assert [one.id for one in pushes.due(tx, NOON)] == [kill, first, second, digest]
        later = sa.update(push).where(push.c.id == kill).values(not_before=NOON + timedelta(seconds=1))
        tx.execute(later)
        assert [one.id for one in pushes.due(tx, NOON)] == [first, second, digest]
        assert [one.id for one in pushes.recent(tx, limit=2)] == [second, kill]

    await db.write(work)


async def test_a_pause_ends_where_it_began(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, [1])
        push_id = approve_push(tx)
        for before in (PushState.APPROVED, PushState.RUNNING):
            assert pushes.pause(tx, push_id)
            assert pushes.due(tx, NOON) == []
            assert pushes.unpause(tx, push_id)
            assert [one.state for one in pushes.due(tx, NOON)] == [before]
            ledger.plan(tx, push_id)
        assert not pushes.unpause(tx, push_id)

    await db.write(work)


async def test_the_pushes_of_a_story_end_together(db: Database) -> None:
    def work(tx: Transaction) -> None:
        story_id = add_story(tx)
        made = break_story(tx, story_id)
        assert made is not None
        other = approve_push(tx)
        pushes.stop_story(tx, story_id, NOON)
        assert [one.id for one in pushes.due(tx, NOON)] == [other]
        ended = pushes.by_id(tx, made.id)
        assert ended is not None
        assert ended.state is PushState.CANCELLED

    await db.write(work)


async def test_the_audience_is_counted_before_it_is_planned(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, range(1, 6))
        add_readers(tx, [6], how="muted")
        assert pushes.audience_size(tx, propose(tx)) == 5

    await db.write(work)


async def test_digests_that_went_out_do_not_crowd_the_list(db: Database) -> None:
    def work(tx: Transaction) -> None:
        about = Composed(method="digest", params={})
        create = partial(pushes.create, tx, kind=PushKind.DIGEST, lane=Lane.DIGEST, composed=about, now=NOON)
        first, second = create(once="digest:1"), create(once="digest:2")
        assert first is not None
        assert second is not None
        tx.execute(sa.update(push).where(push.c.id == first.id).values(state=PushState.DONE))
        assert [one.id for one in pushes.recent(tx, limit=5)] == [second.id]

    await db.write(work)
