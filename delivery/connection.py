"""One HTTP/1.1 connection to the Bot API: one exchange at a time, what became of it as data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

import httptools

from delivery.outcomes import Answer, Failure

KEEP_ALIVE: Final = 15.0
"""Seconds for which a connection may be idle: less than any server, for what is sent as it closes is lost."""

# Numbers: to ask `HTTPStatus` for them takes as long as much of what is done with an answer.
_OK: Final = HTTPStatus.OK.value
_TOO_MANY_REQUESTS: Final = HTTPStatus.TOO_MANY_REQUESTS.value

Told = Callable[[Answer | Failure], object]


class Connection(asyncio.Protocol):
    """Any doubt about where an answer begins or ends closes it. So does whatever is given up."""

    def __init__(self, biggest_answer: int) -> None:
        self._biggest_answer = biggest_answer
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._told: Told | None = None
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._received = 0
        self._result: Answer | Failure | None = None
        self._is_unframed = self._is_last = False
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_free(self) -> bool:
        """Whether another exchange can be begun."""
        return self._told is None and not self._transport.is_closing()

    def exchange(self, request: bytes, until: float, told: Told) -> None:
        """Have `told` called, not before this returns, with the answer if it is whole before this time of the
        loop's clock. The connection has to be free.
        """
        self._told = told
        self._received = 0
        self._watch_until(until)
        self._transport.write(request)

    def abort(self) -> None:
        """Whoever waits for an answer is told that the connection is lost."""
        self._end(Failure.RESET)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._watch_until(self._loop.time() + KEEP_ALIVE)

    def data_received(self, data: bytes) -> None:
        if self._told is None:
            self.abort()  # it was not asked
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._is_last = True
            self._result = self._result or Failure.GARBLED
        if self._result is None and self._received > self._biggest_answer:
            self._result = Failure.OVERSIZE
        # Only here: whoever is told may begin the next exchange, and what else came is no answer to that.
        if self._result is not None:
            self._end(self._result)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._is_unframed:
            self.on_message_complete()
        self._end(self._result or Failure.RESET)
        if self._timer is not None:
            self._timer.cancel()

    def on_message_begin(self) -> None:
        if self._result is not None:
            self._is_last = True  # for a second answer came on its heels
        self._headers = {}
        self._body = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        length = self._headers.get(b"content-length")
        self._is_unframed = length is None and b"transfer-encoding" not in self._headers
        if length is not None and int(length) > self._biggest_answer:
            self._result = Failure.OVERSIZE

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < _OK or self._result is not None:
            return  # the answer itself is still to come, or was here before
        retry_after = self._headers.get(b"retry-after") if status == _TOO_MANY_REQUESTS else None
        told = None if retry_after is None else retry_after.decode("latin-1")
        self._result = Answer(status, b"".join(self._body), told)
        self._is_last = not self._parser.should_keep_alive()

    def _end(self, result: Answer | Failure) -> None:
        told, self._told, self._result = self._told, None, None
        self._is_unframed = False
        if self._is_last or not isinstance(result, Answer):
            self._transport.abort()
        else:
            self._until = self._loop.time() + KEEP_ALIVE
        if told is not None:
            told(result)

    def _watch_until(self, until: float) -> None:
        """One timer for a whole life, wound again where its time was put off: a timer for each exchange costs
        a good part of it.
        """
        self._until = until
        if self._timer is not None and self._timer.when() > until:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() >= self._until:
            self._end(Failure.DEADLINE)
        else:
            self._watch_until(self._until)
