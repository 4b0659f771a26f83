"""The program ends, well or badly, and the simulator's own journal is the judge."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest
from stage import OWNER, Program, Stage, environment, free_port, until

from simulator import Options, World
from simulator.limits import Rates
from storage import pushes
from storage.database import Database

CHATS = 1000
# Above the program's own rate, so that it is the program that keeps to its limit.
ENFORCED = Rates(per_second=400)

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> World:
    return World(options=Options(rates=ENFORCED, keep_messages=50))


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATE_PER_SECOND": "300"}


async def test_a_kill_in_the_middle_of_a_broadcast_loses_nobody_and_sends_nothing_twice(
    stage: Stage,
) -> None:
    readers = await _subscribe(stage, CHATS)
    await _broadcast(stage, "صباح الخير: نشرة اليوم")
    sent = stage.world.journal.sent
    await until(lambda: _reached(stage, readers) >= CHATS // 3, "a third to be sent", stage.program.said)
    await stage.program.kill()
    at_kill = _reached(stage, readers)
    assert at_kill < CHATS
    await stage.program.start()
    counts = await _settled(stage)

    copies = [sent[reader] - 1 for reader in readers]  # one was the answer to /start
    assert max(copies) == 1
    missing = copies.count(0)
    assert counts["planned"] == CHATS + 1
    assert counts["sent"] + counts["unknown"] == CHATS + 1
    assert missing <= counts["unknown"] <= 200
    assert stage.world.limits.refused == 0


async def test_sigterm_lets_what_is_under_way_end_and_goes_on_later(stage: Stage) -> None:
    readers = await _subscribe(stage, 300)
    await _broadcast(stage, "خبر لكل المشتركين")
    await until(lambda: _reached(stage, readers) >= 60, "some to be sent", stage.program.said)
    assert await stage.program.stop() == 0
    await stage.program.start()
    counts = await _settled(stage)
    assert counts == {"planned": 301, "sent": 301, "unknown": 0, "open": 0}
    assert {stage.world.journal.sent[reader] for reader in readers} == {2}


async def test_a_second_program_on_the_same_database_waits(stage: Stage) -> None:
    reader = stage.world.add_user("Layla", language_code="ar").id
    port = free_port()
    url = stage.program.environment["DATABASE_URL"]
    second = Program(environment(stage.server, url, port), stage.tmp_path / "second.log", port)
    starting = asyncio.ensure_future(second.start())
    try:
        for _ in range(5):
            await stage.says(reader, "/help")
        await until(
            lambda: "another process" in second.said(), "the second to say that it waits", second.said
        )
        assert stage.world.journal.sent[reader] == 5
        assert stage.world.journal.statuses[409] == 0
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await second.kill()


async def test_a_refused_token_ends_it_by_name(stage: Stage) -> None:
    wrong = stage.program.environment | {
        "BOT_TOKEN": "4242:not-this-one",
        "DATABASE_URL": f"sqlite:///{stage.tmp_path / 'other.db'}",
        "HTTP_PORT": "0",
    }
    status, said = await _run_to_its_end(wrong)
    assert status != 0
    assert "BOT_TOKEN" in said
    assert "not-this-one" not in said
    assert "Traceback" not in said


async def test_every_wrong_setting_is_named_at_once(stage: Stage) -> None:
    wrong = stage.program.environment | {"HTTP_PORT": "no", "TIMEZONE": "Mars/Base", "BOT_TOKEN": ""}
    for command in ("run", "check"):
        status, said = await _run_to_its_end(wrong, command)
        assert status == 1
        assert all(name in said for name in ("HTTP_PORT", "TIMEZONE", "BOT_TOKEN"))
        assert "Traceback" not in said


async def _subscribe(stage: Stage, many: int) -> list[int]:
    readers = list(stage.world.add_people(many, language_code="ar"))
    for reader in (OWNER, *readers):
        stage.world.send_text(reader, "/start")
    await until(
        lambda: all(stage.world.journal.sent[reader] for reader in readers),
        "every welcome",
        stage.program.said,
    )
    return readers


async def _broadcast(stage: Stage, text: str) -> None:
    original = stage.world.send_text(OWNER, text)
    before = len(stage.answers(OWNER))
    stage.world.send_text(OWNER, "/broadcast", reply_to=original.id)
    await until(lambda: _is_asked(stage, before), "the question", stage.program.said)
    await stage.presses(OWNER, stage.answers(OWNER)[-1], "go:")


def _is_asked(stage: Stage, before: int) -> bool:
    answers = stage.answers(OWNER)
    return len(answers) > before and "reply_markup" in answers[-1]


def _reached(stage: Stage, readers: list[int]) -> int:
    return sum(stage.world.journal.sent[reader] > 1 for reader in readers)


async def _settled(stage: Stage) -> dict[str, int]:
    """The counts of the only push, once nothing of it is open."""
    counts: dict[str, int] = {}

    async def is_done() -> bool:
        counts.update(await _counts(stage))
        return counts["open"] == 0 and counts["planned"] > 0

    await until(is_done, "the push to end", stage.program.said)
    return counts


async def _counts(stage: Stage) -> dict[str, int]:
    db = Database.open(stage.program.environment["DATABASE_URL"])
    try:
        [push] = await db.read(lambda tx: pushes.recent(tx, limit=5))
    finally:
        await db.close()
    counts = push.counts
    return {"planned": counts.planned, "sent": counts.sent, "unknown": counts.unknown, "open": counts.open}


async def _run_to_its_end(settings: dict[str, str], command: str = "run") -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        command,
        env=settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 30)
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
        raise
    return process.returncode or 0, said.decode()
