"""Small servers that answer as they are told: the far end of real HTTP, healthy or ill."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

TOKEN = "7700:AAH-secret_of_the_tests"


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A server whose every connection goes to `handler` and ends with it. Gives its URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await handler(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await server.wait_closed()


async def request_of(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """The head and the body of a request with a length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lengths = [line for line in head.split("\r\n") if line.lower().startswith("content-length:")]
    size = int(lengths[0].split(":")[1]) if lengths else 0
    return head, await reader.readexactly(size)


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answering(*answers: bytes) -> Handler:
    """Each connection's requests get `answers` in turn, then the connection is left open."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await request_of(reader)
            writer.write(answer)
            await writer.drain()
        await reader.read()

    return handler


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything, answers nothing."""
    await reader.read()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads the request and cuts the connection hard (TCP RST)."""
    await request_of(reader)
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads the request and closes the connection without a word."""
    await request_of(reader)


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
