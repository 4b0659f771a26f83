"""Is it alive, is it ready, and its figures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from web.problems import later

SECONDS = 3.0

Check = Callable[[], Awaitable[str | None]]
"""None where all is well, else a few words on what is wrong. One that raises or takes too long has failed."""

_LOG = logging.getLogger(__name__)


async def healthz(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


class Health:
    def __init__(self, checks: Mapping[str, Check], registry: CollectorRegistry) -> None:
        self._checks = dict(checks)
        self._registry = registry

    async def readyz(self, _: web.Request) -> web.Response:
        found = await asyncio.gather(*(_ask(name, check) for name, check in self._checks.items()))
        state = dict(zip(self._checks, found, strict=True))
        wrong = [name for name, words in state.items() if words != "ok"]
        if wrong:
            detail = f"Not ready: {', '.join(wrong)}."
            raise later(HTTPStatus.SERVICE_UNAVAILABLE, detail, checks=state)
        return web.json_response({"status": "ok", "checks": state})

    async def metrics(self, _: web.Request) -> web.Response:
        figures = await asyncio.to_thread(generate_latest, self._registry)
        return web.Response(body=figures, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})


async def _ask(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(SECONDS):
            return await check() or "ok"
    except TimeoutError:
        return "no answer in time"
    except Exception:  # whatever a check raises, it means that what it checks is not well
        _LOG.exception("the check of %s failed", name)
        return "failed"
