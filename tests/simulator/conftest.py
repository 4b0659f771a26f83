from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from bare import Api

from simulator import Options, Server, World, serve


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
