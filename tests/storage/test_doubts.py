"""What is uncertain waits for an editor; nobody ever gets a third copy."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from readership import FIRST, NOON, add_readers, approve_push

from storage import doubts, leases, ledger, pushes, recovery, tally
from storage.database import Database, Transaction
from storage.records import Counts, Delivery, DeliveryState, PushState, Settlement
from storage.schema import delivery

BOT = 42
LATER = NOON + timedelta(hours=1)
HOUR = timedelta(hours=1)


def planned(tx: Transaction, readers: int = 4) -> int:
    add_readers(tx, range(1, readers + 1))
    push_id = approve_push(tx)
    ledger.plan(tx, push_id)
    assert leases.acquire(tx, BOT, "here", HOUR) is not None
    return push_id


def claim(tx: Transaction, push_id: int) -> tuple[Delivery, ...]:
    claimed = ledger.claim(tx, push_id, after=0, limit=99, bot_id=BOT, epoch=1, now=LATER)
    assert claimed is not None
    return claimed.deliveries


def settle(tx: Transaction, one: Delivery, state: DeliveryState, doubts: int = 0) -> int:
    settlement = Settlement(
        chat_id=one.chat_id, part=0, attempt=one.attempt, state=state, doubts=doubts, not_before=NOON
    )
    return ledger.settle(tx, one.push_id, [settlement], NOON)


def uncertain(tx: Transaction, *, of: int = 4, unknown: int = 2) -> int:
    """A push that is done: so many are unknown, the others sent."""
    push_id = planned(tx, of)
    for number, one in enumerate(claim(tx, push_id)):
        if number < unknown:
            settle(tx, one, DeliveryState.UNKNOWN, doubts=1)
        else:
            settle(tx, one, DeliveryState.SENT)
    return push_id


def push_of(tx: Transaction, push_id: int) -> tuple[PushState, Counts]:
    assert recovery.verify(tx) == []
    found = pushes.by_id(tx, push_id)
    assert found is not None
    return found.state, found.counts


async def test_they_are_listed_with_what_tells_a_chat(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx, unknown=3)
        assert doubts.of(tx, push_id).unsure == doubts.of(tx, push_id).resendable == 3
        first = doubts.listed(tx, push_id, page=1, size=2)
        assert [(one.telegram_id, one.copies, one.at) for one in first] == [
            (FIRST + 1, 1, NOON),
            (FIRST + 2, 1, NOON),
        ]
        assert [one.telegram_id for one in doubts.listed(tx, push_id, page=2, size=2)] == [FIRST + 3]

    await db.write(work)


async def test_sending_once_more_opens_them_again_and_the_push_goes_on(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx)
        assert push_of(tx, push_id) == (PushState.DONE, Counts(planned=4, sent=2, unknown=2))
        assert doubts.resend(tx, push_id, NOON, LATER) == 2
        assert push_of(tx, push_id) == (PushState.RUNNING, Counts(planned=4, sent=2))
        again = claim(tx, push_id)
        assert [(one.chat_id, one.attempt, one.doubts) for one in again] == [(1, 2, 1), (2, 2, 1)]
        settle(tx, again[0], DeliveryState.SENT)
        settle(tx, again[1], DeliveryState.UNKNOWN, doubts=2)
        assert push_of(tx, push_id) == (PushState.DONE, Counts(planned=4, sent=3, unknown=1))

    await db.write(work)


async def test_what_was_sent_into_doubt_twice_is_never_sent_again(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx)
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 1).values(doubts=2))
        assert (doubts.of(tx, push_id).unsure, doubts.of(tx, push_id).resendable) == (2, 1)
        assert doubts.resend(tx, push_id, NOON, None) == 1
        assert [one.chat_id for one in claim(tx, push_id)] == [2]
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 2).values(state="unknown", doubts=2))

    await db.write(work)

    def none(tx: Transaction) -> None:
        assert doubts.resend(tx, 1, NOON, None) == 0

    await db.write(none)


async def test_leaving_them_settles_the_question_but_not_the_count(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx)
        assert doubts.leave(tx, push_id) == 2
        assert push_of(tx, push_id) == (PushState.DONE, Counts(planned=4, sent=2, unknown=2))
        assert doubts.of(tx, push_id).unsure == 0
        assert doubts.listed(tx, push_id, page=1, size=9) == []
        assert doubts.leave(tx, push_id) == doubts.resend(tx, push_id, NOON, None) == 0

    await db.write(work)


@pytest.mark.parametrize("left", [True, False])
async def test_an_answer_that_comes_after_all_is_believed(db: Database, left: bool) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 1)
        (one,) = claim(tx, push_id)
        settle(tx, one, DeliveryState.UNKNOWN, doubts=1)
        if left:
            doubts.leave(tx, push_id)
        assert settle(tx, one, DeliveryState.SENT) == 1
        assert push_of(tx, push_id) == (PushState.DONE, Counts(planned=1, sent=1))
        assert doubts.resend(tx, push_id, NOON, None) == 0

    await db.write(work)


async def test_of_a_cancelled_push_nothing_is_sent_once_more(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        settle(tx, claim(tx, push_id)[0], DeliveryState.UNKNOWN, doubts=1)
        pushes.cancel(tx, push_id, NOON)
        before = push_of(tx, push_id)
        assert doubts.resend(tx, push_id, NOON, None) == 0
        assert push_of(tx, push_id) == before

    await db.write(work)


async def test_a_paused_push_takes_them_up_and_waits(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, 2)
        settle(tx, claim(tx, push_id)[0], DeliveryState.UNKNOWN, doubts=1)
        pushes.pause(tx, push_id)
        assert doubts.resend(tx, push_id, NOON, None) == 1
        assert push_of(tx, push_id) == (PushState.PAUSED, Counts(planned=2))
        assert claim(tx, push_id) == ()

    await db.write(work)


async def test_what_may_have_landed_is_neither_cancelled_nor_expired_but_unknown(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx)
        doubts.resend(tx, push_id, NOON, LATER)
        assert recovery.expire(tx, push_id, LATER) == 2
        assert push_of(tx, push_id) == (PushState.DONE, Counts(planned=4, sent=2, unknown=2))
        doubts.resend(tx, push_id, NOON, LATER)
        pushes.cancel(tx, push_id, NOON)
        assert push_of(tx, push_id) == (PushState.CANCELLED, Counts(planned=4, sent=2, unknown=2))

    await db.write(work)


async def test_the_mark_is_another_one_when_they_are(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = uncertain(tx, unknown=3)
        before = doubts.of(tx, push_id).mark
        assert doubts.of(tx, push_id).mark == before
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 2).values(state="sent"))
        fewer = doubts.of(tx, push_id).mark
        tx.execute(sa.update(delivery).where(delivery.c.chat_id == 4).values(state="unknown"))
        others = doubts.of(tx, push_id).mark
        tx.execute(sa.update(delivery).values(attempt=2))
        assert len({before, fewer, others, doubts.of(tx, push_id).mark}) == 4

    await db.write(work)


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.RETRY_AT])
async def test_a_few_are_found_without_a_walk_over_the_whole_push(db: Database, state: DeliveryState) -> None:
    """SQLite decides by the shape of the question alone; PostgreSQL by the numbers."""

    def work(tx: Transaction) -> str:
        counted = sa.select(sa.func.sum(delivery.c.attempt)).where(tally.unsettled(1, state))
        text = str(counted.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True}))
        return " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))

    if "sqlite" in db.safe_url:
        plan = await db.read(work)
        assert "ix_delivery_unsettled (push_id=? AND state=?)" in plan
        assert "PRIMARY KEY (push_id=?)" not in plan
