"""The lease: one holder at a time, and an epoch for every holding."""

from __future__ import annotations

from datetime import timedelta

from storage import leases
from storage.database import Database, Transaction
from storage.records import Lease

BOT = 7
TTL = timedelta(seconds=15)
EXPIRED = timedelta(seconds=-1)


async def test_the_first_takes_it_and_the_second_waits(db: Database) -> None:
    def work(tx: Transaction) -> None:
        assert leases.acquire(tx, BOT, "a", TTL) == Lease(bot_id=BOT, holder="a", epoch=1)
        assert leases.acquire(tx, BOT, "b", TTL) is None
        assert leases.acquire(tx, BOT + 1, "b", TTL) == Lease(bot_id=BOT + 1, holder="b", epoch=1)

    await db.write(work)


async def test_an_expired_one_passes_on_with_the_next_epoch(db: Database) -> None:
    def work(tx: Transaction) -> None:
        first = leases.acquire(tx, BOT, "a", EXPIRED)
        assert first is not None
        assert leases.renew(tx, first, EXPIRED), "nobody took it meanwhile"
        assert leases.acquire(tx, BOT, "b", TTL) == Lease(bot_id=BOT, holder="b", epoch=2)
        assert not leases.renew(tx, first, TTL)
        assert not leases.release(tx, first)
        assert leases.holder(tx, BOT) == "b"

    await db.write(work)


async def test_a_released_one_is_free_at_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        first = leases.acquire(tx, BOT, "a", TTL)
        assert first is not None
        assert leases.release(tx, first)
        assert leases.acquire(tx, BOT, "b", TTL) == Lease(bot_id=BOT, holder="b", epoch=2)

    await db.write(work)


async def test_an_earlier_holding_of_the_same_holder_is_over(db: Database) -> None:
    def work(tx: Transaction) -> None:
        first = leases.acquire(tx, BOT, "a", EXPIRED)
        assert first is not None
        assert leases.acquire(tx, BOT, "a", TTL) == Lease(bot_id=BOT, holder="a", epoch=2)
        assert not leases.renew(tx, first, TTL)

    await db.write(work)


async def test_an_epoch_that_comes_again_is_not_that_of_another_holder(db: Database) -> None:
    """As it may, once an old backup is in the place of the database."""

    def work(tx: Transaction) -> None:
        assert leases.acquire(tx, BOT, "a", TTL) == Lease(bot_id=BOT, holder="a", epoch=1)
        assert not leases.renew(tx, Lease(bot_id=BOT, holder="b", epoch=1), TTL)

    await db.write(work)


async def test_that_of_a_dead_holder_is_free_at_once(db: Database) -> None:
    def work(tx: Transaction) -> None:
        leases.acquire(tx, BOT, "a", TTL)
        assert leases.acquire(tx, BOT, "b", TTL, dead="c") is None
        assert leases.acquire(tx, BOT, "b", TTL, dead="a") == Lease(bot_id=BOT, holder="b", epoch=2)

    await db.write(work)


async def test_a_halt_stands_until_it_is_lifted(db: Database) -> None:
    def work(tx: Transaction) -> None:
        assert leases.halted(tx) is None
        assert leases.halt(tx, "editor:1")
        assert not leases.halt(tx, "editor:2")
        assert leases.halted(tx) == "editor:1"
        assert leases.unhalt(tx)
        assert not leases.unhalt(tx)

    await db.write(work)
