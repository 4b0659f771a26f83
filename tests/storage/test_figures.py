"""How pushes stand, in figures."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from readership import NOON, add_readers, approve_push

from storage import figures, ledger, pushes, tally
from storage.database import Database, Transaction
from storage.figures import Refused, Totals
from storage.records import Composed, Counts, DeliveryState, Lane, PushKind
from storage.schema import delivery, pulse

FIVE = timedelta(seconds=5)


def planned(tx: Transaction) -> int:
    push_id = approve_push(tx)
    ledger.plan(tx, push_id)
    return push_id


def settle(tx: Transaction, push_id: int, **counts: int) -> None:
    tally.add(tx, push_id, {DeliveryState(name): count for name, count in counts.items()})


async def test_the_totals_are_of_all_that_was_let_go(db: Database) -> None:
    def work(tx: Transaction) -> tuple[Totals, Totals]:
        before = figures.totals(tx)
        add_readers(tx, range(1, 11))
        for _ in range(2):
            settle(tx, planned(tx), sent=4, rejected=1, unknown=2)
        composed = Composed(method="sendMessage", params={"text": "x"})
        pushes.propose(
            tx,
            kind=PushKind.BROADCAST,
            lane=Lane.BROADCAST,
            composed=composed,
            created_by=1,
            token="t",
            now=NOON,
        )
        return before, figures.totals(tx)

    before, after = await db.write(work)
    assert before == Totals(pushes=0, counts=Counts())
    assert after == Totals(pushes=2, counts=Counts(planned=20, sent=8, rejected=2, unknown=4))


async def test_refusals_are_counted_by_what_was_said(db: Database) -> None:
    def work(tx: Transaction) -> list[Refused]:
        add_readers(tx, range(1, 7))
        push_id = planned(tx)
        other = planned(tx)
        for chats, error in ((range(1, 4), "blocked: Forbidden"), (range(4, 6), None)):
            refused = sa.update(delivery).where(delivery.c.chat_id.in_(chats))
            tx.execute(refused.values(state="rejected", error=error))
        tx.execute(sa.update(delivery).where(delivery.c.push_id == other).values(error="not this push"))
        return figures.refusals(tx, push_id)

    assert await db.write(work) == [Refused("blocked: Forbidden", 3), Refused(None, 2)]


async def test_what_was_said_of_messages_that_are_sent_is_no_refusal(db: Database) -> None:
    def work(tx: Transaction) -> tuple[list[Refused], list[Refused]]:
        add_readers(tx, range(1, 7))
        push_id = planned(tx)
        for chats, error in ((range(1, 4), "copy_unchanged: said"), (range(4, 6), None)):
            sent = sa.update(delivery).where(delivery.c.chat_id.in_(chats))
            tx.execute(sent.values(state="sent", error=error))
        return figures.remarks(tx, push_id), figures.refusals(tx, push_id)

    assert await db.write(work) == ([Refused("copy_unchanged: said", 3)], [])


async def test_the_pace_is_that_of_the_last_seconds(db: Database) -> None:
    def work(tx: Transaction) -> list[float | None]:
        add_readers(tx, range(1, 501))
        push_id = planned(tx)
        figures.sample(tx, NOON)
        rates = [figures.rate(tx, push_id, NOON)]
        for number, sent in enumerate((100, 150, 0), start=1):
            settle(tx, push_id, sent=sent)
            figures.sample(tx, NOON + number * FIVE)
            rates.append(figures.rate(tx, push_id, NOON + number * FIVE))
        return rates

    assert await db.write(work) == [None, 20.0, 30.0, 0.0]


async def test_a_pace_of_long_ago_says_nothing_and_two_samples_at_once_are_one(db: Database) -> None:
    def work(tx: Transaction) -> list[float | None]:
        add_readers(tx, range(1, 101))
        push_id = planned(tx)
        figures.sample(tx, NOON)
        settle(tx, push_id, sent=50)
        later = NOON + FIVE
        for moment in (later, later + timedelta(milliseconds=1)):
            figures.sample(tx, moment)
        return [figures.rate(tx, push_id, later), figures.rate(tx, push_id, later + timedelta(minutes=1))]

    assert await db.write(work) == [10.0, None]


async def test_what_was_uncertain_and_is_open_again_is_no_pace_backwards(db: Database) -> None:
    def work(tx: Transaction) -> float | None:
        add_readers(tx, range(1, 11))
        push_id = planned(tx)
        settle(tx, push_id, unknown=5)
        figures.sample(tx, NOON)
        settle(tx, push_id, unknown=-5)
        figures.sample(tx, NOON + FIVE)
        return figures.rate(tx, push_id, NOON + FIVE)

    assert await db.write(work) == 0.0


async def test_a_push_that_goes_out_no_more_is_forgotten(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, range(1, 11))
        ended, going = planned(tx), planned(tx)
        figures.sample(tx, NOON)
        pushes.cancel(tx, ended, NOON)
        figures.sample(tx, NOON + FIVE)
        assert list(tx.execute(sa.select(pulse.c.push_id)).scalars()) == [going]

    await db.write(work)
