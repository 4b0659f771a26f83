"""Requests that go wrong before anybody looks at them: raw bytes on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from web import body, protocol
from web.keyring import Keyring
from web.server import Doors, Listening, create, listen

HEAD = (
    b"POST /wire HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer key-of-the-harbour\r\n"
    b"Content-Type: text/plain\r\n"
)


async def exchange(server: Listening, *parts: bytes) -> bytes:
    """Send the parts and read to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


def read_problem(answer: bytes) -> tuple[int, dict[str, Any]]:
    head, _, document = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    found = json.loads(document)
    assert int(head.split(b" ", 2)[1]) == found["status"]
    return found["status"], found


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost h\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(200)) + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"y" * 20000 + b"\r\n\r\n", 431),
        (b"GET /" + b"y" * 20000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 431),
        (HEAD + b"Content-Length: many\r\n\r\n", 400),
        (HEAD + b"Content-Length: -5\r\n\r\n", 400),
        (HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n", 400),
        (HEAD + b"Content-Length: 6000000\r\n\r\n", 413),
    ],
)
async def test_whatever_is_wrong_is_a_problem_document(server: Listening, sent: bytes, status: int) -> None:
    assert read_problem(await exchange(server, sent))[0] == status


async def test_what_was_sent_is_not_repeated(server: Listening, caplog: pytest.LogCaptureFixture) -> None:
    answer = await exchange(server, b"GET / HTTP/1.1\r\nAuthorization Bearer my-own-key\r\n\r\n")
    assert read_problem(answer)[0] == 400
    assert b"my-own-key" not in answer
    assert "my-own-key" not in caplog.text


async def test_a_slow_body_is_not_waited_for(server: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.05)
    answer = await exchange(server, HEAD + b"Content-Length: 100\r\n\r\n", b"only this")
    assert read_problem(answer)[0] == 408


async def test_a_body_is_asked_for_only_when_it_is_wanted(server: Listening) -> None:
    wanted = HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    answer = await exchange(server, wanted, b"\r\n")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 ")
    unwanted = wanted.replace(b"key-of-the-harbour", b"no-key")
    assert (await exchange(server, unwanted)).startswith(b"HTTP/1.1 401 ")


async def test_an_idle_client_is_let_go(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "IDLE_SECONDS", 0.05)
    listening = await listen(create(doors), "127.0.0.1", 0)
    assert await exchange(listening, b"GET /healthz HTTP/1.1\r\nHo") == b""
    await listening.stop()


async def test_only_so_many_connect_at_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 1)
    listening = await listen(create(doors), "127.0.0.1", 0)
    _, first = await asyncio.open_connection("127.0.0.1", listening.port)
    first.write(b"GET /healthz HTTP/1.1\r\nHost: h\r\n")
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        answer = await exchange(listening, b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer == b""
    first.close()
    await listening.stop()


async def test_a_port_that_is_taken_is_an_error(server: Listening, doors: Doors) -> None:
    fresh = create(Doors(desk=doors.desk, keyring=Keyring([]), registry=CollectorRegistry()))
    with pytest.raises(OSError, match="address already in use"):
        await listen(fresh, "127.0.0.1", server.port)


@pytest.fixture
async def failing(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listening]:
    async def fail(_: object) -> None:
        raise RuntimeError("a bug, with key-of-the-harbour in its words")

    monkeypatch.setattr(doors.desk, "take_all", fail)
    listening = await listen(create(doors), "127.0.0.1", 0)
    yield listening
    await listening.stop()


async def test_a_bug_is_a_problem_document_too(failing: Listening, caplog: pytest.LogCaptureFixture) -> None:
    answer = await exchange(failing, HEAD + b"Content-Length: 5\r\n\r\nwords")
    assert read_problem(answer)[0] == 500
    assert b"a bug" not in answer
    assert [record.levelname for record in caplog.records if record.name == "web.protocol"] == ["ERROR"]
