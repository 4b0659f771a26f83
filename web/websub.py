"""`/websub/TOKEN`: where the hubs of feeds call (https://www.w3.org/TR/websub/)."""

from __future__ import annotations

import re
from http import HTTPStatus

from aiohttp import web

from newsroom import wire
from newsroom.feeds import Feeds
from newsroom.feeds.hubs import Intent
from newsroom.outside import Fetched
from web import body
from web.bounds import Slots
from web.problems import Problem

PATH = "/websub/{token:[A-Za-z0-9_-]{16,64}}"
LONGEST = 2048
AT_ONCE = 4
LEASE = re.compile(r"[0-9]{1,12}")


class WebSub:
    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._slots = Slots(AT_ONCE)

    async def verify(self, request: web.Request) -> web.Response:
        """The hub asks whether we asked."""
        challenge = await self._feeds.hub_asks(request.match_info["token"], _intent(request))
        if challenge is None:
            raise _unknown(HTTPStatus.NOT_FOUND)
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def take(self, request: web.Request) -> web.Response:
        """The hub brings news."""
        async with self._slots.one():
            raw = await body.read(request, wire.MAX_BYTES)
            signature = request.headers.get("X-Hub-Signature")
            brought = Fetched(
                status=HTTPStatus.OK,
                url="",
                permanent="",
                body=raw,
                media_type=request.content_type,
                charset=request.charset,
            )
            known = await self._feeds.hub_brings(request.match_info["token"], signature, brought)
        if not known:
            raise _unknown(HTTPStatus.GONE)
        return web.Response(status=HTTPStatus.ACCEPTED)


def _intent(request: web.Request) -> Intent:
    told = {name: request.query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge")}
    if any(len(value) > LONGEST for value in told.values()):
        raise Problem(HTTPStatus.BAD_REQUEST, "That is longer than a hub has to say.")
    lease = LEASE.fullmatch(request.query.get("hub.lease_seconds", ""))
    return Intent(**told, lease=int(lease[0]) if lease else None)


def _unknown(status: HTTPStatus) -> Problem:
    """410 tells a hub to bring no more."""
    return Problem(status, "There is no such subscription.")
