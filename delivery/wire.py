"""Ready-made requests to one server, at the least cost: what the time of a push is spent on.

A general HTTP client works out anew for each request what is the same for all of a push: where it goes, over
what, with which headers. Here that is done once. All else is as in `Transport`, which has the calls that are
not ready-made: no proxy, no redirect, no cookie, and what goes wrong comes back as data.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from aiohappyeyeballs import start_connection
from yarl import URL

from delivery.connection import Connection, Told
from delivery.outcomes import Answer, Failure
from delivery.slots import Slots
from delivery.transport import Patience

BIGGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes. The answer to a message is a few thousand."""

Address = tuple[int, int, int, str, tuple[Any, ...]]

_RESOLVED_FOR: Final = 10.0
"""Seconds for which a name's addresses are believed, as aiohttp does."""

_NEXT_ADDRESS_AFTER: Final = 0.25
"""Seconds before the next address is tried beside the last one (RFC 8305)."""


class Wire:
    """At most `pool_size` exchanges at a time. Open it in the loop that uses it; it can be opened again."""

    def __init__(self, url: str, *, pool_size: int = 256, biggest_answer: int = BIGGEST_ANSWER) -> None:
        self._url = URL(url)
        self._pool_size = pool_size
        self._biggest_answer = biggest_answer
        self._slots = Slots(pool_size)
        self._addresses = Addresses(self._url)
        self._tls: ssl.SSLContext | None = None
        self._free: list[Connection] = []
        self._all: set[Connection] = set()
        self._is_open = False

    async def open(self) -> None:
        if not self._is_open:
            self._is_open = True
            self._slots = Slots(self._pool_size)
            self._addresses = Addresses(self._url)
            self._tls = _tls() if self._url.scheme == "https" else None

    async def close(self) -> None:
        self._is_open = False
        for connection in [*self._all]:
            connection.abort()
        self._all.clear()
        self._free.clear()

    def head(self, path: str) -> bytes:
        """The head of a request that posts JSON, all but the length of its body and the empty line."""
        lines = [
            f"POST {self._url.raw_path.rstrip('/')}/{path} HTTP/1.1",
            f"Host: {self._url.host_port_subcomponent}",
            "User-Agent: Ajil",
            "Content-Type: application/json",
            "Content-Length: ",
        ]
        return "\r\n".join(lines).encode()

    async def post(self, head: bytes, body: bytes, patience: Patience) -> Answer | Failure:
        """One request and its whole answer. Whatever is late once there is a connection is uncertain, so one
        time counts for all that follows.
        """
        if not self._is_open:
            raise RuntimeError("the wire is not open")
        if not await self._slots.take(patience.pool):
            return Failure.POOL
        connection = await self._ready(patience)
        if isinstance(connection, Failure):
            return connection
        answered: asyncio.Future[Answer | Failure] = asyncio.get_running_loop().create_future()
        self._start(connection, head, body, patience, partial(_settle, answered))
        try:
            return await answered
        except asyncio.CancelledError:
            connection.abort()
            raise

    def begin(self, head: bytes, body: bytes, patience: Patience, told: Told) -> Callable[[], None] | None:
        """What `post` does, without a task that waits for it, where a connection is free: how to give it up.

        `told` is not called before this returns. None where one would have to wait: then nothing has left.
        """
        if not self._is_open or not self._slots.take_now():
            return None
        connection = self._idle()
        if connection is None:
            self._slots.give_back()
            return None
        self._start(connection, head, body, patience, told)
        return connection.abort

    def _start(
        self, connection: Connection, head: bytes, body: bytes, patience: Patience, told: Told
    ) -> None:
        whole = patience.whole
        request = b"%b%d\r\n\r\n%b" % (head, len(body), body)
        until = asyncio.get_running_loop().time() + (float("inf") if whole is None else whole)
        connection.exchange(request, until, partial(self._ended, connection, told))

    def _ended(self, connection: Connection, told: Told, answer: Answer | Failure) -> None:
        if connection.is_free and self._is_open:
            self._free.append(connection)
        else:
            connection.abort()
            self._all.discard(connection)
        self._slots.give_back()
        told(answer)

    async def _ready(self, patience: Patience) -> Connection | Failure:
        """A free connection for whoever has a slot, or none and the slot given back."""
        connection: Connection | Failure | None = None
        try:
            connection = self._idle() or await self._connect(patience.connect)
        finally:
            if not isinstance(connection, Connection):
                self._slots.give_back()
        return connection

    def _idle(self) -> Connection | None:
        """The one that was used last: it is the least likely to be closed as we write."""
        while self._free:
            connection = self._free.pop()
            if connection.is_free:
                return connection
            self._all.discard(connection)
        return None

    async def _connect(self, patience: float | None) -> Connection | Failure:
        """Nothing has left before this returns, so whatever goes wrong is a connection that was not made."""
        try:
            async with asyncio.timeout(patience):
                connection = await self._connected()
        except TimeoutError:
            return Failure.CONNECT_TIMEOUT
        except (OSError, ValueError):  # names that no name may be are a `UnicodeError`
            return Failure.CONNECT
        if not connection.is_free:
            return Failure.CONNECT
        self._all.add(connection)
        return connection

    async def _connected(self) -> Connection:
        addresses = await self._addresses.get()
        sock = await start_connection(addresses, happy_eyeballs_delay=_NEXT_ADDRESS_AFTER, interleave=1)
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._biggest_answer),
            sock=sock,
            ssl=self._tls,
            server_hostname=self._url.host if self._tls else None,
        )
        return connection


class Addresses:
    """Where the server is: asked for once, however many connections are made at a time."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._found: Sequence[Address] = ()
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def get(self) -> Sequence[Address]:
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() >= self._until:
                kind = socket.SOCK_STREAM
                self._found = await loop.getaddrinfo(self._url.host, self._url.port, type=kind)
                self._until = loop.time() + _RESOLVED_FOR
            return self._found


def _settle(answered: asyncio.Future[Answer | Failure], answer: Answer | Failure) -> None:
    if not answered.done():
        answered.set_result(answer)


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
