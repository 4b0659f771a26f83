"""Bare requests to a simulator, with no Telegram library between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession

from simulator import Server


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until it is so; for what announces itself to nobody."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 (there is no event to wait for)
            await asyncio.sleep(0)


class Api:
    """What goes over the wire: the Bot API (`raw`, `ok`, `refused`) and `/sim` (`act`, `look`)."""

    def __init__(self, server: Server, session: ClientSession) -> None:
        self.server = server
        self.session = session

    async def raw(self, method: str, /, **params: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        url = f"{self.server.url}/bot{self.server.world.token}/{method}"
        async with self.session.post(url, json=params) as answered:
            return answered.status, await answered.json(), dict(answered.headers)

    async def ok(self, method: str, /, **params: Any) -> Any:
        status, body, _ = await self.raw(method, **params)
        assert (status, body.get("ok")) == (200, True), body
        return body["result"]

    async def refused(self, method: str, /, **params: Any) -> tuple[int, str]:
        status, body, _ = await self.raw(method, **params)
        assert body["ok"] is False
        assert body["error_code"] == status
        return status, body["description"]

    async def act(self, name: str, /, **given: Any) -> Any:
        async with self.session.post(f"{self.server.url}/sim/{name}", json=given) as answered:
            assert answered.status == 200, await answered.text()
            return await answered.json()

    async def look(self, name: str, /, **query: Any) -> Any:
        async with self.session.get(f"{self.server.url}/sim/{name}", params=query) as answered:
            assert answered.status == 200, await answered.text()
            return await answered.json()
