"""The webhook: Telegram's door and nobody else's."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from storage.errors import StorageError
from web.server import Doors, create, listen
from web.telegram import MOST_BYTES, NotNow, Webhook

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "what-telegram-proves-itself-with"}
UPDATE = {"update_id": 81, "message": {"message_id": 5}}


async def bring(
    client: ClientSession, sent: bytes | BytesIO, headers: dict[str, str] = SECRET
) -> tuple[int, str | None]:
    async with client.post("/telegram", data=sent, headers=headers) as response:
        if response.status != 200:
            assert response.content_type == "application/problem+json"
        return response.status, response.headers.get("Retry-After")


async def test_an_update_is_handled_and_acknowledged(client: ClientSession, telegram: Any) -> None:
    assert await bring(client, json.dumps(UPDATE).encode()) == (200, None)
    assert telegram.updates == [UPDATE]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "what-telegram-proves-itself-wit"},
        {"X-Telegram-Bot-Api-Secret-Token": "سر"},
    ],
)
async def test_nobody_else_gets_in(client: ClientSession, telegram: Any, headers: dict[str, str]) -> None:
    assert await bring(client, json.dumps(UPDATE).encode(), headers) == (403, None)
    assert telegram.updates == []


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"update_id": "81"}',
        b'{"update_id": true}',
        b"\xff",
        b"[" * 200_000,
    ],
)
async def test_what_is_no_update_is_refused(client: ClientSession, telegram: Any, sent: bytes) -> None:
    assert await bring(client, sent) == (400, None)
    assert telegram.updates == []


async def test_an_update_has_bounds(client: ClientSession) -> None:
    assert await bring(client, BytesIO(bytes(MOST_BYTES + 1))) == (413, None)


@pytest.mark.parametrize("trouble", [NotNow(), StorageError("locked", temporary=True)])
async def test_telegram_is_asked_to_bring_it_again(
    client: ClientSession, telegram: Any, trouble: Exception
) -> None:
    telegram.trouble = trouble
    assert await bring(client, json.dumps(UPDATE).encode()) == (503, "5")


async def test_without_a_webhook_there_is_no_door(doors: Doors) -> None:
    polling = Doors(desk=doors.desk, keyring=doors.keyring, registry=CollectorRegistry())
    listening = await listen(create(polling), "127.0.0.1", 0)
    async with ClientSession(f"http://127.0.0.1:{listening.port}") as client:
        assert await bring(client, json.dumps(UPDATE).encode()) == (404, None)
    await listening.stop()


def test_the_secret_shows_nowhere(telegram: Any) -> None:
    assert "proves" not in repr(Webhook(secret="proves", submit=telegram.submit))
