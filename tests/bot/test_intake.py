"""Each update once, in order within a chat, and none stops the rest."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journals import MemoryJournal

from bot import intake, retry
from bot.intake import Intake, NotAnUpdateError, SpoiledError, lane_of
from bot.journal import DatabaseJournal
from bot.tasks import Nursery
from storage.database import Database, StorageError

Raw = dict[str, Any]


def message(update_id: int, chat: int, **more: Any) -> Raw:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "from": {"id": 7}, **more}}


async def nothing(_: Raw) -> None:
    return


def make(handle: Any = nothing, journal: Any = None, **how: Any) -> tuple[Intake, MemoryJournal]:
    kept = journal or MemoryJournal()
    return Intake(handle, kept, Nursery().start, **how), kept


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message(1, -100), ("chat", -100)),
        ({"update_id": 1, "channel_post": {"chat": {"id": -5}}}, ("chat", -5)),
        (
            {"update_id": 1, "callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 9}}}},
            ("chat", 9),
        ),
        ({"update_id": 1, "callback_query": {"from": {"id": 7}, "inline_message_id": "x"}}, ("user", 7)),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 3}, "from": {"id": 7}}}, ("chat", 3)),
        ({"update_id": 1, "poll_answer": {"user": {"id": 8}}}, ("user", 8)),
        ({"update_id": 1, "message": {"chat": {"id": "9"}}}, ("update", 1)),
        ({"update_id": 1, "message": ["not", "an", "object"]}, ("update", 1)),
        ({"update_id": 1}, ("update", 1)),
    ],
)
def test_the_lane_of_an_update(update: Raw, lane: tuple[str, int]) -> None:
    assert lane_of(update) == lane


@pytest.mark.parametrize("junk", [None, [], "x", {}, {"update_id": "1"}, {"update_id": True}])
async def test_what_has_no_number_is_no_update(junk: Any) -> None:
    with pytest.raises(NotAnUpdateError):
        make()[0].submit(junk)


@st.composite
def mornings(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Updates as they are submitted: (number, chat, turns of the loop that it takes), some twice."""
    count = draw(st.integers(1, 30))
    updates = [(n, draw(st.integers(1, 4)), draw(st.integers(0, 5))) for n in range(count)]
    again = draw(st.lists(st.sampled_from(updates), max_size=10))
    for one in again:
        updates.insert(draw(st.integers(updates.index(one), len(updates))), one)
    return updates


@given(morning=mornings(), width=st.integers(1, 5), known=st.sets(st.integers(0, 30)))
def test_every_update_is_handled_once_and_in_the_order_of_its_chat(
    morning: list[tuple[int, int, int]], width: int, known: set[int]
) -> None:
    seen: dict[int, list[int]] = defaultdict(list)
    busy: set[int] = set()
    most = 0

    async def handle(update: Raw) -> None:
        nonlocal most
        chat, number = update["message"]["chat"]["id"], update["update_id"]
        assert chat not in busy, "two updates of one chat at once"
        busy.add(chat)
        most = max(most, len(busy))
        for _ in range(update["message"]["turns"]):
            await asyncio.sleep(0)
        seen[chat].append(number)
        busy.remove(chat)
        if number % 3 == 0:
            raise SpoiledError("an update that cannot be handled")

    async def go() -> MemoryJournal:
        taken, journal = make(handle, MemoryJournal(dict.fromkeys(known, (None, None))), width=width)
        await asyncio.gather(*(taken.submit(message(n, chat, turns=turns)) for n, chat, turns in morning))
        return journal

    journal = asyncio.run(go())
    new = {(number, chat) for number, chat, _ in morning if number not in known}
    assert sorted((number, chat) for chat, numbers in seen.items() for number in numbers) == sorted(new)
    assert all(numbers == sorted(numbers) for numbers in seen.values())
    assert most <= width
    assert set(journal.rows) == known | {number for number, _, _ in morning}


async def test_chats_do_not_wait_for_each_other() -> None:
    gate = asyncio.Event()

    async def handle(update: Raw) -> None:
        if update["message"]["chat"]["id"] == 1:
            await gate.wait()

    taken, journal = make(handle)
    slow, behind, other = (taken.submit(message(n, chat)) for n, chat in ((1, 1), (2, 1), (3, 2)))
    await other
    assert set(journal.rows) == {3}
    gate.set()
    await asyncio.gather(slow, behind)
    assert list(journal.rows) == [3, 1, 2]


async def test_a_handler_that_hangs_is_cut_off_and_the_chat_goes_on() -> None:
    async def handle(update: Raw) -> None:
        if update["update_id"] == 1:
            await asyncio.Event().wait()

    taken, journal = make(handle, patience=0.01)
    await asyncio.gather(taken.submit(message(1, 5)), taken.submit(message(2, 5)))
    assert journal.rows[1][0] == "was not handled within 0.01 seconds"
    assert journal.rows[2] == (None, None)


async def test_what_went_wrong_is_recorded_without_secrets_and_within_bounds() -> None:
    async def handle(update: Raw) -> None:
        raise SpoiledError("the key s3cr3t, " + "x" * 9999)

    taken, journal = make(handle, redact=lambda text: text.replace("s3cr3t", "*"))
    await taken.submit(message(1, 5, text="s3cr3t" + "ع" * 9999))
    error, payload = journal.rows[1]
    assert error is not None
    assert payload is not None
    assert error.startswith("the key *, xxx")
    assert (len(error), len(payload)) == (intake.LONGEST_ERROR, intake.LONGEST_PAYLOAD)
    assert "s3cr3t" not in payload


async def test_an_update_too_deep_to_write_down_is_recorded_all_the_same() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    async def handle(update: Raw) -> None:
        raise SpoiledError("too deep")

    taken, journal = make(handle)
    await taken.submit(message(1, 5, deep=deep))
    assert journal.rows[1] == ("too deep", "(cannot be written down)")


async def test_one_who_stops_waiting_stops_nothing() -> None:
    gate = asyncio.Event()

    async def handle(_: Raw) -> None:
        await gate.wait()

    taken, journal = make(handle)
    first, second = taken.submit(message(1, 5)), taken.submit(message(1, 5))
    first.cancel()
    gate.set()
    await second
    assert first.cancelled()
    assert journal.rows == {1: (None, None)}


async def test_a_database_that_is_locked_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause_after", lambda _: 0.0)
    locked = [StorageError("locked", temporary=True) for _ in range(3)]
    taken, journal = make(journal=MemoryJournal(troubles=[*locked]))
    await taken.submit(message(1, 5))
    assert journal.rows == {1: (None, None)}


async def test_a_database_that_is_read_only_stops_the_program() -> None:
    nursery = Nursery()
    broken = MemoryJournal(troubles=[StorageError("read-only", temporary=False)])
    taken = Intake(nothing, broken, nursery.start)
    with pytest.raises(StorageError):
        await taken.submit(message(1, 5))
    assert nursery.stopping.is_set()
    assert isinstance(nursery.failure, StorageError)


async def test_the_journal_in_the_database(db: Database) -> None:
    journal = DatabaseJournal(db, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    handled: list[int] = []

    async def handle(update: Raw) -> None:
        handled.append(update["update_id"])

    for _ in range(2):  # as after a restart
        taken, _ = make(handle, journal)
        await asyncio.gather(*(taken.submit(message(n, n % 2)) for n in (3_000_000_000, 2, 1)))
    assert sorted(handled) == [1, 2, 3_000_000_000]


async def test_a_fault_of_ours_is_recorded_by_its_kind() -> None:
    async def handle(update: Raw) -> None:
        raise ZeroDivisionError("a fault")

    taken, journal = make(handle)
    await taken.submit(message(1, 5))
    assert journal.rows[1][0] == "ZeroDivisionError: a fault"
