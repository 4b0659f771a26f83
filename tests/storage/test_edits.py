"""Edits of delivered copies, on both databases: planned, taken over, handed on, and never backwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from copies_delivered import LATER, World, shown_by
from readership import NOON, add_readers

from storage import chats, copies, edits, ledger, pushes, recovery
from storage.database import Database, Transaction
from storage.records import Act, ChatState, Counts, DeliveryState, OnUnknown, PushKind, PushState, Subject
from storage.schema import delivery


def acts(world: World, push_id: int) -> list[tuple[int, int, str]]:
    columns = delivery.c.chat_id, delivery.c.part, delivery.c.act
    rows = world.tx.execute(sa.select(*columns).where(delivery.c.push_id == push_id).order_by(*columns[:2]))
    return [tuple(row) for row in rows]


async def test_each_copy_is_edited_and_the_first_one_answered(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=3)
        world.deliver(world.push())
        kill = world.revise(PushKind.KILL, loud=True)
        assert acts(world, kill) == [
            (n, part, act) for n in (1, 2, 3) for part, act in ((0, "reply"), (1, "edit"))
        ]
        claimed = world.claim(kill)
        assert [(one.chat_id, one.act) for one in claimed[:2]] == [(3, Act.EDIT), (3, Act.REPLY)], (
            "newest first"
        )
        assert {one.message_id for one in claimed} == {101, 102, 103}
        world.settle(kill, claimed)
        assert shown_by(tx) == {2}
        assert world.counts(kill) == Counts(planned=6, sent=6)

    await db.write(work)


async def test_copies_that_nobody_can_find_are_told_anew(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=3)
        first = world.push()
        world.deliver(first, {1: DeliveryState.UNKNOWN, 2: DeliveryState.REJECTED})
        assert copies.reach(tx, world.story, 2) == copies.Reach(chats=2, copies=1)
        correction = world.revise(PushKind.CORRECTION)
        assert acts(world, correction) == [(1, 0, "send"), (3, 1, "edit")]
        world.settle(correction, world.claim(correction))
        again = world.revise(PushKind.CORRECTION)
        assert [row[0] for row in acts(world, again)] == [1, 3], "the message told then is edited now"

    await db.write(work)


@pytest.mark.parametrize("kind", [PushKind.UPDATE, PushKind.HOLD, PushKind.RELEASE])
async def test_an_update_is_no_reason_for_a_new_message(db: Database, kind: PushKind) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push(), {1: DeliveryState.UNKNOWN})
        assert acts(world, world.revise(kind)) == [(2, 1, "edit")]

    await db.write(work)


async def test_it_reaches_who_unsubscribed_since_and_not_who_left(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push())
        chats.unsubscribe(tx, 1)
        chats.end(tx, 2, ChatState.BLOCKED, "blocked", NOON)
        kill = world.revise(PushKind.KILL, loud=True)
        assert {one.chat_id for one in world.claim(kill)} == {1}
        assert world.counts(kill) == Counts(planned=4, rejected=2)

    await db.write(work)


async def test_a_copy_that_a_group_left_behind_is_not_edited(db: Database) -> None:
    """Its number may be that of another message in the supergroup."""

    def work(tx: Transaction) -> None:
        world = World(tx, readers=1, kind="group")
        world.deliver(world.push())
        chats.move(tx, -1001, -5001, NOON + timedelta(seconds=5))
        kill = world.revise(PushKind.KILL, loud=True)
        (told,) = world.claim(kill)
        assert (told.act, told.message_id, told.address) == (Act.REPLY, None, -5001)
        assert world.counts(kill) == Counts(planned=2, rejected=1)

    await db.write(work)


@pytest.mark.parametrize("kind", [PushKind.CORRECTION, PushKind.UPDATE])
async def test_a_copy_that_cannot_be_edited_is_answered_where_it_matters(
    db: Database, kind: PushKind
) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push())
        edit = world.revise(kind)
        frozen, other = world.claim(edit)
        world.settle(edit, [frozen], DeliveryState.REJECTED, unreachable=True)
        world.settle(edit, [other])
        told = world.claim(edit)
        assert [(one.chat_id, one.act) for one in told] == ([(2, Act.REPLY)] if kind == "correction" else [])
        world.settle(edit, told)
        assert world.counts(edit) == Counts(planned=2 + len(told), sent=1 + len(told), rejected=1)
        assert world.state(edit) is PushState.DONE

    await db.write(work)


async def test_the_supergroup_hears_what_the_group_was_told(db: Database) -> None:
    """Also where it was known before the word of the move came."""

    def work(tx: Transaction) -> None:
        world = World(tx, readers=1, kind="group")
        world.deliver(world.push())
        add_readers(tx, [2], kind="supergroup")
        chats.move(tx, -1001, -1002, NOON)
        kill = world.revise(PushKind.KILL, loud=True)
        assert [(one.chat_id, one.address, one.message_id) for one in world.claim(kill)] == [(2, -1002, None)]

    await db.write(work)


async def test_a_newer_edit_takes_over_what_has_not_left(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=4)
        world.deliver(world.push())
        older = world.revise(PushKind.UPDATE)
        under_way = world.claim(older, limit=2)
        newer = world.revise(PushKind.CORRECTION)
        assert world.counts(older) == Counts(planned=4, cancelled=2)
        assert [row[0] for row in acts(world, newer)] == [1, 2], "of one message no two edits are under way"
        world.settle(older, under_way)
        assert [row[0] for row in acts(world, newer)] == [1, 2, 3, 4], "they follow when they are back"
        world.settle(newer, world.claim(newer, now=LATER))
        assert shown_by(tx) == {3}
        assert world.state(older) is world.state(newer) is PushState.DONE

    await db.write(work)


async def test_what_comes_back_to_an_older_edit_is_the_newer_ones(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=1)
        world.deliver(world.push())
        older = world.revise(PushKind.UPDATE)
        under_way = world.claim(older)
        newer = world.revise(PushKind.KILL)
        world.settle(older, under_way, DeliveryState.RETRY_AT, not_before=LATER, doubts=1)
        assert world.claim(older, now=LATER) == ()
        assert world.claim(newer) == (), "the older one may still land"
        world.settle(newer, world.claim(newer, now=LATER))
        assert shown_by(tx) == {3}
        assert world.counts(older) == Counts(planned=1, cancelled=1)

    await db.write(work)


async def test_an_edit_in_doubt_is_waited_for_whoever_takes_it_over(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push())
        older = world.revise(PushKind.UPDATE)
        world.settle(older, world.claim(older, limit=1), DeliveryState.RETRY_AT, not_before=LATER, doubts=1)
        newer = world.revise(PushKind.KILL)
        assert [one.chat_id for one in world.claim(newer)] == [1]
        assert [one.chat_id for one in world.claim(newer, now=LATER)] == [2]

    await db.write(work)


@pytest.mark.parametrize("end", [DeliveryState.SENT, DeliveryState.UNKNOWN])
async def test_who_was_sent_the_old_telling_meanwhile_is_told(db: Database, end: DeliveryState) -> None:
    """The race with a push that is still running: its last messages arrive when the edit is all done."""

    def work(tx: Transaction) -> None:
        world = World(tx, readers=3)
        running = world.push()
        straggler, *others = world.claim(running)
        world.settle(running, others)
        correction = world.revise(PushKind.CORRECTION)
        world.settle(correction, world.claim(correction))
        assert world.state(correction) is PushState.DONE
        world.settle(running, [straggler], end)
        assert world.state(correction) is PushState.RUNNING
        assert recovery.next_retry(tx, correction) == NOON
        (late,) = world.claim(correction)
        assert (late.chat_id, late.act) == (1, Act.EDIT if end is DeliveryState.SENT else Act.SEND)
        world.settle(correction, [late])
        assert world.counts(correction) == Counts(planned=3, sent=3)

    await db.write(work)


async def test_who_gets_the_newest_telling_needs_no_edit(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        running = world.push()
        world.settle(running, world.claim(running, limit=1))
        correction = world.revise(PushKind.CORRECTION, loud=True)
        world.settle(running, world.claim(running))
        assert {row[0] for row in acts(world, correction)} == {1}

    await db.write(work)


@pytest.mark.parametrize("policy", OnUnknown)
async def test_the_edits_of_a_dead_sender_are_due_again(db: Database, policy: OnUnknown) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push())
        update = world.revise(PushKind.UPDATE)
        world.claim(update)
        world.take_over()
        assert recovery.abandon(tx, world.epoch, policy, NOON) == 2
        assert world.claim(update) == ()
        world.settle(update, world.claim(update, now=LATER))
        assert world.counts(update) == Counts(planned=2, sent=2)

    await db.write(work)


async def test_an_edit_that_was_cancelled_takes_no_late_copies(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        running = world.push()
        world.settle(running, world.claim(running, limit=1))
        under_way = world.claim(running)
        update = world.revise(PushKind.UPDATE)
        pushes.cancel(tx, update, NOON)
        world.settle(running, under_way)
        assert acts(world, update) == [(1, 1, "edit")]

    await db.write(work)


async def test_a_kill_that_was_paused_before_it_is_planned_reaches_every_copy(db: Database) -> None:
    """What was settled meanwhile is no planning of it."""

    def work(tx: Transaction) -> None:
        world = World(tx, readers=3)
        running = world.push()
        under_way, *others = world.claim(running)
        world.settle(running, others)
        world.tell()
        kill = world.propose(PushKind.KILL, loud=True)
        assert pushes.pause(tx, kill)
        world.settle(running, [under_way])
        assert pushes.unpause(tx, kill)
        ledger.plan(tx, kill)
        assert {chat for chat, _, act in acts(world, kill) if act == "edit"} == {1, 2, 3}

    await db.write(work)


async def test_an_older_edit_that_is_planned_last_edits_nothing(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=1)
        world.deliver(world.push())
        world.tell()
        correction = world.propose(PushKind.CORRECTION, loud=True)
        update = world.revise(PushKind.UPDATE)
        ledger.plan(tx, correction)
        assert (acts(world, correction), acts(world, update)) == ([(1, 0, "reply")], [(1, 1, "edit")])

    await db.write(work)


async def test_a_kill_that_is_cancelled_before_it_is_planned_leaves_nothing_open(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=4)
        running = world.push()
        (under_way,) = world.claim(running, limit=1)
        pushes.stop_story(tx, world.story, NOON)
        world.tell()
        assert pushes.cancel(tx, world.propose(PushKind.KILL, loud=True), NOON)
        assert world.counts(running) == Counts(planned=4, cancelled=3)
        world.settle(running, [under_way], DeliveryState.RETRY_AT, not_before=LATER)
        assert world.counts(running) == Counts(planned=4, cancelled=4)

    await db.write(work)


async def test_what_a_cancelled_correction_cannot_edit_is_not_told_instead(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=1)
        world.deliver(world.push())
        correction = world.revise(PushKind.CORRECTION)
        under_way = world.claim(correction)
        assert pushes.cancel(tx, correction, NOON)
        world.settle(correction, under_way, DeliveryState.REJECTED, unreachable=True)
        assert world.counts(correction) == Counts(planned=1, rejected=1)

    await db.write(work)


async def test_a_kill_closes_what_was_open(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=4)
        running = world.push()
        world.settle(running, world.claim(running, limit=1))
        world.settle(
            running, world.claim(running, limit=1), DeliveryState.RETRY_AT, not_before=LATER, doubts=1
        )
        (under_way,) = world.claim(running, limit=1)
        pushes.stop_story(tx, world.story, NOON)
        assert world.claim(running) == ()
        kill = world.revise(PushKind.KILL, loud=True)
        assert world.counts(running) == Counts(planned=4, sent=1, cancelled=1, unknown=1)
        assert {row[0] for row in acts(world, kill)} == {1, 2}, "who may have it is told too"
        world.settle(running, [under_way])
        assert world.counts(running).open == 0

    await db.write(work)


async def test_the_walk_goes_on_in_the_middle_of_a_chat(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=2)
        world.deliver(world.push())
        kill = world.revise(PushKind.KILL, loud=True)
        after, seen = 0, 0
        for _ in range(4):
            claimed = ledger.claim(tx, kill, after=after, limit=1, bot_id=7, epoch=world.epoch, now=NOON)
            assert claimed is not None
            after, seen = claimed.after, seen + len(claimed.deliveries)
        assert seen == 4

    await db.write(work)


async def test_a_hold_stops_and_a_release_lets_go_on(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = World(tx, readers=3)
        running = world.push()
        world.settle(running, world.claim(running, limit=1))
        pushes.hold_story(tx, world.story)
        edits.supersede(tx, Subject(story_id=world.story), NOON)
        assert (world.state(running), world.claim(running)) == (PushState.HELD, ())
        pushes.release_story(tx, world.story, NOON)
        world.settle(running, world.claim(running))
        assert world.counts(running) == Counts(planned=3, sent=3)

    await db.write(work)


async def test_what_is_told_late_of_an_older_edit_takes_nothing_back(db: Database) -> None:
    """Its reply is answered after the newer edit has reached the copy."""

    def work(tx: Transaction) -> None:
        world = World(tx, readers=1)
        first = world.push()
        world.deliver(first)
        older = world.revise(PushKind.CORRECTION, loud=True)
        under_way = world.claim(older)
        world.settle(older, [one for one in under_way if one.act is Act.EDIT])
        newer = world.revise(PushKind.UPDATE)
        world.settle(newer, [one for one in world.claim(newer) if one.act is Act.EDIT])
        world.settle(older, [one for one in under_way if one.act is Act.REPLY])
        shown = sa.select(delivery.c.revision).where(delivery.c.push_id == first)
        assert tx.execute(shown).scalar_one() == 3

    await db.write(work)
