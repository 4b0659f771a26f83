"""The lean way on real sockets, to servers that do whatever HTTP/1.1 allows and much that it does not."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import Handler, answering, hang_up, http, listening, request_of, reset, silence

from delivery import connection, wire
from delivery.connection import Connection
from delivery.outcomes import Answer, Failure
from delivery.slots import Slots
from delivery.transport import Patience
from delivery.wire import Wire

PATIENT = Patience(connect=20, read=20, write=20, pool=20)
BRIEF = Patience(connect=0.1, read=0.1, write=0.1, pool=0.1)
OK = http("200 OK", b"well")
WELL = Answer(200, b"well")


@asynccontextmanager
async def opened(url: str, **limits: int) -> AsyncIterator[Wire]:
    line = Wire(url, **limits)
    await line.open()
    try:
        yield line
    finally:
        await line.close()


async def post(line: Wire, patience: Patience = PATIENT) -> Answer | Failure:
    return await line.post(line.head("bot1:x/sendMessage"), b"{}", patience)


async def met(handler: Handler, patience: Patience = PATIENT, **limits: int) -> Answer | Failure:
    async with listening(handler) as url, opened(url, **limits) as line:
        return await post(line, patience)


def saying(*pieces: bytes) -> Handler:
    """Answers one request, and closes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return handler


class Counted:
    """How many connections were made."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.count = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        await self._handler(reader, writer)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - sockets tell nobody
            await asyncio.sleep(0)


async def test_what_leaves() -> None:
    seen: list[tuple[str, bytes]] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await request_of(reader))
        writer.write(OK)

    async with listening(handler) as url, opened(f"{url}/botapi/") as line:
        assert await line.post(line.head("bot1:x/sendMessage"), "خبر".encode(), PATIENT) == WELL
    head, body = seen[0]
    assert head.split("\r\n") == [
        "POST /botapi/bot1:x/sendMessage HTTP/1.1",
        f"Host: {url.removeprefix('http://')}",
        "User-Agent: Ajil",
        "Content-Type: application/json",
        "Content-Length: 6",
        "",
        "",
    ]
    assert body == "خبر".encode()


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nwe\r\n2;x=y\r\nll\r\n0\r\nTrailer: t\r\n\r\n"
)


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        CHUNKED,
        b"HTTP/1.1 200\r\ncontent-length:4\r\n\r\nwell",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwell",
        b"HTTP/1.0 200 OK\r\n\r\nwell",
        OK.replace(b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 60_000 + b"\r\n\r\n"),
    ],
)
async def test_an_answer_in_any_lawful_form(answer: bytes) -> None:
    assert await met(saying(answer)) == WELL


@settings(max_examples=25, deadline=None)
@given(answer=st.sampled_from([OK, CHUNKED]), cuts=st.sets(st.integers(1, 90), max_size=5))
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(answer: bytes, cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(answer)]
    pieces = [answer[start:end] for start, end in pairwise(edges)]

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        await reader.read()

    assert asyncio.run(met(handler)) == WELL


async def test_the_time_of_a_refusal_is_told_and_of_nothing_else() -> None:
    slow = http("429 Slow", b"no", "Retry-After: 7")
    busy = http("503 Busy", b"no", "Retry-After: 7")
    async with listening(answering(slow, busy)) as url, opened(url) as line:
        assert await post(line) == Answer(429, b"no", "7")
        assert await post(line) == Answer(503, b"no")


@pytest.mark.parametrize(
    ("handler", "failure"),
    [
        (hang_up, Failure.RESET),
        (reset, Failure.RESET),
        (saying(OK[:-1]), Failure.RESET),
        (saying(OK[:20]), Failure.RESET),
        (saying(CHUNKED[:-4]), Failure.RESET),
        (saying(b"HTTP/1.1 100 Continue\r\n\r\n"), Failure.RESET),
        (saying(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Failure.GARBLED),
        (saying(CHUNKED[:50] + b"nonsense\r\n"), Failure.GARBLED),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nwell"), Failure.GARBLED),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nwell"), Failure.GARBLED),
        (
            saying(b"HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nxx"),
            Failure.GARBLED,
        ),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"), Failure.OVERSIZE),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2000), Failure.OVERSIZE),
        (saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000), Failure.OVERSIZE),
    ],
)
async def test_what_is_no_whole_answer(handler: Handler, failure: Failure) -> None:
    assert await met(handler, biggest_answer=1000) is failure


async def test_an_answer_that_does_not_come_in_time() -> None:
    assert await met(silence, BRIEF) is Failure.DEADLINE


async def test_a_connection_is_used_again() -> None:
    handler = Counted(answering(OK, CHUNKED, OK))
    async with listening(handler) as url, opened(url) as line:
        assert [await post(line) for _ in range(3)] == [WELL] * 3
    assert handler.count == 1


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b"well", "Connection: close"),
        OK.replace(b"HTTP/1.1", b"HTTP/1.0"),
        OK + OK,
        OK + b"x",
    ],
)
async def test_a_connection_is_not_used_again_where_its_answer_does_not_end_well(answer: bytes) -> None:
    handler = Counted(answering(answer))
    async with listening(handler) as url, opened(url) as line:
        assert [await post(line) for _ in range(2)] == [WELL] * 2
    assert handler.count == 2


async def free(line: Wire) -> Connection:
    assert await post(line) == WELL
    return line._free[0]


async def test_what_is_closed_while_idle_loses_nothing() -> None:
    handler = Counted(saying(OK))
    async with listening(handler) as url, opened(url) as line:
        first = await free(line)
        await until(lambda: not first.is_free)
        assert await post(line) == WELL
    assert handler.count == 2


async def test_what_comes_unasked_is_nobodys_answer() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(OK)
        await go_on.wait()
        writer.write(http("408 Too slow", b"you said nothing"))
        await reader.read()

    counted, go_on = Counted(handler), asyncio.Event()
    async with listening(counted) as url, opened(url) as line:
        first = await free(line)
        go_on.set()
        await until(lambda: not first.is_free)
        assert await post(line) == WELL
    assert counted.count == 2


async def test_a_connection_that_is_idle_for_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "KEEP_ALIVE", 0.01)
    handler = Counted(answering(OK, OK))
    async with listening(handler) as url, opened(url) as line:
        first = await free(line)
        await until(lambda: not first.is_free)
        assert await post(line) == WELL
    assert handler.count == 2


async def test_a_connection_lost_before_anything_was_written_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(silence) as url, opened(url) as line:
        connected = line._connected

        async def lost() -> Connection:
            made = await connected()
            made.abort()
            return made

        monkeypatch.setattr(line, "_connected", lost)
        assert await post(line) is Failure.CONNECT


async def test_who_waits_when_it_is_closed_learns_that_the_answer_is_lost() -> None:
    asked = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        if asked.is_set():
            writer.write(OK)
        asked.set()
        await reader.read()

    async with listening(handler) as url, opened(url) as line:
        waiting = asyncio.create_task(post(line))
        await asked.wait()
        await line.close()
        assert await waiting is Failure.RESET
        with pytest.raises(RuntimeError):
            await post(line)
        await line.open()
        assert await post(line) == WELL


async def test_a_name_is_looked_up_once_for_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = 0
    loop = asyncio.get_running_loop()
    look_up = loop.getaddrinfo

    async def counted(*args: Any, **how: Any) -> Any:
        nonlocal lookups
        lookups += 1
        return await look_up(*args, **how)

    monkeypatch.setattr(loop, "getaddrinfo", counted)
    async with listening(answering(OK)) as url, opened(url) as line:
        assert await asyncio.gather(*(post(line) for _ in range(8))) == [WELL] * 8
    assert lookups == 1


def begin(line: Wire) -> tuple[Callable[[], None] | None, asyncio.Future[Answer | Failure]]:
    """How to give it up, and what it is told."""
    told: asyncio.Future[Answer | Failure] = asyncio.get_running_loop().create_future()
    return line.begin(line.head("bot1:x/sendMessage"), b"{}", PATIENT, told.set_result), told


async def test_what_begins_at_once_needs_a_free_connection() -> None:
    handler = Counted(answering(OK, OK, OK))
    async with listening(handler) as url, opened(url) as line:
        assert begin(line)[0] is None
        await free(line)
        first, told = begin(line)
        assert first is not None
        assert begin(line)[0] is None, "it is taken"
        assert not told.done()
        assert await told == WELL
        assert await begin(line)[1] == WELL
    assert handler.count == 1


async def test_what_begins_at_once_takes_a_place_like_all_others() -> None:
    async with listening(answering(OK, OK, OK)) as url, opened(url, pool_size=1) as line:
        await free(line)
        _, told = begin(line)
        assert await post(line, BRIEF) in (WELL, Failure.POOL)
        assert await told == WELL
        line._slots = Slots(0)
        assert begin(line)[0] is None


async def test_what_is_given_up_gives_its_place_back() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(OK)
        await reader.read()

    async with listening(handler) as url, opened(url, pool_size=1) as line:
        await free(line)
        give_up, told = begin(line)
        assert give_up is not None
        give_up()
        assert told.result() is Failure.RESET
        assert await post(line) == WELL


async def test_the_next_exchange_begins_as_the_last_one_ends() -> None:
    """And what came behind its answer is no answer to the next one."""
    told: list[Answer | Failure] = []
    over = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(OK)
        await request_of(reader)
        writer.write(http("200 OK", b"first") + http("200 OK", b"nobody's"))
        await reader.read()

    async with listening(handler) as url, opened(url) as line:
        await free(line)

        def end(answer: Answer | Failure) -> None:
            told.append(answer)
            assert begin(line)[0] is None, "the connection is not to be trusted any more"
            over.set()

        assert line.begin(line.head("x"), b"{}", PATIENT, end) is not None
        await over.wait()
    assert told == [Answer(200, b"first")]


async def test_whoever_waits_for_a_place_gets_the_next_in_turn() -> None:
    slots = Slots(1)
    assert slots.take_now()
    assert not slots.take_now()
    order: list[int] = []

    async def take(number: int) -> None:
        assert await slots.take(20)
        order.append(number)
        slots.give_back()

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(take(number))
        await asyncio.sleep(0)
        slots.give_back()
    assert order == [0, 1, 2]
    assert slots.take_now()


async def test_a_place_that_comes_as_its_taker_is_cancelled_is_not_lost() -> None:
    slots = Slots(1)
    assert slots.take_now()
    taking = asyncio.create_task(slots.take(20))
    await asyncio.sleep(0)
    slots.give_back()
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert slots.take_now()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For localhost, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    file = tmp_path / "localhost.pem"
    ask = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", str(tmp_path / "cert")]
    subprocess.run([*ask.split(), *names], check=True, capture_output=True)  # noqa: S603 - a fixed command
    file.write_bytes(file.read_bytes() + (tmp_path / "cert").read_bytes())
    return file


@asynccontextmanager
async def secured(certificate: Path) -> AsyncIterator[str]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(OK, OK)(reader, writer)
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
    yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


async def test_a_server_is_believed_by_its_certificate(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_tls", lambda: ssl.create_default_context(cafile=certificate))
    async with secured(certificate) as url, opened(url) as line:
        assert [await post(line) for _ in range(2)] == [WELL] * 2


async def test_a_server_that_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    async with secured(certificate) as url, opened(url) as line:
        assert await post(line) is Failure.CONNECT
