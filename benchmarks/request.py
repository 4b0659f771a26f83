"""Messages a second, and CPU for each: `python -m benchmarks.request [--messages 5000] [--latency 0.05]`.

Ways to send the same text to the same local server (a process of its own) from one process, in one run,
several rounds of each in turn. The peer is a bare aiohttp loop that posts ready-made bodies. aiogram is among
them where it is installed (`.venv/bin/pip install aiogram`); nothing else needs it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.util import find_spec

import aiohttp
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks import telegram_server
from delivery.caller import Caller
from delivery.outcomes import Sent
from delivery.request import AiohttpRequest
from delivery.wire import Wire

TOKEN = "1:benchmark"  # noqa: S105 - of no bot
TEXT = "عاجل: بدء إعادة فتح الطريق الساحلي أمام الشاحنات بعد توقف دام يومين " * 3
PREPARED = json.dumps({"chat_id": 1, "text": TEXT}, ensure_ascii=False).encode()
AT_ONCE = 50
ROUNDS = 5
PEER = "bare aiohttp loop"

Send = Callable[[], Awaitable[None]]
Way = Callable[[str], AbstractAsyncContextManager[Send]]


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Send]:
    target, headers = f"{url}/bot{TOKEN}/sendMessage", {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def send() -> None:
            async with session.post(target, data=PREPARED, headers=headers) as response:
                await response.read()
                response.raise_for_status()

        yield send


@asynccontextmanager
async def prepared(url: str) -> AsyncIterator[Send]:
    wire = Wire(url, pool_size=AT_ONCE)
    await wire.open()
    caller = Caller(wire, TOKEN)

    async def send() -> None:
        outcome = await caller.send("sendMessage", PREPARED)
        if not isinstance(outcome, Sent):
            raise TypeError(outcome)

    yield send
    await wire.close()


@asynccontextmanager
async def through_library(url: str, request: AiohttpRequest | HTTPXRequest) -> AsyncIterator[Send]:
    async with request:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)

        async def send() -> None:
            await bot.send_message(1, TEXT)

        yield send


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Send]:
    async with through_library(url, AiohttpRequest(pool_size=AT_ONCE)) as send:
        yield send


@asynccontextmanager
async def httpx(url: str) -> AsyncIterator[Send]:
    async with through_library(url, HTTPXRequest(connection_pool_size=AT_ONCE, pool_timeout=30)) as send:
        yield send


@asynccontextmanager
async def aiogram(url: str) -> AsyncIterator[Send]:
    library = importlib.import_module("aiogram")
    sessions = importlib.import_module("aiogram.client.session.aiohttp")
    servers = importlib.import_module("aiogram.client.telegram")
    session = sessions.AiohttpSession(api=servers.TelegramAPIServer.from_base(url), limit=AT_ONCE)
    async with library.Bot(TOKEN, session=session) as bot:

        async def send() -> None:
            await bot.send_message(1, TEXT)

        yield send


LIBRARIES: dict[str, Way] = {"send_message, AiohttpRequest": ours}
if find_spec("aiogram") is not None:
    LIBRARIES["send_message, aiogram"] = aiogram

WAYS: dict[str, Way] = {
    PEER: bare,
    "Caller.send, prepared": prepared,
    **LIBRARIES,
    "send_message, HTTPXRequest": httpx,
}


async def measure(send: Send, messages: int) -> tuple[float, float]:
    """Messages a second, and microseconds of CPU for each."""
    turns = iter(range(messages))

    async def worker() -> None:
        for _ in turns:
            await send()

    began, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return messages / (time.perf_counter() - began), (time.process_time() - busy) / messages * 1e6


async def compare(url: str, messages: int) -> dict[str, tuple[float, float]]:
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    async with AsyncExitStack() as stack:
        sends = {way: await stack.enter_async_context(opened(url)) for way, opened in WAYS.items()}
        for send in sends.values():
            await measure(send, AT_ONCE * 2)
        for _ in range(ROUNDS):
            for way, send in sends.items():
                figures[way].append(await measure(send, messages // ROUNDS))
    return {
        way: (statistics.median(rate for rate, _ in each), statistics.median(cpu for _, cpu in each))
        for way, each in figures.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    with telegram_server.running(latency=options.latency) as url:
        figures = asyncio.run(compare(url, options.messages))
    peer_rate, peer_cpu = figures[PEER]
    print(f"{options.messages} messages, {AT_ONCE} at once, {options.latency * 1000:g} ms of latency")
    print(f"{'':32}{'a second':>10}{'to peer':>9}{'µs CPU':>9}{'to peer':>9}")
    for way, (rate, cpu) in figures.items():
        print(f"{way:32}{rate:10.0f}{rate / peer_rate:9.2f}{cpu:9.0f}{cpu / peer_cpu:9.2f}")


if __name__ == "__main__":
    main()
