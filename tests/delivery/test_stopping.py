"""G4: once a stop commits no new intent is written. The server's own journal is the judge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from office import Office, opened

from bot.brake import halt_file
from delivery import courier as courier_module
from delivery import shift
from delivery.flow import Limits
from storage import leases, pushes, tally
from storage.database import Database, Transaction
from storage.records import Counts
from storage.schema import delivery

READERS = 200
Change = Callable[[Transaction, int], object]

WAYS: dict[str, tuple[Change, Change]] = {
    "pause": (pushes.pause, pushes.unpause),
    "halt": (lambda tx, _: leases.halt(tx, "editor:1"), lambda tx, _: leases.unhalt(tx)),
    "cancel": (
        lambda tx, push_id: pushes.cancel(tx, push_id, datetime.now(UTC)),
        pushes.unpause,
    ),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "RETRY_EVERY", 0.01)
    monkeypatch.setattr(shift, "BRAKED_EVERY", 0.01)


def intents(tx: Transaction) -> int:
    """How many were ever written."""
    return int(tx.execute(sa.select(sa.func.sum(delivery.c.attempt))).scalar_one())


async def begun(office: Office) -> int:
    """A push of which some has been sent."""
    await office.enlist(READERS)
    office.limits = Limits(per_second=200)
    return await office.push()


async def some_sent(office: Office, count: int) -> None:
    async with asyncio.timeout(60):
        seen = 0
        while office.world.journal.done < count:
            await office.world.changes.wait(seen, 60)
            seen = office.world.changes.last


@pytest.mark.parametrize("way", WAYS)
async def test_after_the_commit_no_intent_is_written(db: Database, way: str) -> None:
    stop, go_on = WAYS[way]
    async with opened(db) as office:
        push_id = await begun(office)
        async with office.courier() as courier:
            await some_sent(office, 20)

            def stopping(tx: Transaction) -> tuple[int, int]:
                assert stop(tx, push_id)
                return intents(tx), tally.under_way(tx)

            written, under_way = await office.db.write(stopping)
            before = office.world.journal.done
            for _ in range(3):
                courier.wake()
                await office.db.until(lambda tx: not tally.under_way(tx))
            assert await office.db.read(intents) == written
            assert office.world.journal.done <= min(written, before + under_way)
            assert under_way <= office.widest
            assert bool(await office.db.write(lambda tx: go_on(tx, push_id))) is (way != "cancel")
            courier.wake()
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert set(office.world.journal.sent.values()) == {1}
        assert counts.sent == office.world.journal.done
        if way == "cancel":
            assert counts == Counts(planned=READERS, sent=counts.sent, cancelled=READERS - counts.sent)
        else:
            assert counts == Counts(planned=READERS, sent=READERS)


class Watcher:
    """Looks for a file as the courier asks it to, and tells when it was looked for."""

    def __init__(self, file: Path) -> None:
        self._stands = halt_file(file)
        self._looked = asyncio.Event()

    def __call__(self) -> bool:
        self._looked.set()
        return self._stands() is not None

    async def asked(self, times: int) -> None:
        for _ in range(times):
            self._looked.clear()
            await asyncio.wait_for(self._looked.wait(), 60)


async def test_a_file_stops_what_goes_out_and_its_end_lets_it_go_on(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "ajil.halt"
    async with opened(db) as office:
        office.braked = watcher = Watcher(file)
        push_id = await begun(office)
        async with office.courier():
            await some_sent(office, 20)
            file.touch()
            await watcher.asked(2)
            await office.db.until(lambda tx: not tally.under_way(tx))
            written, done = await office.db.read(intents), office.world.journal.done
            assert done < READERS
            await watcher.asked(3)
            assert (await office.db.read(intents), office.world.journal.done) == (written, done)
            file.unlink()
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=READERS, sent=READERS)
        assert set(office.world.journal.sent.values()) == {1}


async def test_what_is_released_behind_the_file_leaves_when_it_is_gone(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "ajil.halt"
    file.symlink_to(tmp_path / "nothing")
    async with opened(db) as office:
        office.braked = Watcher(file)
        await office.enlist(3)
        async with office.courier() as courier:
            push_id = await office.push()
            courier.wake()
            await office.db.until(lambda tx: bool(planned_of(tx, push_id)))
            assert office.world.journal.done == 0
            file.unlink()
            await office.over(push_id)
        assert await office.counts(push_id) == Counts(planned=3, sent=3)


def planned_of(tx: Transaction, push_id: int) -> int:
    found = pushes.by_id(tx, push_id)
    return found.counts.planned if found else 0
