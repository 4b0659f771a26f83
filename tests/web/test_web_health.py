"""Alive, ready, and the figures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry, Gauge

from web import health
from web.health import Check
from web.server import Doors, create, listen


async def well() -> str | None:
    return None


async def ill() -> str | None:
    return "not seen for 90 seconds"


async def broken() -> str | None:
    raise OSError("postgresql://user:password@host refused")


async def endless() -> str | None:
    await asyncio.Event().wait()
    return None


async def ask(doors: Doors, path: str, checks: Mapping[str, Check]) -> tuple[int, str | None, Any]:
    listening = await listen(create(replace(doors, checks=checks)), "127.0.0.1", 0)
    async with (
        ClientSession(f"http://127.0.0.1:{listening.port}") as client,
        client.get(path) as response,
    ):
        found = response.status, response.headers.get("Retry-After"), await response.json()
    await listening.stop()
    return found


async def test_alive_whatever_else_is_ill(doors: Doors) -> None:
    assert await ask(doors, "/healthz", {"database": broken}) == (200, None, {"status": "ok"})


async def test_ready_when_all_is_well(doors: Doors) -> None:
    told = {"status": "ok", "checks": {"database": "ok", "telegram": "ok"}}
    assert await ask(doors, "/readyz", {"database": well, "telegram": well}) == (200, None, told)


async def test_not_ready_says_which(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.01)
    checks = {"courier": well, "telegram": ill, "database": broken, "clock": endless}
    status, retry_after, document = await ask(doors, "/readyz", checks)
    assert (status, retry_after) == (503, "5")
    assert document == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Not ready: telegram, database, clock.",
        "checks": {
            "courier": "ok",
            "telegram": "not seen for 90 seconds",
            "database": "failed",
            "clock": "no answer in time",
        },
    }


async def test_the_figures_are_those_of_the_registry_given(doors: Doors) -> None:
    registry = CollectorRegistry()
    Gauge("ajil_chats", "Chats", registry=registry).set(3)
    listening = await listen(create(replace(doors, registry=registry)), "127.0.0.1", 0)
    async with (
        ClientSession(f"http://127.0.0.1:{listening.port}") as client,
        client.get("/metrics") as response,
    ):
        assert response.content_type == "text/plain"
        assert "ajil_chats 3.0" in (await response.text()).splitlines()
    await listening.stop()
