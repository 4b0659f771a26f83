"""Below the handlers: connections, and what aiohttp would answer by itself."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from aiohttp import web

from web import problems

MOST_CONNECTIONS = 512
IDLE_SECONDS = 30.0  # also how long a client may take to send the head of its request
LINGER_SECONDS = 3.0
LONGEST_LINE = 8190
MOST_HEADERS = 64

_LOG = logging.getLogger(__name__)


class Protocol(web.RequestHandler):
    """aiohttp's own, bounded, and with problem documents for what never reached a handler."""

    __slots__ = ("_server",)

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
            max_headers=MOST_HEADERS,
            auto_decompress=False,
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes None for no log, and its types do not say so
        )
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._server.connections) < MOST_CONNECTIONS:
            super().connection_made(transport)
        else:
            cast(asyncio.Transport, transport).abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's signature; it quotes what was sent
    ) -> web.StreamResponse:
        if status >= 500:  # noqa: PLR2004 - a server error
            _LOG.error("no answer to %s %s", request.method, request.path, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer had begun")
        answer = problems.response(problems.of_broken_http(status, exc))
        answer.force_close()
        return answer
