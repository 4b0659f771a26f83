"""Buttons, pressed rightly, wrongly, too late and by anybody."""

from __future__ import annotations

from typing import Any

import pytest
from bureau import FERRY, FOG, Bureau, said

from simulator.model import Message
from storage import chats

QUIET = {"show_alert": False}


def buttons(message: Message) -> list[str]:
    rows = (message.markup or {"inline_keyboard": []})["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row]


async def follows(bureau: Bureau, telegram_id: int) -> list[str]:
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, telegram_id))
    assert known is not None
    subscriptions = await bureau.database.read(lambda tx: chats.subscriptions(tx, known.id))
    return [one.value for one in subscriptions if one.scope == "story"]


@pytest.fixture
async def code(bureau: Bureau) -> str:
    return (await bureau.file(FERRY)).code


async def test_sections_open_in_place_and_lead_back(bureau: Bureau, reader: int, code: str) -> None:
    (story,) = await bureau.say(reader, f"/story {code}")
    first = story.content["text"]
    assert await bureau.press(reader, story, f"sl:{code}") == QUIET
    section = next(data for data in buttons(story) if data.startswith("se:") and ":lead:" not in data)
    await bureau.press(reader, story, section)
    assert "وانتظر مئات المسافرين" in story.content["text"]
    await bureau.press(reader, story, f"sl:{code}")
    assert await bureau.press(reader, story, f"st:{code}") == QUIET
    assert story.content["text"] == first
    assert len(bureau.since(story)) == 0, "all of it in one message"


async def test_related_and_another_story_come_as_new_messages(bureau: Bureau, reader: int, code: str) -> None:
    fog = (await bureau.file(FOG)).code
    (story,) = await bureau.say(reader, f"/story {code}")
    assert await bureau.press(reader, story, f"re:{code}") == QUIET
    (related,) = bureau.since(story)
    assert await bureau.press(reader, related, f"op:{fog}") == QUIET
    (other,) = bureau.since(related)
    assert "قررت هيئة الملاحة" in other.content["text"]
    (by_reply,) = await bureau.say(reader, "/related", reply_to=story.id)
    assert by_reply.content["text"] == related.content["text"]


async def test_following_is_said_in_passing(bureau: Bureau, reader: int, code: str) -> None:
    (story,) = await bureau.say(reader, f"/story {code}")
    answer = await bureau.press(reader, story, f"fo:{code}")
    assert (answer["show_alert"], answer["text"] != "") == (False, True)
    assert await follows(bureau, reader) == [code]
    await bureau.press(reader, story, f"uf:{code}", forged=True)
    assert await follows(bureau, reader) == []
    assert bureau.since(story) == []


async def test_the_language_is_chosen_in_place(bureau: Bureau, reader: int) -> None:
    (choice,) = await bureau.say(reader, "/language")
    assert await bureau.press(reader, choice, "la:ar") == QUIET
    assert choice.content["text"] == said("language.chosen", "ar")


async def test_pressing_again_what_is_shown_already_is_no_error(
    bureau: Bureau, reader: int, code: str
) -> None:
    (story,) = await bureau.say(reader, f"/story {code}")
    await bureau.press(reader, story, f"sl:{code}")
    assert await bureau.press(reader, story, f"sl:{code}", forged=True) == QUIET
    assert bureau.since(story) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "button_gone"),
        ("zz:ABCD", "button_gone"),
        ("st:", "button_gone"),
        ("st:abcd", "button_gone"),
        ("st:ABCD:more", "button_gone"),
        ("se:ABCD:a b:1", "button_gone"),
        ("se:ABCD:lead:0", "button_gone"),
        ("la:'; DROP TABLE chat", "button_gone"),
        ("go:" + "A" * 61, "button_gone"),
        ("ﷺ" * 20, "button_gone"),
    ],
)
async def test_forged_data_gets_a_helpful_word(bureau: Bureau, reader: int, data: str, reason: str) -> None:
    (greeting,) = await bureau.say(reader, "/start")
    text, markup = greeting.content["text"], greeting.markup
    answer = await bureau.press(reader, greeting, data, forged=True)
    assert answer["show_alert"]
    assert answer["text"].startswith(said(f"refusal.{reason}")[:20])
    assert (greeting.content["text"], greeting.markup) == (text, markup)


async def test_the_button_of_a_story_that_is_not_here_says_so(bureau: Bureau, reader: int) -> None:
    (greeting,) = await bureau.say(reader, "/start")
    answer = await bureau.press(reader, greeting, "st:ZZZZ", forged=True)
    assert answer["show_alert"]
    assert "ZZZZ" in answer["text"]


async def test_only_an_administrator_follows_for_a_group(bureau: Bureau, reader: int, code: str) -> None:
    boss = bureau.world.add_user("Boss", language_code="en").id
    group = bureau.world.add_supergroup("Harbour", members=[reader], administrators=[boss]).id
    (story,) = await bureau.say(reader, f"/story {code}", chat_id=group)
    refused = await bureau.press(reader, story, f"fo:{code}")
    assert refused == {"text": said("refusal.admins_only"), "show_alert": True}
    assert await follows(bureau, group) == []
    await bureau.press(boss, story, f"fo:{code}")
    assert await follows(bureau, group) == [code]


async def test_a_readers_press_does_not_change_a_channel(bureau: Bureau, reader: int, code: str) -> None:
    writer = bureau.world.add_user("Writer", language_code="en").id
    channel = bureau.world.add_channel("Harbour", administrators=[writer], members=[reader]).id
    (story,) = await bureau.say(writer, f"/story {code}", chat_id=channel)
    before = story.content["text"]
    answer = await bureau.press(reader, story, f"sl:{code}")
    assert (answer["show_alert"], len(answer["text"]) <= 200) == (True, True)
    assert story.content["text"] == before
    assert bureau.since(story) == []


async def test_a_thread_is_kept(bureau: Bureau, reader: int, code: str) -> None:
    forum = bureau.world.add_forum("Harbour", topics=["Talk", "News"], members=[reader])
    _, news = forum.topics
    (story,) = await bureau.say(reader, f"/story {code}", chat_id=forum.id, thread_id=news)
    await bureau.press(reader, story, f"re:{code}")
    (related,) = bureau.since(story)
    assert related.thread_id == news


def pressed(bureau: Bureau, reader: int, message: dict[str, Any], data: str) -> dict[str, Any]:
    person = bureau.world.users[reader].api()
    query = {"id": "77", "from": person, "chat_instance": "1", "data": data, "message": message}
    return {"update_id": 1, "callback_query": query}


async def test_a_message_too_old_to_change_is_answered_anew(bureau: Bureau, reader: int, code: str) -> None:
    (greeting,) = await bureau.say(reader, "/start")
    old = {"chat": bureau.world.chats[reader].api(), "message_id": 1, "date": 0}
    await bureau.handle(pressed(bureau, reader, old, f"sl:{code}"))
    (sections,) = bureau.since(greeting)
    assert "ازدحام على الأرصفة" in sections.content["text"]


async def test_a_message_that_was_deleted_is_answered_anew(bureau: Bureau, reader: int, code: str) -> None:
    (story,) = await bureau.say(reader, f"/story {code}")
    message = story.api()
    bureau.world.delete(story)
    await bureau.handle(pressed(bureau, reader, message, f"sl:{code}"))
    (sections,) = bureau.since(story)
    assert "ازدحام على الأرصفة" in sections.content["text"]
