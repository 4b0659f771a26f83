"""The engine against a simulated Telegram over real HTTP; the server's own journal is the judge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from office import Office, opened
from readership import FIRST, NOON, add_readers

from delivery import courier as courier_module
from delivery import health, verdicts
from delivery.flow import Limits
from newsroom.message import Message
from simulator import faults
from simulator.errors import bad_request
from simulator.model import Chat
from simulator.state import GENERAL_TOPIC
from storage import doubts, leases, pushes
from storage.database import Database, StorageError, Transaction
from storage.records import Composed, Counts, Lane, OnUnknown, Push, PushState, Variant
from storage.schema import chat


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "RETRY_EVERY", 0.01)
    monkeypatch.setattr(courier_module, "TAKE_EVERY", 0.01)
    monkeypatch.setattr(verdicts, "RESEND_AFTER", 0.05)


async def state_of(office: Office, push_id: int) -> PushState:
    found = await office.db.read(lambda tx: pushes.by_id(tx, push_id))
    assert found is not None
    return found.state


async def some_sent(office: Office, count: int) -> None:
    """Wait until the server has taken so many messages."""
    async with asyncio.timeout(60):
        seen = 0
        while office.world.journal.done < count:
            await office.world.changes.wait(seen, 60)
            seen = office.world.changes.last


def sent_texts(office: Office) -> list[object]:
    """What was sent, in the order in which the server took it."""
    calls = [call for call in office.world.journal.calls if call.chat_id and call.message_id]
    return [
        office.world.chats[call.chat_id or 0].messages[call.message_id or 0].content["text"] for call in calls
    ]


def copies(office: Office) -> list[int]:
    """How many messages each reader got who got any."""
    return sorted(office.world.journal.sent.values())


async def test_every_reader_gets_the_message_once(db: Database) -> None:
    async with opened(db) as office:
        readers = await office.enlist(100)
        push_id = await office.push(text="سقوط الأمطار على المدينة")
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=100, sent=100)
        assert set(office.world.journal.sent.values()) == {1}
        assert len(office.world.journal.sent) == len(readers)
        assert office.world.texts(1001) == ["سقوط الأمطار على المدينة"]
        assert len(office.echo.asked) == 1, "a message is prepared once for all who get the same"


async def test_a_new_push_leaves_when_it_is_told_of(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(3)
        async with office.courier() as courier:
            for number in range(1, 4):
                push_id = await office.push()
                courier.wake()
                await office.over(push_id)
                assert copies(office) == [number] * 3


async def test_chats_that_ended_are_not_tried_again(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(4)
        office.world.block(FIRST + 1)
        office.world.deactivate(FIRST + 2)
        office.world.vanish(FIRST + 3)
        async with office.courier() as courier:
            first = await office.push()
            courier.wake()
            await office.over(first)
            assert await office.counts(first) == Counts(planned=4, sent=1, rejected=3)
            second = await office.push()
            courier.wake()
            await office.over(second)
        assert await office.counts(second) == Counts(planned=1, sent=1)
        query = sa.select(chat.c.id, chat.c.state, chat.c.ended_why).order_by(chat.c.id)
        states = await db.read(lambda tx: [tuple(row) for row in tx.execute(query)])
        assert states == [
            (1, "blocked", "blocked"),
            (2, "gone", "deactivated"),
            (3, "gone", "chat_not_found"),
            (4, "active", None),
        ]


async def test_a_group_that_moves_meanwhile_is_followed(db: Database) -> None:
    async with opened(db) as office:
        office.world.add_group(chat_id=-(FIRST + 1))
        await db.write(lambda tx: add_readers(tx, [1], kind="group"))
        moved = office.world.upgrade(-(FIRST + 1))
        async with office.courier():
            push_id = await office.push()
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=1, sent=1)
        assert office.world.journal.sent == {moved.id: 1}
        address = await db.read(lambda tx: tx.execute(sa.select(chat.c.telegram_id)).scalar_one())
        assert address == moved.id


@pytest.mark.parametrize("lost", ["deleted", "closed"])
async def test_a_thread_that_is_lost_is_left_for_the_general_one(db: Database, lost: str) -> None:
    async with opened(db) as office:
        forum, thread_id = await forum_with_thread(office)
        if lost == "deleted":
            office.world.delete_topic(forum.id, thread_id)
        else:
            office.world.close_topic(forum.id, thread_id)
        first, second = await office.push(text="1"), await office.push(text="2")
        async with office.courier():
            await office.over(first, second)
        assert await office.counts(first) == await office.counts(second) == Counts(planned=1, sent=1)
        texts = [(one.thread_id, one.content["text"]) for one in office.world.messages(forum.id)[1:]]
        assert texts == [(None, "1"), (None, "2")]
        assert await db.read(lambda tx: tx.execute(sa.select(chat.c.thread_id)).scalar_one()) is None


async def test_a_forum_that_takes_nothing_ends_with_the_reason(db: Database) -> None:
    async with opened(db) as office:
        forum, thread_id = await forum_with_thread(office)
        office.world.close_topic(forum.id, thread_id)
        office.world.close_topic(forum.id, GENERAL_TOPIC)
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=1, rejected=1)
        ended = sa.select(chat.c.state, chat.c.ended_why)
        assert tuple(await db.read(lambda tx: tx.execute(ended).one())) == ("blocked", "thread_closed")


async def forum_with_thread(office: Office) -> tuple[Chat, int]:
    """Reader 1, who gets the news in a thread."""
    forum = office.world.add_forum("Harbour", chat_id=-(FIRST + 1), topics=["News"])
    (thread_id,) = forum.topics
    there = sa.update(chat).values(thread_id=thread_id)
    await office.db.write(lambda tx: add_readers(tx, [1], kind="supergroup"))
    await office.db.write(lambda tx: tx.execute(there))
    return forum, thread_id


async def test_a_penalty_of_one_chat_holds_up_no_other(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(20)
        office.world.faults.add(faults.flood(1).on("sendMessage", chats={FIRST + 1}, count=1))
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=20, sent=20)
        sent = [call.chat_id for call in office.world.journal.calls if call.status == 200]
        assert sent[-1] == FIRST + 1
        assert copies(office) == [1] * 20


@pytest.mark.parametrize(
    ("policy", "expected", "sent"),
    [
        (OnUnknown.PARK, Counts(planned=5, sent=4, unknown=1), [1, 1, 1, 1, 1]),
        (OnUnknown.RESEND_ONCE, Counts(planned=5, sent=5), [1, 1, 1, 1, 2]),
    ],
)
async def test_what_is_uncertain_follows_the_policy(
    db: Database, policy: OnUnknown, expected: Counts, sent: list[int]
) -> None:
    async with opened(db, policy=policy) as office:
        await office.enlist(5)
        office.world.faults.add(faults.dropped().on("sendMessage", count=1))
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == expected
        assert copies(office) == sent


async def test_an_editor_has_the_uncertain_sent_once_more(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(5)
        office.world.faults.add(faults.dropped().on("sendMessage", count=2))
        push_id = await office.push()
        async with office.courier() as courier:
            for expected in (Counts(planned=5, sent=3, unknown=2), Counts(planned=5, sent=4, unknown=1)):
                await office.over(push_id)
                assert await office.counts(push_id) == expected
                office.world.faults.add(faults.dropped().on("sendMessage", count=1))
                await office.db.write(lambda tx: doubts.resend(tx, push_id, datetime.now(UTC), None))
                courier.wake()
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=5, sent=4, unknown=1)
        assert copies(office) == [1, 1, 1, 2, 2]


async def test_nobody_ever_gets_a_third_copy(db: Database) -> None:
    async with opened(db, policy=OnUnknown.RESEND_ONCE) as office:
        await office.enlist(1)
        office.world.faults.add(faults.dropped().on("sendMessage"))
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=1, unknown=1)
        assert copies(office) == [2]


async def test_an_outage_costs_a_few_readers_however_long_it_lasts(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FIRST_PAUSE", 0.01)
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=200)
        office.world.faults.add(faults.bad_gateway().on("sendMessage", skip=50))
        office.world.faults.add(faults.bad_gateway().on("getMe", count=4))
        # It answers harmless calls before it sends again: each of those costs the one reader on trial.
        office.after_acts(7, office.world.faults.clear)
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert counts == Counts(planned=200, sent=200 - counts.unknown, unknown=counts.unknown)
        assert counts.unknown <= office.widest + 2
        assert set(copies(office)) == {1}


async def test_a_cancel_stops_all_but_what_has_left(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(500)
        office.limits = Limits(per_second=200)
        push_id = await office.push()
        async with office.courier():
            await some_sent(office, 20)
            await office.db.write(lambda tx: pushes.cancel(tx, push_id, NOON))
            before = office.world.journal.done
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert counts.sent + counts.cancelled == counts.planned == 500
        assert office.world.journal.done == counts.sent
        assert counts.sent - before <= office.widest


async def test_a_halt_stops_every_push_until_it_is_lifted(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=200)
        push_id = await office.push()
        async with office.courier() as courier:
            await some_sent(office, 10)
            await office.db.write(lambda tx: leases.halt(tx, "editor:1"))
            await office.db.until(lambda tx: courier.under_way == 0)
            assert office.world.journal.done < 200
            assert await state_of(office, push_id) is PushState.RUNNING
            await office.db.write(leases.unhalt)
            courier.wake()
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=200, sent=200)


async def test_what_is_urgent_overtakes(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(150)
        office.limits = Limits(per_second=300)
        digest = await office.push(lane=Lane.DIGEST, text="digest")
        async with office.courier() as courier:
            await some_sent(office, 20)
            breaking = await office.push(lane=Lane.BREAKING, text="breaking")
            courier.wake()
            before = office.world.journal.done
            await office.over(breaking)
            await office.over(digest)
        order = sent_texts(office)[before:]
        last = len(order) - order[::-1].index("breaking")
        between = order[:last].count("digest")
        # One in sixteen goes to the lane that waits longest, so that none starves.
        assert between <= office.widest + 150 / 15 + 1


async def test_a_dead_courier_loses_nothing_but_what_it_had_in_hand(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(400)
        office.limits = Limits(per_second=400)
        push_id = await office.push()
        in_hand = 0
        for deaths in range(1, 4):
            async with office.mortal_courier():
                await some_sent(office, 60 * deaths)
            in_hand += office.widest
        async with office.courier():
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert counts.sent + counts.unknown == counts.planned == 400
        assert counts.unknown <= in_hand
        assert set(copies(office)) == {1}, "nobody twice"
        assert 400 - len(copies(office)) <= counts.unknown, "who was left out is shown as unknown"


async def test_a_drained_courier_leaves_nothing_in_doubt(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(300)
        office.limits = Limits(per_second=400)
        push_id = await office.push()
        for stops in range(1, 4):
            async with office.courier():
                await some_sent(office, 60 * stops)
            assert (await office.counts(push_id)).unknown == 0
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=300, sent=300)
        assert set(copies(office)) == {1}


async def test_who_loses_the_lease_sends_nothing_more(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(300)
        office.limits = Limits(per_second=400)
        push_id = await office.push()
        bot_id = office.world.bot.id

        def rob(tx: Transaction) -> int:
            holder = leases.holder(tx, bot_id)
            lease = leases.acquire(tx, bot_id, "thief", timedelta(seconds=60), dead=holder)
            assert lease is not None
            return lease.epoch

        async with office.courier() as courier:
            await some_sent(office, 50)
            epoch = await office.db.write(rob)
            courier._is_dead = lambda holder: holder != "thief"
            await office.db.until(lambda tx: courier._shift is None)
            done = office.world.journal.done
            assert done < 300
            await office.db.write(lambda tx: leases.holder(tx, bot_id))
            assert (await office.counts(push_id)).sent == done
            courier._is_dead = lambda holder: True
            await office.over(push_id)
            assert epoch == 2
        assert await office.counts(push_id) == Counts(planned=300, sent=300)
        assert set(copies(office)) == {1}


@pytest.mark.parametrize("committed", [True, False])
async def test_a_database_that_fails_for_a_while_costs_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=400)
        push_id = await office.push()
        write, calls = office.db._db.write, iter(range(1000))

        async def failing(work: Callable[[Transaction], object]) -> object:
            fails = next(calls) % 4 == 3
            result = await write(work) if committed or not fails else None
            if fails:
                raise StorageError("the disk is full", temporary=True)
            return result

        async with office.courier():
            monkeypatch.setattr(office.db._db, "write", failing)
            await office.over(push_id)
            monkeypatch.undo()
        assert await office.counts(push_id) == Counts(planned=200, sent=200)
        assert set(copies(office)) == {1}


async def test_a_push_that_cannot_be_prepared_waits_for_somebody(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(push: Push, variant: Variant) -> Message | Composed:
        raise LookupError("no such story")

    async with opened(db) as office:
        await office.enlist(3)
        push_id = await office.push()
        monkeypatch.setattr(office.echo, "prepare", broken)
        async with office.courier():
            await office.db.until(lambda tx: _is(tx, push_id, PushState.PAUSED))
        assert await office.counts(push_id) == Counts(planned=3)
        monkeypatch.undo()
        await office.db.write(lambda tx: pushes.unpause(tx, push_id))
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=3, sent=3)


async def test_a_message_that_telegram_refuses_as_such_is_not_tried_on_everybody(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(300)
        office.limits = Limits(per_second=50)
        office.world.faults.add(faults.refusal(bad_request("message is too long")).on("sendMessage"))
        push_id = await office.push()
        async with office.courier():
            await office.db.until(lambda tx: _is(tx, push_id, PushState.PAUSED))
        counts = await office.counts(push_id)
        assert 3 <= counts.rejected <= 2 * office.widest
        assert counts.open == 300 - counts.rejected


def _is(tx: Transaction, push_id: int, state: PushState) -> bool:
    found = pushes.by_id(tx, push_id)
    return found is not None and found.state is state
