"""One bounded aiohttp session to Telegram. What goes wrong comes back as data, so that no exception can carry
the URL, which holds the token, into a log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from delivery.outcomes import Answer, Failure
from delivery.slots import Slots

_log = logging.getLogger(__name__)

LONGEST_DOWNLOAD: Final = 300.0
"""Seconds for a file, whose length is no fault of the server."""

LONGEST_UPLOAD: Final = 600.0
"""Seconds for an upload and its answer; each piece of it has the write time-out besides."""

BIGGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes. A full `getUpdates` is a few million, a file that `getFile` gives is 20 million at most."""

_KEEP_ALIVE: Final = 15.0
_TOO_MANY_REQUESTS: Final = 429

Body = aiohttp.payload.Payload | None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for each stage of an exchange; None waits for ever."""

    connect: float | None = 5.0
    read: float | None = 5.0
    write: float | None = 5.0
    pool: float | None = 1.0

    @property
    def whole(self) -> float | None:
        """The longest that an exchange may take once it has its connection's place."""
        if self.connect is None or self.write is None or self.read is None:
            return None
        return self.connect + self.write + self.read


USUAL: Final = Patience()


class Transport:
    """At most `pool_size` exchanges at a time. Open it in the loop that uses it; it can be opened again."""

    def __init__(self, *, pool_size: int = 256, biggest_answer: int = BIGGEST_ANSWER) -> None:
        self._pool_size = pool_size
        self._biggest_answer = biggest_answer
        self._slots = Slots(pool_size)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        if self._session is None:
            self._slots = Slots(self._pool_size)
            self._session = _session()

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def exchange(
        self, method: str, url: URL | str, body: Body, patience: Patience, *, longest: float | None = None
    ) -> Answer | Failure:
        """One request and its whole answer. `longest` (seconds) bounds it all; by default, the stages' sum.

        A redirect is an answer like any other: following it would take the token somewhere else.
        """
        session = self._session
        if session is None:
            raise RuntimeError("the transport is not open")
        if not await self._slots.take(patience.pool):
            return Failure.POOL
        try:
            return await self._exchange(session, method, url, body, _time_outs(patience, longest))
        except Exception as error:
            # Whatever it is, its text may hold the URL.
            return _failure(error)
        finally:
            self._slots.give_back()

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: URL | str,
        body: Body,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own time-outs, one for each stage
    ) -> Answer | Failure:
        response = await session.request(method, url, data=body, timeout=timeout, allow_redirects=False)
        content = await self._content(response)
        if content is None:
            return Failure.OVERSIZE
        throttled = response.status == _TOO_MANY_REQUESTS
        retry_after = response.headers.get("Retry-After") if throttled else None
        return Answer(response.status, content, retry_after)

    async def _content(self, response: aiohttp.ClientResponse) -> bytes | None:
        if response.content.is_eof():
            # It came whole with the headers, so it is smaller than aiohttp's own buffer.
            return await response.read()
        try:
            if (response.content_length or 0) > self._biggest_answer:
                return None
            return await self._gather(response.content)
        finally:
            response.close()

    async def _gather(self, content: aiohttp.StreamReader) -> bytes | None:
        gathered = bytearray()
        async for piece in content.iter_any():
            gathered += piece
            if len(gathered) > self._biggest_answer:
                return None
        return bytes(gathered)


def _session() -> aiohttp.ClientSession:
    """Without what a bot has no use for: cookies, compression, headers that a browser sends.

    The pool is bounded by `Transport`, not by the connector, whose one time-out covers both the wait for a
    free connection and the making of one.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=["Accept", "Accept-Encoding"],
        headers={"User-Agent": "Ajil"},
        auto_decompress=False,
        trust_env=False,
    )


@lru_cache(maxsize=64)
def _time_outs(patience: Patience, longest: float | None) -> aiohttp.ClientTimeout:
    total = patience.whole if longest is None else longest
    return aiohttp.ClientTimeout(total=total, connect=patience.connect, sock_read=patience.read)


def _failure(error: Exception) -> Failure:
    for kind, failure in _FAILURES:
        if isinstance(error, kind):
            return failure
    _log.error("an exchange with Telegram broke in a way that is not foreseen: %s", type(error).__name__)
    return Failure.BROKEN


_FAILURES: Final[tuple[tuple[type[Exception], Failure], ...]] = (
    (aiohttp.ConnectionTimeoutError, Failure.CONNECT_TIMEOUT),
    (aiohttp.ClientConnectorError, Failure.CONNECT),
    (aiohttp.SocketTimeoutError, Failure.READ_TIMEOUT),
    (TimeoutError, Failure.DEADLINE),
    (aiohttp.ClientPayloadError, Failure.GARBLED),
    (aiohttp.ClientResponseError, Failure.GARBLED),
    (aiohttp.InvalidURL, Failure.CONNECT),
    (aiohttp.ClientError, Failure.RESET),
    (OSError, Failure.RESET),
)
