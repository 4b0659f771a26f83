"""Two transactions at once, on PostgreSQL: SQLite has one writer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from readership import NOON, add_readers, approve_push
from test_digest_edits import Round

from newsroom import copies, digests, steps
from storage import digests as kept
from storage import engine, leases, ledger, pushes, stories
from storage.database import Database, StorageError, Transaction
from storage.records import Claim, DeliveryState, Lane
from storage.schema import delivery

BOT = 7
IDLE = "idle_in_transaction_session_timeout"
LOCK_WAIT = "SET LOCAL lock_timeout = '200ms'"


@pytest.fixture
async def other(postgresql_url: str) -> AsyncIterator[Database]:
    """Another process's way to the same database."""
    database = Database.open(postgresql_url)
    yield database
    await database.close()


@contextmanager
def transaction(url: str) -> Iterator[Transaction]:
    opened = engine.writing(engine.parse(url))
    try:
        with opened.begin() as tx:
            yield tx
    finally:
        opened.dispose()


def planned(tx: Transaction) -> int:
    assert leases.acquire(tx, BOT, "a", timedelta(0))
    add_readers(tx, range(1, 11))
    push_id = approve_push(tx)
    ledger.plan(tx, push_id)
    return push_id


def claimed(tx: Transaction, push_id: int) -> None:
    claim = ledger.claim(tx, push_id, after=0, limit=5, bot_id=BOT, epoch=1, now=NOON)
    assert claim is not None
    assert len(claim.deliveries) == 5


Stop = Callable[[Transaction, int], object]
STOPS: dict[str, Stop] = {
    "pause": pushes.pause,
    "cancel": lambda tx, push_id: pushes.cancel(tx, push_id, NOON),
    "halt": lambda tx, _: leases.halt(tx, "editor:1"),
    "takeover": lambda tx, _: leases.acquire(tx, BOT, "b", timedelta(minutes=1)),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_no_stop_commits_between_a_claim_s_look_and_its_intents(
    postgresql_url: str, other: Database, stop: Stop
) -> None:
    """Otherwise intents would be written after it (G4), or with an epoch that is over."""
    push_id = await other.write(planned)

    def stopped(tx: Transaction) -> None:
        tx.execute(sa.text(LOCK_WAIT))
        assert stop(tx, push_id)

    with transaction(postgresql_url) as tx:
        claimed(tx, push_id)
        with pytest.raises(StorageError, match="locked"):
            await other.write(stopped)
    await other.write(stopped)
    intents = sa.select(sa.func.count()).where(delivery.c.state == DeliveryState.INTENT)
    assert await other.read(lambda tx: tx.execute(intents).scalar_one()) == 5


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_a_claim_that_waited_for_a_stop_sees_it(
    postgresql_url: str, other: Database, stop: Stop
) -> None:
    """What it saw of the database before it had to wait is not true any more."""
    push_id = await other.write(planned)

    def claiming(tx: Transaction) -> Claim | None:
        return ledger.claim(tx, push_id, after=0, limit=5, bot_id=BOT, epoch=1, now=NOON)

    with transaction(postgresql_url) as tx:
        assert stop(tx, push_id)
        waiting = asyncio.create_task(other.write(claiming))
        async with asyncio.timeout(20):
            while not await other.read(_somebody_waits):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0)
    claim = await waiting
    assert claim is None or not claim.deliveries


def _somebody_waits(tx: Transaction) -> bool:
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool(tx.execute(sa.text(waits)).scalar_one())


async def test_a_sender_that_stands_still_in_a_transaction_loses_its_locks(
    postgresql_url: str, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a process that was suspended: nobody could take its lease over."""
    shortened = engine.POSTGRESQL_DEFAULTS["options"].replace(f"{IDLE}=10s", f"{IDLE}=100ms")
    monkeypatch.setitem(engine.POSTGRESQL_DEFAULTS, "options", shortened)
    one = Database.open(postgresql_url)
    push_id = await other.write(planned)

    def still(tx: Transaction) -> None:
        claimed(tx, push_id)
        with transaction(postgresql_url) as taking:
            assert leases.acquire(taking, BOT, "b", timedelta(minutes=1))
        tx.execute(sa.select(1))

    try:
        with pytest.raises(StorageError) as caught:
            await one.write(still)
    finally:
        await one.close()
    assert caught.value.temporary
    assert await other.read(lambda tx: leases.holder(tx, BOT)) == "b"
    intents = sa.select(sa.func.count()).where(delivery.c.state == DeliveryState.INTENT)
    assert await other.read(lambda tx: tx.execute(intents).scalar_one()) == 0


def withdrawn(tx: Transaction, story_id: int) -> None:
    tx.execute(sa.text(LOCK_WAIT))
    story = stories.by_id(tx, story_id)
    assert story is not None
    copies.kill(tx, story, by=steps.by_editor(1), now=NOON)


async def test_a_withdrawal_waits_for_a_list_that_is_being_made(postgresql_url: str, other: Database) -> None:
    world = await other.write(lambda tx: Round(tx, readers=1))
    with transaction(postgresql_url) as tx:
        world.tx = tx
        digest = world.create()
        kept.note_stories(tx, digest, [world.story])
        with pytest.raises(StorageError, match="locked"):
            await other.write(lambda there: withdrawn(there, world.story))
    await other.write(lambda there: withdrawn(there, world.story))
    found = await other.read(lambda there: pushes.by_id(there, digest))
    assert found is not None
    assert found.revision == 2


async def test_no_list_is_told_anew_between_a_claim_s_look_and_its_intents(
    postgresql_url: str, other: Database
) -> None:
    """Otherwise intents of the old list would be written after it (G4)."""

    def planned(tx: Transaction) -> tuple[Round, int]:
        world = Round(tx, readers=3)
        return world, world.digest()

    world, digest = await other.write(planned)

    def changed(tx: Transaction) -> None:
        tx.execute(sa.text(LOCK_WAIT))
        digests.tell_anew(tx, world.story, Lane.KILL, NOON)

    with transaction(postgresql_url) as tx:
        claim = ledger.claim(tx, digest, after=0, limit=1, bot_id=BOT, epoch=world.epoch, now=NOON)
        assert claim is not None
        assert [one.revision for one in claim.deliveries] == [1]
        with pytest.raises(StorageError, match="locked"):
            await other.write(changed)
    await other.write(changed)
