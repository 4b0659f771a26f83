"""What a dead sender's notes prove, and what they do not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from office import Office, opened
from pretended import delivery

from delivery import departures as departures_module
from delivery import outcomes
from delivery.departures import Departures
from delivery.flow import Limits
from delivery.reasons import Reason
from delivery.sender import Sender
from delivery.verdicts import Verdict
from simulator import faults
from storage import backup
from storage.database import Database, Transaction
from storage.records import Counts, Departed, Lease
from storage.schema import delivery as table

LEASE = Lease(bot_id=7, holder="machine:1:2:abcd", epoch=5)


def begun(path: Path) -> Departures:
    departures = Departures(path)
    departures.begin(LEASE)
    return departures


def known(path: Path) -> Departed | None:
    return Departures(path).of(LEASE.holder, LEASE.epoch)


@pytest.mark.parametrize(
    ("verdict", "sent"),
    [
        (outcomes.Sent(71), {(1, 9, 0, 1): 71}),
        (outcomes.Done(), {(1, 9, 0, 1): None}),
        (outcomes.Throttled(3), {}),
        (outcomes.Unsent(outcomes.Failure.CONNECT), {}),
        (outcomes.Rejected(Reason.BLOCKED, "x"), {}),
    ],
)
def test_a_certain_answer_is_known(tmp_path: Path, verdict: Verdict, sent: dict[object, object]) -> None:
    departures = begun(tmp_path / "noted")
    departures.left(delivery(9))
    departures.answered(delivery(9), verdict)
    assert known(tmp_path / "noted") == Departed(flying=frozenset(), sent=sent)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "verdict", [None, outcomes.Uncertain("reset"), outcomes.Sent(1, (1, 2)), outcomes.Sent(None)]
)
def test_without_one_it_is_under_way(tmp_path: Path, verdict: Verdict | None) -> None:
    departures = begun(tmp_path / "noted")
    departures.left(delivery(9))
    if verdict is not None:
        departures.answered(delivery(9), verdict)
    assert known(tmp_path / "noted") == Departed(flying=frozenset({(1, 9, 0, 1)}), sent={})


def test_room_is_used_again_once_the_outcome_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departures_module, "SLOTS", 2)
    departures = begun(tmp_path / "noted")
    departures.left(delivery(1))
    departures.answered(delivery(1), outcomes.Sent(1))
    for chat_id in range(2, 50):
        departures.left(delivery(chat_id))
        departures.settled([delivery(chat_id)])
    found = known(tmp_path / "noted")
    assert found is not None
    assert found.sent == {(1, 1, 0, 1): 1}
    assert found.flying == {(1, 49, 0, 1)}, "the answer of who had the place before is gone with him"


def test_half_a_proof_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures_module, "SLOTS", 1)
    departures = begun(tmp_path / "noted")
    departures.left(delivery(1))
    departures.left(delivery(2))
    assert known(tmp_path / "noted") is None


@pytest.mark.parametrize(
    ("holder", "epoch"), [("machine:1:2:other", 5), (LEASE.holder, 4), (LEASE.holder, 6)]
)
def test_another_sender_s_notes_prove_nothing(tmp_path: Path, holder: str, epoch: int) -> None:
    begun(tmp_path / "noted")
    assert Departures(tmp_path / "noted").of(holder, epoch) is None
    assert Departures(tmp_path / "elsewhere").of(LEASE.holder, 5) is None
    assert Departures().of(LEASE.holder, 5) is None


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    departures = begun(tmp_path / "missing" / "noted")
    departures.left(delivery(1))
    departures.answered(delivery(1), outcomes.Sent(1))
    departures.settled([delivery(1)])
    assert known(tmp_path / "missing" / "noted") is None


def test_an_answer_to_what_had_the_place_before_is_none_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death may come in the middle of a note, where it crosses from one page of memory to the next."""
    monkeypatch.setattr(departures_module, "SLOTS", 1)
    path = tmp_path / "noted"
    departures = begun(path)
    departures.left(delivery(1))
    departures.answered(delivery(1), outcomes.Sent(71))
    departures.settled([delivery(1)])
    before = path.read_bytes()
    departures.left(delivery(2))
    kept = departures_module._HEAD_SIZE + departures_module._ANSWER_AT
    path.write_bytes(path.read_bytes()[:kept] + before[kept:])
    assert known(path) == Departed(flying=frozenset({(1, 2, 0, 1)}), sent={})


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 200))
def test_a_note_that_was_cut_off_is_as_if_it_were_not(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Its writer died within the slot of 2: before that request left, or before its answer was noted."""
    path = tmp_path_factory.mktemp("cut") / "noted"
    departures = begun(path)
    departures.left(delivery(1))
    before = path.read_bytes()
    departures.left(delivery(2))
    departures.answered(delivery(2), outcomes.Sent(1 << 40))
    after = path.read_bytes()
    changed = [at for at in range(len(after)) if before[at] != after[at]]
    written = changed[: min(cut, len(changed))]
    torn = bytearray(before)
    for at in written:
        torn[at] = after[at]
    path.write_bytes(torn)
    found = known(path)
    assert found is not None
    assert (1, 1, 0, 1) in found.flying
    if len(written) == len(changed):
        assert found.sent == {(1, 2, 0, 1): 1 << 40}
    else:
        assert found.sent == {}


async def die_after(office: Office, push_id: int, settled: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Kill a courier while requests are under way; how many of them were not answered."""
    flying: list[int] = []
    recall = Sender.recall

    def last_look(sender: Sender) -> None:
        flying.append(len(sender._left))
        recall(sender)

    async with office.mortal_courier():
        await office.db.until(lambda tx: _settled(tx, push_id) >= settled)
        monkeypatch.setattr(Sender, "recall", last_look)
    monkeypatch.undo()
    return flying[0]


async def test_a_death_leaves_only_what_was_under_way_uncertain(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(db) as office:
        await office.enlist(250)
        office.limits = Limits(per_second=100)
        office.departures = Departures(tmp_path / "noted")
        office.world.faults.add(faults.slow(before=0.02).on("sendMessage"))
        push_id = await office.push()
        under_way = [await die_after(office, push_id, settled, monkeypatch) for settled in (30, 90, 150)]
        async with office.courier():
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert counts.sent + counts.unknown == counts.planned == 250
        assert 0 < counts.unknown <= sum(under_way)
        assert set(office.world.journal.sent.values()) == {1}, "nobody twice"
        ids = await db.read(_message_ids)
        assert all(ids), "those that were answered have the message that the reader has"


async def test_what_another_machine_noted_is_not_believed(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=400)
        office.departures = Departures(tmp_path / "here")
        push_id = await office.push()
        await die_after(office, push_id, 40, monkeypatch)
        office.departures = Departures(tmp_path / "there")
        async with office.courier():
            await office.over(push_id)
        counts = await office.counts(push_id)
        assert counts == Counts(planned=200, sent=200 - counts.unknown, unknown=counts.unknown)
        assert set(office.world.journal.sent.values()) == {1}
        assert counts.unknown >= 200 - len(office.world.journal.sent), "what never left is unknown too"


@pytest.mark.usefixtures("postgresql_tools")
async def test_after_a_restore_nothing_is_sent_and_old_notes_prove_nothing(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G6. The backup knows less than the notes: what they say no more may have been sent long ago."""
    db = Database.open(database_url)
    async with opened(db) as office:
        await office.enlist(200)
        office.limits = Limits(per_second=400)
        office.departures = Departures(tmp_path / "noted")
        push_id = await office.push()
        async with office.mortal_courier():
            await office.db.until(lambda tx: _settled(tx, push_id) >= 20)
            await asyncio.to_thread(backup.save, database_url, tmp_path / "backup")
            await office.db.until(lambda tx: _settled(tx, push_id) >= 100)
        await db.close()
        await asyncio.to_thread(backup.restore, database_url, tmp_path / "backup", tmp_path / "aside")
        sent = office.world.journal.done
        restored = Database.open(database_url)
        in_doubt = await restored.read(_intents)
        again = Office(restored, office.server)
        again.departures = Departures(tmp_path / "noted")
        async with again.courier() as courier:
            await again.db.until(lambda tx: courier.holds and not _intents(tx))
            courier.wake()
        assert (await again.counts(push_id)).unknown == in_doubt
        assert (await again.counts(push_id)).open > 0
        assert office.world.journal.done == sent, "halted until an operator says so"
        await restored.close()


def _settled(tx: Transaction, push_id: int) -> int:
    settled = table.c.push_id == push_id, table.c.state.in_(("sent", "unknown"))
    return tx.execute(sa.select(sa.func.count()).where(*settled)).scalar_one()


def _intents(tx: Transaction) -> int:
    return tx.execute(sa.select(sa.func.count()).where(table.c.state == "intent")).scalar_one()


def _message_ids(tx: Transaction) -> list[int | None]:
    return list(tx.execute(sa.select(table.c.message_id).where(table.c.state == "sent")).scalars())
