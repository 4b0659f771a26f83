"""The table of outcomes (DESIGN §4) from end to end: what a request met, and what the ledger made of it.

Each row goes over real HTTP twice: by the lean caller and by python-telegram-bot, which must agree; then a
courier meets it, and the simulator's own journal says how many copies there are.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from office import Office, opened
from raised import outcome_of
from readership import FIRST
from servers import closed_port
from telegram import Bot
from telegram.error import TelegramError

from delivery import outcomes, verdicts
from delivery.caller import Caller
from delivery.outcomes import Failure, Outcome
from delivery.reasons import Reason
from delivery.request import AiohttpRequest
from delivery.transport import Patience
from delivery.wire import Wire
from simulator import Server, World, faults, serve
from simulator.errors import ApiError, bad_request, conflict, forbidden, not_found, unauthorized
from simulator.faults import Fault
from storage.database import Database
from storage.records import Counts
from storage.schema import chat, delivery

BRIEF = Patience(connect=0.6, read=0.2, write=0.2, pool=0.05)
PATIENT = Patience(connect=20, read=20, write=20, pool=20)
READER = FIRST + 1


@dataclass(frozen=True, slots=True)
class Row:
    """`kind` is what the outcome is, `counts` what becomes of one reader, after `attempts`."""

    name: str
    fault: Fault
    kind: type[Outcome]
    counts: Counts
    copies: int = 0
    attempts: int = 1
    ended: str = "active"
    reason: Reason | None = None

    @property
    def patience(self) -> Patience:
        """Short only where the answer never comes."""
        return BRIEF if self.fault.answer in ("stall", "silence") else PATIENT


SENT = Counts(planned=1, sent=1)
UNKNOWN = Counts(planned=1, unknown=1)
REJECTED = Counts(planned=1, rejected=1)


def uncertain(name: str, fault: Fault) -> Row:
    """Parked, whether it was carried out or not."""
    return Row(name, fault, outcomes.Uncertain, UNKNOWN, copies=int(fault.apply))


def postponed(name: str, fault: Fault, kind: type[Outcome]) -> Row:
    """Certainly not sent: it leaves again, once."""
    return Row(name, fault, kind, SENT, copies=1, attempts=2)


def refused(name: str, error: ApiError, reason: Reason, ended: str = "active") -> Row:
    return Row(name, faults.refusal(error), outcomes.Rejected, REJECTED, ended=ended, reason=reason)


ROWS = [
    Row("accepted", faults.slow(), outcomes.Sent, SENT, copies=1),
    postponed("429 for a time", faults.flood(1), outcomes.Throttled),
    postponed("429 without a time", faults.bare_flood(), outcomes.Throttled),
    postponed("429 from a proxy", faults.page(429), outcomes.Throttled),
    uncertain("reset before the answer", faults.reset()),
    uncertain("reset before the answer, and done", faults.dropped()),
    uncertain("reset in the answer", faults.half_answer()),
    uncertain("reset in the answer, and done", faults.half_answer(applied=True)),
    uncertain("an answer that stalls", faults.stalled_answer()),
    uncertain("an answer that stalls, and done", faults.stalled_answer(applied=True)),
    uncertain("no answer", faults.silence()),
    uncertain("no answer, and done", faults.silence(applied=True)),
    uncertain("half of the JSON", faults.short_answer()),
    uncertain("half of the JSON, and done", faults.short_answer(applied=True)),
    uncertain("500", faults.server_error(500)),
    uncertain("500, and done", faults.server_error(500, applied=True)),
    uncertain("502 with HTML", faults.bad_gateway()),
    uncertain("502 with HTML, and done", faults.bad_gateway(applied=True)),
    uncertain("503", faults.server_error(503)),
    uncertain("504", faults.page(504)),
    uncertain("200 with HTML", faults.html_ok()),
    uncertain("200 with HTML, and done", faults.html_ok(applied=True)),
    uncertain("400 with HTML", faults.page(400)),
    uncertain("403 with HTML ends no chat", faults.page(403)),
    uncertain("404 with HTML", faults.page(404)),
    uncertain("a redirect", faults.page(302)),
    refused("blocked", forbidden("bot was blocked by the user"), Reason.BLOCKED, "blocked"),
    refused("deactivated", forbidden("user is deactivated"), Reason.DEACTIVATED, "gone"),
    refused("kicked", forbidden("bot was kicked from the group chat"), Reason.KICKED, "blocked"),
    refused(
        "not a member", forbidden("bot is not a member of the channel chat"), Reason.NOT_MEMBER, "blocked"
    ),
    refused(
        "never started",
        forbidden("bot can't initiate conversation with a user"),
        Reason.NEVER_STARTED,
        "blocked",
    ),
    refused("any other 403", forbidden("for a new reason"), Reason.FORBIDDEN, "blocked"),
    refused("no right to write", forbidden("not enough rights to send text messages"), Reason.NO_RIGHTS),
    refused("chat not found", bad_request("chat not found"), Reason.CHAT_NOT_FOUND, "gone"),
    refused("the group was deleted", forbidden("the group chat was deleted"), Reason.CHAT_DELETED, "gone"),
    refused("no such thread", bad_request("message thread not found"), Reason.THREAD_NOT_FOUND),
    refused("a closed thread", bad_request("TOPIC_CLOSED"), Reason.THREAD_CLOSED, "blocked"),
    refused("too long", bad_request("message is too long"), Reason.TOO_LONG),
    refused("bad entities", bad_request("can't parse entities: unexpected end"), Reason.BAD_ENTITIES),
    refused("too big", ApiError(413, "Request Entity Too Large"), Reason.TOO_BIG),
    Row("too big, by a proxy", faults.page(413), outcomes.Rejected, REJECTED, reason=Reason.TOO_BIG),
    refused("any other 400", bad_request("BUTTON_DATA_INVALID"), Reason.OTHER),
    refused("402", ApiError(402, "Payment Required"), Reason.OTHER),
    postponed("401", faults.refusal(unauthorized()), outcomes.Unauthorised),
    postponed("404", faults.refusal(not_found()), outcomes.Unauthorised),
    postponed("409", faults.refusal(conflict("terminated by other getUpdates request")), outcomes.Conflict),
]
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "DEFAULT_PENALTY", 0.05)
    monkeypatch.setattr(verdicts, "LONGEST_BACKOFF", 0.05)


async def lean(url: str, token: str, patience: Patience = BRIEF, *, chat_id: int = READER) -> Outcome:
    wire = Wire(url, pool_size=1)
    await wire.open()
    try:
        caller = Caller(wire, token, patience=patience)
        return await caller.send("sendMessage", b'{"chat_id":%d,"text":"x"}' % chat_id)
    finally:
        await wire.close()


async def by_the_library(
    url: str, token: str, patience: Patience = BRIEF, *, chat_id: int = READER
) -> Outcome:
    async with AiohttpRequest(pool_size=1, patience=patience) as request:
        bot = Bot(token, base_url=f"{url}/bot", request=request)
        try:
            return outcomes.Sent((await bot.send_message(chat_id, "x")).message_id)
        except TelegramError as error:
            return outcome_of(error)


async def test_both_ways_to_telegram_agree_on_each_row() -> None:
    world = World()
    world.add_people(1, first_id=READER)
    async with serve(world) as server:
        for row in ROWS:
            for way in (lean, by_the_library):
                world.faults.clear()
                world.faults.add(row.fault.on("sendMessage", count=1))
                outcome = await way(server.url, world.token, row.patience)
                assert type(outcome) is row.kind, (row, way)
                assert getattr(outcome, "reason", None) is row.reason, (row, way)


@every_row
async def test_the_ledger_says_what_each_row_says(sqlite_url: str, row: Row) -> None:
    db = Database.open(sqlite_url)
    async with opened(db) as office:
        office.patience = row.patience
        await office.enlist(1)
        office.world.faults.add(row.fault.on("sendMessage", count=1))
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == row.counts
        # A busy machine may give up a request before it has been read, where the answer is never to come.
        taken = office.world.journal.sent[READER]
        assert taken == row.copies or (row.patience is BRIEF and not taken)
        attempts = await db.read(lambda tx: tx.execute(sa.select(delivery.c.attempt)).scalar_one())
        ended = await db.read(lambda tx: tx.execute(sa.select(chat.c.state)).scalar_one())
        assert (attempts, ended) == (row.attempts, row.ended)
    await db.close()


async def test_a_group_that_moved_says_where_it_is_now() -> None:
    world = World()
    group = world.add_group(chat_id=-READER)
    moved = world.upgrade(group.id)
    async with serve(world) as server:
        for way in (lean, by_the_library):
            outcome = await way(server.url, world.token, PATIENT, chat_id=group.id)
            assert outcome == outcomes.Migrated(moved.id)


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port whose queue is full: the system lets nobody else in, and refuses nobody."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        queue = [socket.socket() for _ in range(4)]
        for one in queue:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
        for one in queue:
            one.close()


async def test_a_port_where_nobody_listens_is_unsent() -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    assert await lean(url, "7:x") == await by_the_library(url, "7:x") == outcomes.Unsent(Failure.CONNECT)


async def test_a_name_that_does_not_resolve_is_unsent() -> None:
    url = "http://telegram.invalid"
    for way in (lean, by_the_library):
        # A resolver that nobody answers takes longer than we wait.
        assert await way(url, "7:x") in (
            outcomes.Unsent(Failure.CONNECT),
            outcomes.Unsent(Failure.CONNECT_TIMEOUT),
        )


async def test_a_connection_that_is_not_made_in_time_is_unsent() -> None:
    with deaf_port() as port:
        url = f"http://127.0.0.1:{port}"
        for way in (lean, by_the_library):
            assert await way(url, "7:x") == outcomes.Unsent(Failure.CONNECT_TIMEOUT)


async def held_up(world: World, server: Server) -> tuple[Wire, Caller, asyncio.Task[Outcome]]:
    """A call that Telegram has taken and keeps waiting, on the only connection."""
    world.faults.add(faults.slow(after=3600).on("sendMessage", count=1))
    wire = Wire(server.url, pool_size=1)
    await wire.open()
    caller = Caller(wire, world.token, patience=Patience(5, 5, 5, 0.05))
    sending = asyncio.create_task(caller.send("sendMessage", b'{"chat_id":%d,"text":"x"}' % READER))
    async with asyncio.timeout(10):
        await world.changes.wait(world.changes.last, 10)
    return wire, caller, sending


async def test_a_connection_that_does_not_become_free_is_unsent() -> None:
    world = World()
    world.add_people(1, first_id=READER)
    async with serve(world) as server:
        wire, caller, first = await held_up(world, server)
        second = b'{"chat_id":%d,"text":"second"}' % READER
        assert await caller.send("sendMessage", second) == outcomes.Unsent(Failure.POOL)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await wire.close()
    assert world.texts(READER) == ["x"]


async def test_a_sender_that_is_cancelled_after_the_request_left_is_uncertain(sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    async with opened(db) as office:
        office.patience = Patience(5, 5, 5, 1)
        await office.enlist(1)
        office.world.faults.add(faults.slow(after=3600).on("sendMessage", count=1))
        push_id = await office.push()
        async with office.mortal_courier():
            await landed(office, 1)
        async with office.courier():
            await office.over(push_id)
        assert await office.counts(push_id) == UNKNOWN
        assert office.world.journal.sent[READER] == 1
    await db.close()


async def landed(office: Office, count: int) -> None:
    async with asyncio.timeout(60):
        while office.world.journal.done < count:
            await office.world.changes.wait(office.world.changes.last, 60)
