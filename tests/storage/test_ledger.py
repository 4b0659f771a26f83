"""The ledger, on both databases: planning, claims behind their fences, settlements, counters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from readership import NOON, add_readers, approve_push

from storage import chats, leases, ledger, pushes, recovery
from storage.database import Database, StorageError, Transaction
from storage.records import (
    Claim,
    Counts,
    Delivery,
    DeliveryState,
    OnUnknown,
    PushState,
    Settlement,
)
from storage.schema import chat, delivery, push

BOT = 7
LATER = NOON + timedelta(seconds=30)


def hold(tx: Transaction) -> int:
    """Take the lease over from whoever has it; its epoch."""
    lease = leases.acquire(tx, BOT, "a", timedelta(seconds=15), dead=leases.holder(tx, BOT))
    assert lease is not None
    return lease.epoch


def planned(tx: Transaction, readers: int) -> int:
    hold(tx)
    add_readers(tx, range(1, readers + 1))
    push_id = approve_push(tx)
    assert ledger.plan(tx, push_id) == readers
    return push_id


def claim(
    tx: Transaction, push_id: int, *, after: int = 0, limit: int = 100, epoch: int = 1, now: datetime = NOON
) -> Claim:
    claimed = ledger.claim(tx, push_id, after=after, limit=limit, bot_id=BOT, epoch=epoch, now=now)
    assert claimed is not None
    return claimed


def chats_of(claimed: Claim) -> list[int]:
    return [one.chat_id for one in claimed.deliveries]


def sent(one: Delivery, message_id: int = 5) -> Settlement:
    return settled(one, DeliveryState.SENT, message_id=message_id)


def settled(one: Delivery, state: DeliveryState, **also: object) -> Settlement:
    return Settlement(chat_id=one.chat_id, part=one.part, attempt=one.attempt, state=state, **also)  # type: ignore[arg-type]


def counts(tx: Transaction, push_id: int) -> Counts:
    """The counters, which are what the rows say."""
    found = pushes.by_id(tx, push_id)
    assert found is not None
    assert recovery.counts(tx, push_id) == found.counts
    assert recovery.verify(tx) == []
    return found.counts


def state(tx: Transaction, push_id: int) -> PushState:
    found = pushes.by_id(tx, push_id)
    assert found is not None
    return found.state


async def test_every_active_subscriber_is_planned_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, [1, 2], how="all")
        add_readers(tx, [3], how="breaking")
        add_readers(tx, [4], how="digest")
        add_readers(tx, [5])
        tx.execute(sa.update(chat).where(chat.c.id == 5).values(state="blocked"))
        push_id = approve_push(tx)
        assert ledger.plan(tx, push_id) == 3
        assert ledger.plan(tx, push_id) == 0
        assert counts(tx, push_id) == Counts(planned=3)
        assert state(tx, push_id) is PushState.RUNNING

    await db.write(work)


async def test_a_push_to_nobody_is_done_at_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = approve_push(tx)
        assert ledger.plan(tx, push_id) == 0
        assert state(tx, push_id) is PushState.DONE

    await db.write(work)


async def test_claims_walk_over_the_audience_and_end_it(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 5)
        first = claim(tx, push_id, limit=3)
        assert (chats_of(first), first.after, first.exhausted) == ([1, 2, 3], 3, False)
        second = claim(tx, push_id, after=3, limit=3)
        assert (chats_of(second), second.after, second.exhausted) == ([4, 5], 5, True)
        assert chats_of(claim(tx, push_id)) == []
        ledger.settle(tx, push_id, [sent(one) for one in (*first.deliveries, *second.deliveries)], NOON)
        assert counts(tx, push_id) == Counts(planned=5, sent=5)
        assert state(tx, push_id) is PushState.DONE

    await db.write(work)


async def test_a_claim_touches_only_what_is_planned_of_the_chats_between(db: Database) -> None:
    def work(tx: Transaction) -> tuple[list[int], list[str]]:
        push_id = planned(tx, 5)
        ledger.settle(tx, push_id, [sent(one) for one in claim(tx, push_id, limit=1).deliveries], NOON)
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 4).values(state=DeliveryState.LEFT))
        claimed = claim(tx, push_id, limit=3)
        return chats_of(claimed), [
            *tx.execute(sa.select(delivery.c.state).order_by(delivery.c.chat_id)).scalars()
        ]

    assert await db.write(work) == ([2, 3, 5], ["sent", "intent", "intent", "left", "intent"])


async def test_a_delivery_to_no_chat_stops_the_claim(sqlite_url: str) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        add_readers(tx, [3])
        more = sa.insert(delivery).values(push_id=push_id, part=0, state="planned")
        tx.execute(more, [{"chat_id": 2}, {"chat_id": 3}])
        claim(tx, push_id)

    db = Database.open(sqlite_url)
    with pytest.raises(StorageError, match="chats that are not there"):
        await db.write(work)
    await db.close()


async def test_a_claim_brings_the_address_of_now(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        tx.execute(sa.update(chat).values(telegram_id=-100, thread_id=9, kind="supergroup", language="en"))
        (one,) = claim(tx, push_id).deliveries
        assert (one.address, one.thread_id, one.kind, one.language) == (-100, 9, "supergroup", "en")
        assert (one.attempt, one.doubts, one.revision) == (1, 0, None)

    await db.write(work)


async def test_a_chat_that_ended_is_settled_with_its_reason(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 3)
        tx.execute(sa.update(chat).where(chat.c.id == 2).values(state="blocked", ended_why="blocked"))
        assert chats_of(claim(tx, push_id, limit=2)) == [1]
        assert counts(tx, push_id) == Counts(planned=3, rejected=1)
        error = tx.execute(sa.select(delivery.c.error).where(delivery.c.chat_id == 2)).scalar_one()
        assert error == "blocked"

    await db.write(work)


async def test_who_lost_the_lease_claims_nothing(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        assert hold(tx) == 2
        assert ledger.claim(tx, push_id, after=0, limit=9, bot_id=BOT, epoch=1, now=NOON) is None
        assert chats_of(claim(tx, push_id, epoch=2)) == [1]

    await db.write(work)


@pytest.mark.parametrize("stop", ["pause", "cancel", "halt"])
async def test_nothing_is_claimed_after_a_stop(db: Database, stop: str) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 3)
        claim(tx, push_id, limit=1)
        match stop:
            case "pause":
                assert pushes.pause(tx, push_id)
            case "cancel":
                assert pushes.cancel(tx, push_id, NOON)
            case _:
                assert leases.halt(tx, "editor:1")
        assert chats_of(claim(tx, push_id, after=1)) == []

    await db.write(work)


async def test_a_cancel_closes_what_was_not_begun(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 4)
        first, second = claim(tx, push_id, limit=2).deliveries
        ledger.settle(tx, push_id, [settled(first, DeliveryState.RETRY_AT, not_before=LATER)], NOON)
        assert pushes.cancel(tx, push_id, NOON)
        assert not pushes.cancel(tx, push_id, NOON)
        assert counts(tx, push_id) == Counts(planned=4, cancelled=3)
        ledger.settle(tx, push_id, [settled(second, DeliveryState.RETRY_AT, not_before=LATER)], NOON)
        assert counts(tx, push_id) == Counts(planned=4, cancelled=4)
        assert state(tx, push_id) is PushState.CANCELLED

    await db.write(work)


async def test_what_is_to_be_tried_again_comes_back_when_it_is_due(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        claimed = claim(tx, push_id)
        first, second = claimed.deliveries
        again = settled(first, DeliveryState.RETRY_AT, not_before=LATER, error="429")
        ledger.settle(tx, push_id, [again, sent(second)], NOON)
        assert counts(tx, push_id) == Counts(planned=2, sent=1)
        assert recovery.next_retry(tx, push_id) == LATER
        assert chats_of(claim(tx, push_id, after=claimed.after)) == []
        (retried,) = claim(tx, push_id, after=claimed.after, now=LATER).deliveries
        assert (retried.chat_id, retried.attempt) == (1, 2)
        assert recovery.next_retry(tx, push_id) is None

    await db.write(work)


async def test_a_settlement_counts_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        (one,) = claim(tx, push_id).deliveries
        assert ledger.settle(tx, push_id, [sent(one)], NOON) == 1
        assert ledger.settle(tx, push_id, [sent(one)], NOON) == 0
        assert counts(tx, push_id) == Counts(planned=1, sent=1)

    await db.write(work)


async def test_what_was_said_of_one_that_is_sent_is_kept(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        first, second = claim(tx, push_id).deliveries
        unchanged = settled(second, DeliveryState.SENT, error="copy_unchanged: said")
        assert ledger.settle(tx, push_id, [sent(first), unchanged], NOON) == 2
        kept = tx.execute(sa.select(delivery.c.chat_id, delivery.c.error).order_by(delivery.c.chat_id))
        assert [tuple(row) for row in kept] == [(1, None), (2, "copy_unchanged: said")]

    await db.write(work)


async def test_a_dead_sender_leaves_unknowns(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 3)
        claim(tx, push_id, limit=2)
        epoch = hold(tx)
        assert recovery.abandon(tx, epoch, OnUnknown.PARK, NOON) == 2
        assert recovery.abandon(tx, epoch, OnUnknown.PARK, NOON) == 0
        assert counts(tx, push_id) == Counts(planned=3, unknown=2)
        assert chats_of(claim(tx, push_id, epoch=epoch)) == [3]

    await db.write(work)


async def test_a_late_answer_is_still_believed(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        first, second = claim(tx, push_id).deliveries
        recovery.abandon(tx, hold(tx), OnUnknown.PARK, NOON)
        assert counts(tx, push_id) == Counts(planned=2, unknown=2)
        assert state(tx, push_id) is PushState.DONE
        late = [sent(first), settled(second, DeliveryState.UNKNOWN, doubts=1)]
        assert ledger.settle(tx, push_id, late, NOON) == 1
        assert counts(tx, push_id) == Counts(planned=2, sent=1, unknown=1)

    await db.write(work)


async def test_resend_once_makes_a_second_attempt_and_no_third(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        (first,) = claim(tx, push_id).deliveries
        epoch = hold(tx)
        assert recovery.abandon(tx, epoch, OnUnknown.RESEND_ONCE, NOON) == 1
        assert counts(tx, push_id) == Counts(planned=1)
        (second,) = claim(tx, push_id, after=1, epoch=epoch).deliveries
        assert (second.attempt, second.doubts) == (2, 1)
        assert ledger.settle(tx, push_id, [sent(first)], NOON) == 0, "another attempt was made since"
        epoch = hold(tx)
        assert recovery.abandon(tx, epoch, OnUnknown.RESEND_ONCE, NOON) == 1
        assert counts(tx, push_id) == Counts(planned=1, unknown=1)
        assert chats_of(claim(tx, push_id, epoch=epoch)) == []

    await db.write(work)


async def test_a_late_answer_saves_the_second_copy(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        (one,) = claim(tx, push_id).deliveries
        epoch = hold(tx)
        recovery.abandon(tx, epoch, OnUnknown.RESEND_ONCE, NOON)
        assert ledger.settle(tx, push_id, [sent(one)], NOON) == 1
        assert chats_of(claim(tx, push_id, epoch=epoch)) == []
        assert counts(tx, push_id) == Counts(planned=1, sent=1)
        assert state(tx, push_id) is PushState.DONE

    await db.write(work)


async def test_an_abandoned_attempt_of_a_cancelled_push_is_not_resent(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        claim(tx, push_id)
        pushes.cancel(tx, push_id, NOON)
        recovery.abandon(tx, hold(tx), OnUnknown.RESEND_ONCE, NOON)
        assert counts(tx, push_id).open == 0

    await db.write(work)


async def test_intents_that_their_sender_never_heard_of_are_due_again(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 3)
        first, _ = claim(tx, push_id, limit=2).deliveries
        known = {(push_id, first.chat_id, 0, 1)}
        assert recovery.take_back(tx, 1, known, NOON) == 1
        assert recovery.take_back(tx, 1, known, NOON) == 0
        assert chats_of(claim(tx, push_id, after=2)) == [2, 3]

    await db.write(work)


async def test_such_intents_of_a_cancelled_push_are_cancelled(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        claim(tx, push_id)
        pushes.cancel(tx, push_id, NOON)
        assert recovery.take_back(tx, 1, set(), NOON) == 2
        assert counts(tx, push_id) == Counts(planned=2, cancelled=2)

    await db.write(work)


async def test_what_is_too_late_is_expired_slice_by_slice(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "EXPIRED_AT_ONCE", 3)

    def work(tx: Transaction) -> None:
        push_id = planned(tx, 7)
        tx.execute(sa.update(push).values(deliver_by=NOON))
        expired = [recovery.expire(tx, push_id, LATER) for _ in range(4)]
        assert expired == [3, 3, 1, 0]
        assert counts(tx, push_id) == Counts(planned=7, expired=7)
        assert state(tx, push_id) is PushState.DONE

    await db.write(work)


async def test_what_is_too_late_is_expired(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 3)
        (one,) = claim(tx, push_id, limit=1).deliveries
        assert recovery.expire(tx, push_id, NOON) == 0
        tx.execute(sa.update(push).values(deliver_by=LATER))
        assert recovery.expire(tx, push_id, NOON) == 0
        assert recovery.expire(tx, push_id, LATER) == 2
        ledger.settle(tx, push_id, [sent(one)], LATER)
        assert counts(tx, push_id) == Counts(planned=3, sent=1, expired=2)
        assert state(tx, push_id) is PushState.DONE

    await db.write(work)


async def test_verify_names_the_push_whose_counters_lie(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 1).values(state="sent"))
        (wrong,) = recovery.verify(tx)
        assert (wrong.push_id, wrong.counters, wrong.rows) == (
            push_id,
            Counts(planned=2),
            Counts(planned=2, sent=1),
        )

    await db.write(work)


@pytest.mark.parametrize("told", ["before", "after"])
async def test_what_waits_for_a_group_goes_to_the_supergroup_that_was_seen_first(
    db: Database, told: str
) -> None:
    """Its messages may come before the word that it moved; a claim may have passed its new place by then."""

    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        first = claim(tx, push_id, limit=1)
        add_readers(tx, [50], kind="supergroup")
        again = settled(first.deliveries[0], DeliveryState.RETRY_AT, not_before=NOON)
        if told == "before":
            chats.move(tx, 1001, -1050, NOON)
        ledger.settle(tx, push_id, [again], NOON)
        chats.move(tx, 1001, -1050, NOON)
        taken = claim(tx, push_id, after=first.after + 99)
        assert chats_of(taken) == [50]
        assert taken.deliveries[0].address == -1050
        assert ledger.settle(tx, push_id, [sent(taken.deliveries[0])], NOON) == 1
        assert counts(tx, push_id) == Counts(planned=2, sent=1)

    await db.write(work)


async def test_a_supergroup_that_gets_the_push_itself_gets_it_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        chats.move(tx, 1001, 1002, NOON)
        taken = claim(tx, push_id)
        assert chats_of(taken) == [2]
        assert counts(tx, push_id) == Counts(planned=2, rejected=1)

    await db.write(work)
