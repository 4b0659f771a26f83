"""The HTTP side of the house: which door is where, and the server under it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter

from newsroom.desk import Desk
from web import body, health, syndication, telegram, websub, wire
from web.bounds import Pace
from web.health import Check, Health
from web.keyring import Keyring
from web.problems import answer_problems
from web.protocol import Protocol
from web.syndication import Syndication
from web.telegram import Webhook
from web.websub import WebSub
from web.wire import Wire

PACE = Pace(per_second=200, burst=1000)
BACKLOG = 128
SECONDS_TO_DRAIN = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """All that the HTTP side works with. Without a `webhook` there is no door for Telegram or hubs."""

    desk: Desk
    keyring: Keyring
    registry: CollectorRegistry
    checks: Mapping[str, Check] = field(default_factory=dict)
    webhook: Webhook | None = None
    pace: Pace = PACE
    clock: Callable[[], float] = time.monotonic


def create(doors: Doors) -> web.Application:
    app = web.Application(middlewares=[_counting(doors.registry), answer_problems])
    _post(app, wire.PATH, Wire(doors.desk, doors.keyring, doors.pace, doors.clock, doors.registry).take)
    if doors.webhook:
        _post(app, telegram.PATH, doors.webhook.receive)
        hubs = WebSub(doors.desk.feeds)
        _get(app, websub.PATH, hubs.verify)
        _post(app, websub.PATH, hubs.take)
    out = Syndication(doors.desk)
    for path, form in syndication.PATHS.items():
        _get(app, path, out.page(form))
    state = Health(doors.checks, doors.registry)
    _get(app, "/healthz", health.healthz)
    _get(app, "/readyz", state.readyz)
    _get(app, "/metrics", state.metrics)
    return app


@dataclass(frozen=True, slots=True)
class Listening:
    """A server that takes requests until it is stopped. `port` is the one it got where 0 was asked for."""

    port: int
    _server: asyncio.Server
    _runner: web.AppRunner

    async def stop(self) -> None:
        """Take no more, finish what is in hand within `SECONDS_TO_DRAIN`."""
        self._server.close()
        await self._runner.cleanup()


async def listen(app: web.Application, host: str, port: int) -> Listening:
    """Raises `OSError` where the address is taken or not ours."""
    runner = web.AppRunner(app, shutdown_timeout=SECONDS_TO_DRAIN)
    await runner.setup()
    loop = asyncio.get_running_loop()
    under = runner.server
    if under is None:
        raise RuntimeError("the application was not set up")
    try:
        server = await loop.create_server(lambda: Protocol(under, loop), host, port, backlog=BACKLOG)
    except OSError:
        await runner.cleanup()
        raise
    return Listening(server.sockets[0].getsockname()[1], server, runner)


def _post(app: web.Application, path: str, handler: Handler) -> None:
    app.router.add_post(path, handler, expect_handler=body.expected_later)


def _get(app: web.Application, path: str, handler: Handler) -> None:
    app.router.add_get(path, handler, expect_handler=body.expected_later)


def _counting(registry: CollectorRegistry) -> Middleware:
    requests = Counter("ajil_http_requests", "Requests answered", ["route", "status"], registry=registry)

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        status = 500
        try:
            answer = await handler(request)
            status = answer.status
            return answer
        finally:
            requests.labels(resource.canonical if resource else "none", str(status)).inc()

    return count
