"""The world over HTTP: `/bot{token}/{method}`, `/file/bot{token}/{path}`, `/sim/…`."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from simulator.client import ROUTES
from simulator.dispatch import Reply, answer, error_reply, refuse
from simulator.errors import ApiError, bad_request, not_found, unauthorized
from simulator.parameters import Upload
from simulator.webhook import Webhook
from simulator.world import World

BODY_LIMIT = 55 * 1024 * 1024
_SHUTDOWN_SECONDS = 1.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A world that is listening; `url` is what a bot takes for https://api.telegram.org."""

    world: World
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@asynccontextmanager
async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Server]:
    """Listen until the block is left; port 0 takes a free one."""
    site = _Site(world)
    runner = web.ServerRunner(
        web.Server(site.handle, access_log=None),
        handle_signals=False,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    await runner.setup()
    world.changes.open()
    try:
        await web.TCPSite(runner, host, port, reuse_address=True).start()
        async with Webhook(world):
            yield Server(world, host, int(runner.addresses[0][1]))
    finally:
        world.updates.release()
        world.changes.release()
        await runner.cleanup()


class _Site:
    """Finds who answers a request. A plain function of the path, for it is on every benchmark's way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bot = f"/bot{world.token}/"
        self._file = f"/file/bot{world.token}/"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(self._bot):
            return await self._method(request, path[len(self._bot) :])
        if path.startswith(self._file):
            return self._download(path[len(self._file) :])
        if path.startswith(("/bot", "/file/bot")):
            return _response(refuse(self._world, path.rpartition("/")[2], None, unauthorized()))
        page = ROUTES.get((request.method, path))
        if page is None:
            return _response(error_reply(not_found()))
        return await page(self._world, request)

    async def _method(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        try:
            given, files = await _parameters(request)
        except ApiError as error:
            return _response(refuse(self._world, name, None, error))
        reply = await answer(self._world, name, given, files)
        return _response(reply) if reply.ending == "whole" else await _unfinished(request, reply)

    def _download(self, path: str) -> web.Response:
        found = self._world.paths.get(path)
        if found is None:
            return _response(error_reply(not_found()))
        return web.Response(body=found.data, content_type="application/octet-stream")


def _response(reply: Reply) -> web.Response:
    headers = {"Content-Type": reply.content_type}
    if reply.retry_after is not None:
        headers["Retry-After"] = str(reply.retry_after)
    return web.Response(status=reply.status or 500, body=reply.body, headers=headers)


async def _unfinished(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """As much of an answer as its fault lets through."""
    response = web.StreamResponse()
    if reply.ending in ("half", "stall"):
        response.content_type = reply.content_type
        response.content_length = len(reply.body)
        await response.prepare(request)
        await response.write(reply.body[: len(reply.body) // 2])
    if reply.ending in ("stall", "silence"):
        await _gone(request)
    _reset(request)
    return response


async def _gone(request: web.BaseRequest) -> None:
    """Until whoever asked hangs up."""
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - aiohttp tells nobody
        await asyncio.sleep(_LOOK_SECONDS)


def _reset(request: web.BaseRequest) -> None:
    """RST instead of an answer: what a client sees when the far end dies."""
    transport = request.transport
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _parameters(request: web.BaseRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The query's and the body's, whatever form they come in."""
    given: dict[str, Any] = dict(request.query) if request.query_string else {}
    files: dict[str, Upload] = {}
    if not request.body_exists:
        return given, files
    kind = request.content_type
    if kind == "application/json":
        given.update(_json_object(await _body(request)))
    elif kind == "multipart/form-data":
        await _read_parts(request, given, files)
    elif kind == "application/x-www-form-urlencoded":
        form = await request.post()
        given.update({name: value for name, value in form.items() if isinstance(value, str)})
    return given, files


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("object expected as request content")
    return found


async def _body(request: web.BaseRequest) -> bytes:
    if (request.content_length or 0) > BODY_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return await request.read()


async def _read_parts(request: web.BaseRequest, given: dict[str, Any], files: dict[str, Upload]) -> None:
    if (request.content_length or 0) > BODY_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        data = bytes(await part.read())
        if part.filename is None:
            given[part.name] = data.decode("utf-8", "replace")
            continue
        mime_type = part.headers.get("Content-Type", "application/octet-stream")
        files[part.name] = Upload(part.filename, mime_type, data)
