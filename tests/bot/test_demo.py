"""The demo, as a stranger starts it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0

pytestmark = pytest.mark.slow


@asynccontextmanager
async def demo(port: int) -> AsyncIterator[str]:
    """The address of its page; ends it with Ctrl-C and sees that it ends well."""
    command = (sys.executable, "-m", "bot", "demo", "--port", str(port))
    running = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert running.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(r"Look here:\s+(http://\S+)", said)):
                line = await running.stdout.readline()
                assert line, said
                said += line.decode()
        yield found[1]
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            said += (await running.stdout.read()).decode()
            assert await running.wait() == 0, said
    assert "Traceback" not in said


async def seen(page: str) -> dict[str, list[str]]:
    """What each phone shows of the bot's messages."""
    async with aiohttp.ClientSession() as session, session.get(f"{page}phone/view") as answer:
        view: dict[str, Any] = await answer.json()
    return {
        phone["role"]: [one.get("text", "") for one in phone["messages"] if one["from"]["is_bot"]]
        for phone in view["phones"]
    }


async def test_breaking_news_arrives_by_itself_on_both_phones_though_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with demo(port) as page, asyncio.timeout(PATIENCE):
            assert str(port) not in page
            while True:
                shown = await seen(page)
                if len(shown["reader"]) > 1 and len(shown["editor"]) > 1:
                    break
                await asyncio.sleep(0.1)
    assert shown["reader"][1].startswith("عاجل")
    assert shown["editor"][1].startswith("BREAKING")
