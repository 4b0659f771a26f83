from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from simulator import Options, Server, World, serve


class Api:
    """Bare requests to a simulator: what goes over the wire, with no Telegram library between."""

    def __init__(self, server: Server, session: ClientSession) -> None:
        self.server = server
        self.session = session

    async def raw(self, method: str, **params: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        url = f"{self.server.url}/bot{self.server.world.token}/{method}"
        async with self.session.post(url, json=params) as answered:
            return answered.status, await answered.json(), dict(answered.headers)

    async def ok(self, method: str, **params: Any) -> Any:
        status, body, _ = await self.raw(method, **params)
        assert (status, body.get("ok")) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        status, body, _ = await self.raw(method, **params)
        assert body["ok"] is False
        assert body["error_code"] == status
        return status, body["description"]

    async def act(self, name: str, **given: Any) -> Any:
        async with self.session.post(f"{self.server.url}/sim/{name}", json=given) as answered:
            assert answered.status == 200, await answered.text()
            return await answered.json()

    async def look(self, name: str, **query: Any) -> Any:
        async with self.session.get(f"{self.server.url}/sim/{name}", params=query) as answered:
            assert answered.status == 200, await answered.text()
            return await answered.json()


@pytest.fixture
def options() -> Options:
    return Options(webhook_pace=0)


@pytest.fixture
def world(options: Options) -> World:
    return World(options=options)


@pytest.fixture
async def server(world: World) -> AsyncIterator[Server]:
    async with serve(world) as listening:
        yield listening


@pytest.fixture
async def api(server: Server) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(server, session)
