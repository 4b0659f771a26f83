"""The whole program as a process of its own, against a simulator in this one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator import Server, World

ROOT = Path(__file__).parents[2]
OWNER = 700_001
KEYS = {"desk": "desk-key-1234", "agency": "agency-key-1234"}
PATIENCE = 30.0
STARTING = 90.0  # seconds, on a machine that has much else to do


@dataclass
class Program:
    """`ajil run`, started, killed and started again by a test."""

    environment: dict[str, str]
    log: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.log.parent,  # where PostgreSQL is used, what belongs to one machine lies there
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        await until(self._is_ready, "the program to be ready", self.said, patience=STARTING)

    async def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, self.said()
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-6000:] if self.log.exists() else ""

    def tell(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def wire(self, body: bytes, *, source: str = "desk", **headers: str) -> tuple[int, dict[str, Any]]:
        """`POST /wire`: status and answer."""
        sent = {"Authorization": f"Bearer {KEYS[source]}", "Content-Type": "text/plain; charset=utf-8"}
        url = f"http://127.0.0.1:{self.port}/wire"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=sent | headers) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


async def until(
    holds: Callable[[], Awaitable[bool]] | Callable[[], bool],
    what: str,
    said: Callable[[], str] = str,
    *,
    patience: float = PATIENCE,
) -> None:
    """Look again and again, a limited time."""
    try:
        async with asyncio.timeout(patience):
            while True:
                found = holds()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"waited in vain for {what}\n{said()}")


@dataclass
class Stage:
    """A world, the program in it, and what people do there."""

    world: World
    server: Server
    program: Program
    tmp_path: Path

    async def says(self, user_id: int, text: str, **more: Any) -> dict[str, Any]:
        """A person writes to the bot and gets one answer."""
        before = len(self.answers(user_id))
        self.world.send_text(user_id, text, **more)
        await until(
            lambda: len(self.answers(user_id)) > before, f"an answer to {text[:40]!r}", self.program.said
        )
        return self.answers(user_id)[-1]

    async def presses(self, user_id: int, message: dict[str, Any], prefix: str) -> dict[str, Any]:
        """A person presses a button of a message; the answer to the press."""
        data = next(data for data in keys(message) if data.startswith(prefix))
        callback = self.world.press(user_id, message["message_id"], data=data)
        return await self.world.answer_to(callback, PATIENCE)

    async def opens(self, user_id: int, message: dict[str, Any], data: str) -> dict[str, Any]:
        """A person presses a button that changes its message; the message after that."""
        number = message["message_id"]
        self.world.press(user_id, number, data=data)
        changed = f"message {number} to change"
        await until(lambda: self.message(user_id, number) != message, changed, self.program.said)
        return self.message(user_id, number)

    def answers(self, chat_id: int) -> list[dict[str, Any]]:
        """What the bot has put into a chat, oldest first."""
        found = [message.api() for message in self.world.messages(chat_id)]
        return [one for one in found if one.get("from", {}).get("id") == self.world.bot.id]

    def message(self, chat_id: int, message_id: int) -> dict[str, Any]:
        return next(one for one in self.answers(chat_id) if one["message_id"] == message_id)


def keys(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [key["callback_data"] for row in rows for key in row if "callback_data" in key]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(server: Server, database_url: str, port: int, **more: str) -> dict[str, str]:
    settings = {
        "BOT_TOKEN": server.world.token,
        "TELEGRAM_API_URL": server.url,
        "DATABASE_URL": database_url,
        "OWNER_IDS": str(OWNER),
        "HTTP_PORT": str(port),
        "WIRE_KEYS": f"desk!:{KEYS['desk']},agency:{KEYS['agency']}",
        "PUSH_EVERY": "1",
        "PYTHONWARNINGS": "error::ResourceWarning",
    }
    usual = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    return usual | settings | more
