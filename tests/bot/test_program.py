"""The whole program in this process: how it starts, what it does where the world is not ready, its end."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import program, retry
from bot.logs import Redactor
from bot.poller import TokenRefusedError
from bot.settings import Settings, load
from bot.wiring import CannotStartError
from simulator import TOKEN, Server, World, faults
from simulator.errors import ApiError
from storage import facts
from storage.database import Database

pytestmark = pytest.mark.usefixtures("clean", "restored")

PATIENCE = 20.0


@pytest.fixture
def settings(
    server: Server, sqlite_url: str, clean: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Settings]:
    def make(**more: str) -> Settings:
        usual = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url, "DATABASE_URL": sqlite_url}
        for name, value in (usual | {"HTTP_PORT": "0"} | more).items():
            monkeypatch.setenv(name, value)
        return load(needs_token=True)

    return make


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[str]:
    """The program, ready; ends it as an operator does, and sees that it ends well."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def tell(http: str) -> None:
        ready.set_result(http)

    task = asyncio.create_task(program.run(settings, Redactor(settings.secrets()), beside=tell))
    try:
        both: set[asyncio.Future[Any]] = {task, ready}
        await asyncio.wait(both, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield ready.result()
    finally:
        if not task.done():
            signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({task})
    assert task.exception() is None


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - the simulator tells nobody
            await asyncio.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def get(url: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, json.loads(await answer.read())


async def test_it_answers_readers_and_ends_cleanly(world: World, settings: Callable[..., Settings]) -> None:
    async with running(settings()) as http:
        world.send_text(1, "/start")
        await until(lambda: world.texts(1))
        assert await get(f"{http}/readyz") == (
            HTTPStatus.OK,
            {"status": "ok", "checks": {"database": "ok", "telegram": "ok"}},
        )
    assert world.updates.pending() == []


async def test_the_menu_is_offered(world: World, settings: Callable[..., Settings]) -> None:
    async with running(settings(OWNER_IDS="2")):
        await until(lambda: len(world.commands) >= 3)
    assert {language for _, language in world.commands} >= {"", "ar", "en"}


async def test_the_server_listens_before_the_webhook_is_set(
    world: World, settings: Callable[..., Settings]
) -> None:
    given = settings(WEBHOOK_URL="http://127.0.0.1:1/telegram", WEBHOOK_SECRET="the-proof")
    world.faults.add(faults.slow(before=0.05).on("setWebhook"))
    async with running(given) as http:
        assert world.webhook["url"] == "http://127.0.0.1:1/telegram"
        update = {
            "update_id": 7,
            "message": world.send_text(1, "/start").api(),
        }
        headers = {"X-Telegram-Bot-Api-Secret-Token": "the-proof"}
        async with aiohttp.ClientSession() as session:
            for proof, status in (({}, HTTPStatus.FORBIDDEN), (headers, HTTPStatus.OK)):
                async with session.post(f"{http}/telegram", json=update, headers=proof) as answer:
                    assert answer.status == status
        assert len(world.texts(1)) == 1
    assert world.webhook["url"] == "http://127.0.0.1:1/telegram"


async def test_the_webhook_brings_updates_for_good(world: World, settings: Callable[..., Settings]) -> None:
    port = free_port()
    given = settings(HTTP_PORT=str(port), WEBHOOK_URL=f"http://127.0.0.1:{port}/telegram")
    async with running(given):
        world.send_text(1, "/start")
        await until(lambda: world.texts(1))
        await until(lambda: world.updates.pending() == [])


async def test_a_webhook_that_another_program_left_is_removed(
    world: World, settings: Callable[..., Settings]
) -> None:
    world.webhook = {"url": "https://elsewhere.example/"}
    world.updates.webhook_active = True
    world.send_text(1, "/start")
    async with running(settings()):
        await until(lambda: world.texts(1))


async def test_a_telegram_that_is_away_is_waited_for_while_http_is_up(
    world: World, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.faults.add(faults.reset().on("getMe", count=3))
    monkeypatch.setattr(retry, "pause_after", lambda _: 0.05)
    port = free_port()
    given = settings(HTTP_PORT=str(port))
    task = asyncio.create_task(program.run(given, Redactor(())))
    seen: list[tuple[int, Any]] = []

    async def look() -> bool:
        try:
            seen.append(await get(f"http://127.0.0.1:{port}/readyz"))
        except aiohttp.ClientError:
            return False
        return seen[-1][0] == HTTPStatus.OK

    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - a server tells nobody that it is up
            await asyncio.sleep(0.005)
        signal.raise_signal(signal.SIGTERM)
        await task
    assert HTTPStatus.SERVICE_UNAVAILABLE in [status for status, _ in seen]
    assert "not reached yet" in str(seen[0][1])


async def test_it_can_be_stopped_while_telegram_is_away(
    world: World, settings: Callable[..., Settings]
) -> None:
    world.faults.add(faults.reset().on("getMe"))
    task = asyncio.create_task(program.run(settings(), Redactor(())))
    await until(lambda: world.faults.struck().get("reset"))
    signal.raise_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await task


async def ended_by(given: Settings) -> BaseException:
    with pytest.raises(Exception) as ended:  # noqa: PT011 - each test looks at what it was
        async with asyncio.timeout(PATIENCE):
            await program.run(given, Redactor(()))
    return ended.value


async def test_a_refused_token(settings: Callable[..., Settings]) -> None:
    error = await ended_by(settings(BOT_TOKEN="1000:another-token"))
    assert isinstance(error, TokenRefusedError)
    assert "another-token" not in str(error)


async def test_a_server_that_lacks_a_method_is_no_server_that_refuses_the_token(
    world: World, settings: Callable[..., Settings]
) -> None:
    lacking = faults.refusal(ApiError(404, "Not Found: method not found"))
    world.faults.add(lacking.on("deleteWebhook", "setMyCommands"))
    async with running(settings()):
        await until(lambda: world.faults.struck()["refusal"] >= 2)
        world.send_text(1, "/start")
        await until(lambda: world.texts(1))
    assert not world.commands


async def test_a_token_that_is_taken_back_before_the_webhook_is_removed(
    world: World, settings: Callable[..., Settings]
) -> None:
    refused = faults.refusal(ApiError(401, "Unauthorized"))
    world.faults.add(refused.on("getMe", skip=1))
    world.faults.add(refused.on("deleteWebhook"))
    assert isinstance(await ended_by(settings()), TokenRefusedError)


async def test_a_refused_webhook(world: World, settings: Callable[..., Settings]) -> None:
    refusal = ApiError(400, "Bad Request: bad webhook: an HTTPS URL must be provided for webhook")
    world.faults.add(faults.refusal(refusal).on("setWebhook"))
    error = await ended_by(settings(WEBHOOK_URL="http://127.0.0.1:1/telegram"))
    assert isinstance(error, CannotStartError)
    assert "WEBHOOK_URL" in str(error)


async def test_a_server_without_webhooks(world: World, settings: Callable[..., Settings]) -> None:
    world.faults.add(faults.refusal(ApiError(404, "Not Found: method not found")).on("setWebhook"))
    error = await ended_by(settings(WEBHOOK_URL="http://127.0.0.1:1/telegram"))
    assert isinstance(error, CannotStartError)
    assert "WEBHOOK_URL" in str(error)


async def test_a_port_that_is_taken(settings: Callable[..., Settings], server: Server) -> None:
    error = await ended_by(settings(HTTP_PORT=str(server.port)))
    assert isinstance(error, CannotStartError)
    assert "HTTP_PORT" in str(error)


async def test_a_database_of_another_bot(settings: Callable[..., Settings], sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    await db.write(lambda tx: facts.put(tx, "bot", "5"))
    await db.close()
    error = await ended_by(settings())
    assert isinstance(error, CannotStartError)
    assert "DATABASE_URL" in str(error)


async def test_a_folder_that_is_not_there(settings: Callable[..., Settings], tmp_path: Path) -> None:
    error = await ended_by(settings(DATABASE_URL=f"sqlite:///{tmp_path / 'none' / 'x.db'}"))
    assert "create it" in str(error)


async def test_the_tables_are_made_at_the_first_start(
    world: World, settings: Callable[..., Settings], empty_database_url: str
) -> None:
    async with running(settings(DATABASE_URL=empty_database_url)):
        world.send_text(1, "/start")
        await until(lambda: world.texts(1))


async def test_its_figures_are_there_from_the_start(settings: Callable[..., Settings]) -> None:
    async with (
        running(settings()) as http,
        aiohttp.ClientSession() as session,
        session.get(f"{http}/metrics") as answer,
    ):
        told = await answer.text()
    for name in ("ajil_deliveries_planned", "ajil_window", "ajil_loop_stall_seconds_count", "process_"):
        assert f"\n{name}" in told
    assert TOKEN not in told
