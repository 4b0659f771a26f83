"""A push in several parts: in order in each chat, every part counted, whatever becomes of those before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from readership import NOON, add_readers, approve_push
from test_ledger import BOT, claim, counts, hold, sent, settled

from storage import audiences, chats, doubts, leases, ledger, preferences, pushes, recovery
from storage.database import Database, Transaction
from storage.parts import CUT_OFF
from storage.records import (
    ChatState,
    Claim,
    Counts,
    DeliveryState,
    OnUnknown,
    PushKind,
    PushState,
    Settlement,
)
from storage.schema import delivery, push

WHOLE = (2, 4)


def planned(tx: Transaction, parts: int = 3) -> int:
    """For four readers, of whom two want it whole."""
    hold(tx)
    add_readers(tx, range(1, 5))
    for number in WHOLE:
        preferences.set_whole(tx, number, whole=True)
    push_id = approve_push(tx)
    tx.execute(sa.update(push).values(parts=parts))
    assert ledger.plan(tx, push_id) == 4 + len(WHOLE) * (parts - 1)
    return push_id


def keys(claimed: Claim) -> list[tuple[int, int]]:
    return [(one.chat_id, one.part) for one in claimed.deliveries]


def deliver(tx: Transaction, push_id: int, claimed: Claim) -> None:
    ledger.settle(tx, push_id, [sent(one) for one in claimed.deliveries], NOON)


async def test_each_part_goes_once_the_one_before_it_was_sent(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        first = claim(tx, push_id)
        assert keys(first) == [(1, 0), (2, 0), (3, 0), (4, 0)]
        assert first.exhausted
        assert keys(claim(tx, push_id, after=first.after)) == []
        ledger.settle(tx, push_id, [sent(first.deliveries[1])], NOON)
        second = claim(tx, push_id, after=first.after)
        assert keys(second) == [(2, 1)]
        assert second.deliveries[0].shows == 1
        deliver(tx, push_id, first)
        assert keys(claim(tx, push_id, after=first.after)) == [(4, 1)]
        deliver(tx, push_id, second)
        third = claim(tx, push_id, after=first.after)
        assert keys(third) == [(2, 2)]
        deliver(tx, push_id, third)
        assert counts(tx, push_id) == Counts(planned=8, sent=6)

    await db.write(work)


async def test_a_push_of_one_part_is_planned_as_ever(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx, parts=1)
        assert keys(claim(tx, push_id)) == [(1, 0), (2, 0), (3, 0), (4, 0)]
        assert audiences.messages(tx, PushKind.BROADCAST, 1) == 4
        assert audiences.messages(tx, PushKind.BROADCAST, 3) == 8
        assert audiences.wants_whole(tx, PushKind.BROADCAST)

    await db.write(work)


async def test_parts_that_nobody_wants_cost_nothing_later(db: Database) -> None:
    def work(tx: Transaction) -> None:
        hold(tx)
        add_readers(tx, range(1, 4))
        push_id = approve_push(tx)
        tx.execute(sa.update(push).values(parts=5))
        assert ledger.plan(tx, push_id) == 3
        assert tx.execute(sa.select(push.c.parts)).scalar_one() == 1

    await db.write(work)


@pytest.mark.parametrize("end", [DeliveryState.REJECTED, DeliveryState.UNKNOWN])
async def test_what_cannot_follow_is_cancelled_and_counted(db: Database, end: DeliveryState) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        first = claim(tx, push_id)
        outcomes = [sent(one) for one in first.deliveries[:3]]
        ledger.settle(tx, push_id, [*outcomes, settled(first.deliveries[3], end)], NOON)
        second = claim(tx, push_id, after=first.after)
        assert keys(second) == [(2, 1)]
        ledger.settle(tx, push_id, [settled(second.deliveries[0], end)], NOON)
        found = counts(tx, push_id)
        assert (found.planned, found.sent, found.cancelled, found.open) == (8, 3, 3, 0)
        cut = sa.select(delivery.c.chat_id, delivery.c.part, delivery.c.error)
        rows = tx.execute(
            cut.where(delivery.c.state == "cancelled").order_by(delivery.c.chat_id, delivery.c.part)
        )
        assert [tuple(row) for row in rows] == [(2, 2, CUT_OFF), (4, 1, CUT_OFF), (4, 2, CUT_OFF)]
        pushed = pushes.by_id(tx, push_id)
        assert pushed is not None
        assert pushed.state is PushState.DONE

    await db.write(work)


def retried(claimed: Claim) -> Settlement:
    return settled(claimed.deliveries[1], DeliveryState.RETRY_AT, not_before=NOON + timedelta(seconds=9))


async def test_a_part_that_is_tried_again_holds_the_next_ones_back(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        first = claim(tx, push_id)
        ledger.settle(tx, push_id, [retried(first)], NOON)
        assert keys(claim(tx, push_id, after=first.after)) == []
        again = claim(tx, push_id, after=first.after, now=NOON + timedelta(seconds=9))
        assert keys(again) == [(2, 0)]
        deliver(tx, push_id, again)
        assert keys(claim(tx, push_id, after=first.after)) == [(2, 1)]

    await db.write(work)


def _ends(tx: Transaction, push_id: int) -> Counts:
    chats.end(tx, 2, ChatState.BLOCKED, "blocked", NOON)
    assert keys(claim(tx, push_id, after=4)) == [(4, 1)]
    return Counts(planned=8, sent=4, rejected=1, cancelled=1)


def _is_cancelled(tx: Transaction, push_id: int) -> Counts:
    assert pushes.cancel(tx, push_id, NOON)
    return Counts(planned=8, sent=4, cancelled=4)


def _dies(tx: Transaction, push_id: int) -> Counts:
    claim(tx, push_id, after=4)
    recovery.abandon(tx, hold(tx), OnUnknown.PARK, NOON)
    return Counts(planned=8, sent=4, unknown=2, cancelled=2)


@pytest.mark.parametrize("happens", [_ends, _is_cancelled, _dies])
async def test_chats_that_end_pushes_that_are_cancelled_and_senders_that_die_leave_nothing_uncounted(
    db: Database, happens: Callable[[Transaction, int], Counts]
) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        deliver(tx, push_id, claim(tx, push_id))
        expected = happens(tx, push_id)
        assert counts(tx, push_id) == expected

    await db.write(work)


async def test_a_group_that_moves_takes_its_parts_along_in_order(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        first = claim(tx, push_id)
        add_readers(tx, [9], kind="supergroup")
        chats.move(tx, 1002, -1009, NOON)
        ledger.settle(tx, push_id, [retried(first)], NOON)
        chats.move(tx, 1002, -1009, NOON)
        again = claim(tx, push_id, after=first.after)
        assert keys(again) == [(9, 0)]
        deliver(tx, push_id, again)
        assert keys(claim(tx, push_id, after=first.after)) == [(9, 1)]
        assert leases.holder(tx, BOT) is not None

    await db.write(work)


async def test_what_was_cut_off_behind_a_doubt_follows_when_an_editor_has_it_sent_once_more(
    db: Database,
) -> None:
    def work(tx: Transaction) -> None:
        push_id = planned(tx)
        first = claim(tx, push_id)
        lost = [settled(one, DeliveryState.UNKNOWN, doubts=1) for one in first.deliveries]
        ledger.settle(tx, push_id, lost, NOON)
        assert counts(tx, push_id) == Counts(planned=8, unknown=4, cancelled=4)
        assert doubts.resend(tx, push_id, NOON, None) == 4
        assert recovery.verify(tx) == []
        assert counts(tx, push_id) == Counts(planned=8)
        again = claim(tx, push_id)
        assert keys(again) == [(1, 0), (2, 0), (3, 0), (4, 0)]
        in_doubt = settled(again.deliveries[1], DeliveryState.UNKNOWN, doubts=2)
        delivered = [sent(one) for one in again.deliveries if one.chat_id != in_doubt.chat_id]
        ledger.settle(tx, push_id, [in_doubt, *delivered], NOON)
        assert keys(claim(tx, push_id)) == [(4, 1)]
        assert recovery.verify(tx) == []
        assert counts(tx, push_id) == Counts(planned=8, sent=3, unknown=1, cancelled=2)

    await db.write(work)
