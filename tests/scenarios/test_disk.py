"""The disk fills up, or another program locks SQLite's file, in the middle of a push."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from campaign import Campaign, campaign
from stage import Program, until

from storage.records import Counts

CHATS = 400

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
async def push(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Campaign]:
    async with campaign(sqlite_url, tmp_path) as one:
        yield one


@contextmanager
def full(push: Campaign, program: Program) -> Iterator[None]:
    """No file that the program writes may grow any more."""
    assert program.process is not None
    wal = Path(f"{file_of(push)}-wal")
    unlimited = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, unlimited[1]))
    yield
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, unlimited)


@contextmanager
def locked(push: Campaign, program: Program) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    other = sqlite3.connect(file_of(push), isolation_level=None, timeout=60)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


WAYS = {"full": (full, "the disk"), "locked": (locked, "locked by another program")}


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_sent_that_is_not_written_down_and_all_goes_on_by_itself(
    push: Campaign, way: str
) -> None:
    if way == "full" and not hasattr(resource, "prlimit"):
        pytest.skip("only Linux sets another process's limits")
    trouble, words = WAYS[way]
    program = push.program(RATE_PER_SECOND="100")
    await push.enlist(CHATS)
    await program.start()
    await push.launch()
    await push.sent(CHATS // 4)
    with trouble(push, program):
        await until(
            lambda: "nothing more is sent until the database" in program.said(), "the log's word", push.said
        )
        assert words in program.said()

        async def is_told() -> bool:
            status, said = await readiness(program)
            return status == 503 and words in said

        await until(is_told, "/readyz to say so", push.said)
        intents = await push.intents()
        assert push.world.journal.done <= intents < CHATS
    counts = await push.over()
    assert counts == Counts(planned=CHATS, sent=CHATS)
    assert push.copies() == {1: CHATS}

    async def is_ready() -> bool:
        return (await readiness(program))[0] == 200

    await until(is_ready, "/readyz to be well", push.said)
    assert program.process is not None
    assert program.process.returncode is None
    assert "skipped" not in program.said()


async def readiness(program: Program) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{program.port}/readyz") as answer,
    ):
        return answer.status, await answer.text()


def file_of(push: Campaign) -> str:
    return push.url.removeprefix("sqlite:///")
