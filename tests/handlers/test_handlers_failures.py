"""When something here is out of order: the person hears of it, and so does the intake."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from bureau import FERRY, OWNER, Bureau, said
from telegram.error import NetworkError

from simulator.faults import server_error
from storage.errors import StorageError


async def fail(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("a bug")


async def test_a_bug_is_answered_and_raised(
    bureau: Bureau, reader: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bureau.desk, "latest", fail)
    sent = bureau.world.send_text(reader, "/latest")
    with pytest.raises(ZeroDivisionError, match="a bug"):
        await bureau.settle()
    assert [one.content["text"] for one in bureau.since(sent)] == [said("refusal.trouble")]


async def test_one_failure_is_not_held_against_the_next(
    bureau: Bureau, reader: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bureau.desk, "latest", fail)
    bureau.world.send_text(reader, "/latest")
    bureau.world.send_text(reader, "/help")
    with pytest.raises(ZeroDivisionError):
        await bureau.settle()
    await bureau.settle()


async def test_a_bug_under_a_button_stops_it_turning(
    bureau: Bureau, reader: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (await bureau.file(FERRY)).code
    (story,) = await bureau.say(reader, f"/story {code}")
    monkeypatch.setattr(bureau.desk, "sections", fail)
    pressed = bureau.world.press(reader, story.id, data=f"sl:{code}")
    with pytest.raises(ZeroDivisionError):
        await bureau.settle()
    assert pressed.answer == {"text": said("refusal.trouble"), "show_alert": True}


async def test_a_store_that_fails_is_answered_in_the_language_of_the_house(
    bureau: Bureau, reader: int, sqlite_url: str
) -> None:
    await bureau.say(reader, "/start")
    file = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    file.execute("ALTER TABLE chat RENAME TO lost")
    file.commit()
    file.close()
    (answer,) = await bureau.say(reader, "/latest")
    assert answer.content["text"] == said("refusal.trouble", "ar")


async def test_a_store_that_fails_while_a_chat_leaves_is_told_to_the_intake(
    bureau: Bureau, reader: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise StorageError("locked", temporary=True)

    monkeypatch.setattr(bureau.desk, "left", locked)
    bureau.world.block(reader)
    with pytest.raises(StorageError):
        await bureau.settle()


async def test_a_telegram_that_fails_is_told_to_the_intake(bureau: Bureau, reader: int) -> None:
    bureau.world.faults.add(server_error().on("sendMessage", count=1))
    bureau.world.send_text(reader, "/help")
    with pytest.raises(NetworkError):
        await bureau.settle()


async def test_copy_that_is_refused_is_no_failure(bureau: Bureau) -> None:
    (answer,) = await bureau.say(OWNER, "/publish \u200f\u200f")
    assert answer.content["text"].startswith(said("refusal.copy_empty")[:10])
