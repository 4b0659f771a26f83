"""What is too old is given up, not sent late."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from office import Office, opened
from readership import NOON, add_readers, approve_push

from delivery import planner
from delivery.flow import Limits
from storage import pushes, recovery
from storage.database import Database, Transaction
from storage.records import Counts
from storage.schema import push

HOUR = timedelta(hours=1)


async def due_by(office: Office, push_id: int, deadline: datetime) -> None:
    due = sa.update(push).where(push.c.id == push_id).values(deliver_by=deadline)
    await office.db.write(lambda tx: tx.execute(due))


async def some_sent(office: Office, count: int) -> None:
    async with asyncio.timeout(60):
        seen = 0
        while office.world.journal.done < count:
            await office.world.changes.wait(seen, 60)
            seen = office.world.changes.last


def planned(tx: Transaction, readers: int, deadline: datetime | None, per_second: float) -> datetime | None:
    """The deadline that a push has once it is planned at noon."""
    add_readers(tx, range(1, readers + 1))
    push_id = approve_push(tx)
    tx.execute(sa.update(push).values(deliver_by=deadline))
    assert planner.plan_next(tx, NOON, per_second) == push_id
    found = pushes.by_id(tx, push_id)
    assert found is not None
    assert found.counts.planned == readers
    return found.deliver_by


@pytest.mark.parametrize("at_once", [10_000, 20])
async def test_what_is_left_at_the_deadline_is_expired_and_nothing_of_it_leaves_later(
    db: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(recovery, "EXPIRED_AT_ONCE", at_once)
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=200)
        clock = datetime.now(UTC)
        office.now = lambda: clock
        push_id = await office.push()
        await due_by(office, push_id, clock + HOUR)
        async with office.courier():
            await some_sent(office, 20)
            clock += HOUR
            await office.over(push_id)
            counts = await office.counts(push_id)
            later = await office.push(text="later")
            await office.over(later)
        assert counts == Counts(planned=200, sent=counts.sent, expired=200 - counts.sent)
        assert 20 <= counts.sent < 200
        assert office.world.journal.done == counts.sent + 200


async def test_a_push_that_was_never_begun_in_time_is_planned_and_expires_whole(db: Database) -> None:
    async with opened(db) as office:
        await office.enlist(5)
        push_id = await office.push()
        await due_by(office, push_id, NOON)
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=5, expired=5)
        assert office.world.journal.done == 0


async def test_an_audience_that_takes_long_has_twice_the_time_that_it_takes(db: Database) -> None:
    until = await db.write(lambda tx: planned(tx, 100, NOON + HOUR, 0.01))
    assert until == NOON + timedelta(seconds=20_000)


async def test_one_that_does_not_keeps_its_deadline(db: Database) -> None:
    assert await db.write(lambda tx: planned(tx, 100, NOON + HOUR, 30)) == NOON + HOUR


async def test_being_big_makes_nothing_news_again(db: Database) -> None:
    assert await db.write(lambda tx: planned(tx, 100, NOON, 0.01)) == NOON


async def test_what_has_no_deadline_gets_none(db: Database) -> None:
    assert await db.write(lambda tx: planned(tx, 100, None, 0.01)) is None
