"""`POST /telegram`: updates that Telegram brings by itself (Bot API `setWebhook`)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from web import body
from web.problems import Problem, later

PATH = "/telegram"
MOST_BYTES = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
SECONDS_TO_REST = 5


class NotNow(Exception):  # noqa: N818 - it says what the caller may do
    """The update cannot be handled just now; Telegram shall bring it again."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """`submit` handles one update and returns, or raises `NotNow`; what it returned from is acknowledged."""

    secret: str = field(repr=False)
    submit: Callable[[dict[str, object]], Awaitable[None]]

    async def receive(self, request: web.Request) -> web.Response:
        self._admit(request)
        update = _update(await body.read(request, MOST_BYTES))
        try:
            await self.submit(update)
        except NotNow:
            detail = "This update cannot be handled just now."
            raise later(HTTPStatus.SERVICE_UNAVAILABLE, detail, SECONDS_TO_REST) from None
        return web.Response()

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self.secret.encode()):
            raise Problem(HTTPStatus.FORBIDDEN, "This door is Telegram's.")


def _update(raw: bytes) -> dict[str, object]:
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise Problem(HTTPStatus.BAD_REQUEST, "This is not an Update of the Bot API.")
    return update
