"""What goes wrong on the way of uploads and of python-telegram-bot's own calls, as data."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from servers import Handler, http, listening, request_of

from delivery.outcomes import Answer, Failure
from delivery.transport import Patience, Transport

PATIENT = Patience(connect=20, read=20, write=20, pool=20)


async def exchanged(url: str) -> Answer | Failure:
    transport = Transport()
    await transport.open()
    try:
        return await transport.exchange("POST", url, None, PATIENT)
    finally:
        await transport.close()


def saying(answer: bytes) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)
        await writer.drain()

    return handler


async def test_an_answer_is_told_as_it_came() -> None:
    async with listening(saying(http("200 OK", b"well"))) as url:
        assert await exchanged(url) == Answer(200, b"well")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", id="shorter than it said"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"),
        pytest.param(b"no HTTP at all\r\n\r\n", id="no HTTP"),
    ],
)
async def test_what_is_no_whole_answer_is_garbled(answer: bytes) -> None:
    async with listening(saying(answer)) as url:
        assert await exchanged(url) is Failure.GARBLED


async def test_an_address_that_is_none_is_never_connected_to() -> None:
    assert await exchanged("http://") is Failure.CONNECT


async def test_an_error_of_the_system_is_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise OSError("the network is down")

    monkeypatch.setattr(aiohttp.ClientSession, "request", broken)
    assert await exchanged("http://127.0.0.1:9/") is Failure.RESET
