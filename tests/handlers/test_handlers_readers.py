"""Being a reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bureau import FERRY, FOG, Bureau, said

from storage import chats
from storage.records import ChatState


def text_of(messages: list[Any]) -> str:
    """The one answer's text, without the marks that isolate what is written the other way."""
    (message,) = messages
    return re.sub("[\u2066-\u2069]", "", message.content["text"])


async def subscribed(bureau: Bureau, telegram_id: int) -> bool:
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, telegram_id))
    return known is not None and known.subscribed


async def test_start_subscribes_and_greets_in_the_readers_language(bureau: Bureau) -> None:
    arab = bureau.world.add_user("قارئة", language_code="ar-EG").id
    english = bureau.world.add_user("Reader", language_code="en-GB").id
    other = bureau.world.add_user("Lecteur", language_code="fr").id
    greetings = [text_of(await bureau.say(user, "/start")) for user in (arab, english, other)]
    assert [greeting.splitlines()[0] for greeting in greetings] == [
        said("start.new", "ar"),
        said("start.new", "en"),
        said("start.new", "ar"),
    ]
    assert [await subscribed(bureau, user) for user in (arab, english, other)] == [True, True, True]


async def test_stop_unsubscribes(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    assert text_of(await bureau.say(reader, "/stop")).startswith(said("stop.done"))
    assert not await subscribed(bureau, reader)


async def test_a_story_and_what_hangs_on_it(bureau: Bureau, reader: int) -> None:
    ferry = await bureau.file(FERRY)
    fog = await bureau.file(FOG)
    (latest,) = await bureau.say(reader, "/latest")
    assert latest.content["text"].index(fog.code) != latest.content["text"].index(ferry.code)
    (story,) = await bureau.say(reader, f"/story {ferry.code.lower()}")
    assert "عادت عبّارات الخليج الصغير" in story.content["text"]
    (sections,) = await bureau.say(reader, f"/sections {ferry.code}")
    assert "ازدحام على الأرصفة" in sections.content["text"]
    (found,) = await bureau.say(reader, "/search شبابيك التذاكر")
    assert ferry.code in found.content["text"]
    assert fog.code not in found.content["text"]


async def test_related_of_a_code_of_a_reply_and_of_what_was_seen_last(bureau: Bureau, reader: int) -> None:
    ferry = await bureau.file(FERRY)
    fog = await bureau.file(FOG)
    (by_code,) = await bureau.say(reader, f"/related {ferry.code}")
    (story,) = await bureau.say(reader, f"/story {ferry.code}")
    (by_sight,) = await bureau.say(reader, "/related")
    await bureau.say(reader, f"/story {fog.code}")
    (by_reply,) = await bureau.say(reader, "/related", reply_to=story.id)
    assert by_code.content == by_sight.content == by_reply.content
    assert fog.code in by_code.content["text"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("/story", "code_missing"),
        ("/related", "code_missing"),
        ("/latest", "nothing_yet"),
        ("/follow", "follow_missing"),
        ("/unfollow", "unfollow_missing"),
    ],
)
async def test_what_cannot_be_answered_is_explained(
    bureau: Bureau, reader: int, typed: str, reason: str
) -> None:
    assert text_of(await bureau.say(reader, typed)) == said(f"refusal.{reason}")


async def test_a_mistyped_code_offers_the_near_one(bureau: Bureau, reader: int) -> None:
    code = (await bureau.file(FERRY)).code
    slip = ("B" if code[0] != "B" else "C") + code[1:]
    (answer,) = await bureau.say(reader, f"/story {slip}")
    assert answer.markup == {"inline_keyboard": [[{"text": code, "callback_data": f"op:{code}"}]]}


async def test_the_language_is_chosen_by_command(bureau: Bureau, reader: int) -> None:
    assert text_of(await bureau.say(reader, "/language عربي")) == said("language.chosen", "ar")
    assert text_of(await bureau.say(reader, "/latest")) == said("refusal.nothing_yet", "ar")
    assert text_of(await bureau.say(reader, "/language xx")) == said(
        "refusal.language_unknown", "ar", typed="xx"
    )


async def test_what_nobody_understands_gets_a_hint(bureau: Bureau, reader: int) -> None:
    assert said("hint.text") in text_of(await bureau.say(reader, "what is new today?"))
    assert said("hint.near", command="/latest") in text_of(await bureau.say(reader, "/lastest 5"))


async def test_an_edited_command_is_no_command(bureau: Bureau, reader: int) -> None:
    sent = bureau.world.send_text(reader, "good morning to all of you")
    await bureau.settle()
    before = len(bureau.world.messages(reader))
    bureau.world.edit_text(reader, sent.id, "/start")
    await bureau.settle()
    assert len(bureau.world.messages(reader)) == before
    assert not await subscribed(bureau, reader)


async def test_no_link_is_previewed(bureau: Bureau, reader: int) -> None:
    (answer,) = await bureau.say(reader, "/start")
    assert answer.content["link_preview_options"] == {"is_disabled": True}


# Groups, channels and threads.


async def test_only_an_administrator_subscribes_a_group(bureau: Bureau, reader: int) -> None:
    boss = bureau.world.add_user("Boss", language_code="en").id
    group = bureau.world.add_supergroup("Harbour", members=[reader], administrators=[boss]).id
    (refused,) = await bureau.say(reader, "/start@AjilBot", chat_id=group)
    assert refused.content["text"] == said("refusal.admins_only")
    assert not await subscribed(bureau, group)
    (greeting,) = await bureau.say(boss, "/start@ajilbot", chat_id=group)
    assert greeting.content["text"].startswith(said("start.group"))
    assert await subscribed(bureau, group)


async def test_in_a_group_the_answer_hangs_under_the_question(bureau: Bureau, reader: int) -> None:
    group = bureau.world.add_supergroup("Harbour", members=[reader]).id
    asked = bureau.world.send_text(reader, "/latest", chat_id=group)
    await bureau.settle()
    (answer,) = bureau.since(asked)
    assert answer.reply_to == asked.id


async def test_a_command_to_another_bot_is_left_to_it(bureau: Bureau, reader: int) -> None:
    group = bureau.world.add_supergroup("Harbour", members=[reader], bot="administrator").id
    assert await bureau.say(reader, "/start@OtherBot", chat_id=group) == []
    assert await bureau.say(reader, "/nonsense@OtherBot", chat_id=group) == []
    assert await bureau.say(reader, "/latest@OtherBot") == []


async def test_talk_in_a_group_is_not_ours(bureau: Bureau, reader: int) -> None:
    group = bureau.world.add_supergroup("Harbour", members=[reader], bot="administrator").id
    assert await bureau.say(reader, "what is new today?", chat_id=group) == []
    assert await bureau.say(reader, "/nonsense", chat_id=group) == []
    (hint,) = await bureau.say(reader, "/lastest@AjilBot", chat_id=group)
    assert said("hint.near", command="/latest") in hint.content["text"]


async def test_the_thread_that_was_asked_from_is_answered_and_remembered(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss", language_code="en").id
    forum = bureau.world.add_forum("Harbour", topics=["Talk", "News"], administrators=[boss])
    _, news = forum.topics
    (greeting,) = await bureau.say(boss, "/start@AjilBot", chat_id=forum.id, thread_id=news)
    assert greeting.thread_id == news
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, forum.id))
    assert known is not None
    assert known.thread_id == news


async def test_an_administrator_who_writes_in_the_groups_name_is_one(bureau: Bureau) -> None:
    group = bureau.world.add_supergroup("Harbour")
    text = "/start@AjilBot"
    await bureau.handle(
        {
            "update_id": 1,
            "message": {
                "message_id": 900,
                "date": 0,
                "chat": group.api(),
                "from": {
                    "id": 1087968824,
                    "is_bot": True,
                    "first_name": "Group",
                    "username": "GroupAnonymousBot",
                },
                "sender_chat": group.api(),
                "text": text,
                "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
            },
        }
    )
    assert await subscribed(bureau, group.id)


async def test_a_channels_post_that_its_group_repeats_is_not_answered_twice(bureau: Bureau) -> None:
    group = bureau.world.add_supergroup("Harbour")
    channel = bureau.world.add_channel("Harbour news").api()
    post = {
        "message_id": 900,
        "date": 0,
        "chat": group.api(),
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": channel,
        "is_automatic_forward": True,
        "text": "/latest",
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
    await bureau.handle({"update_id": 1, "message": post})
    assert bureau.world.messages(group.id) == []


async def test_a_channel_subscribes_by_a_post(bureau: Bureau) -> None:
    writer = bureau.world.add_user("Writer", language_code="en").id
    channel = bureau.world.add_channel("Harbour", administrators=[writer])
    await bureau.say(writer, "/start", chat_id=channel.id)
    assert await subscribed(bureau, channel.id)


async def test_who_blocks_the_bot_is_let_go_and_may_come_back(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    bureau.world.block(reader)
    await bureau.settle()
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, reader))
    assert known is not None
    assert known.state is ChatState.BLOCKED
    await bureau.say(reader, "/start")
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, reader))
    assert known is not None
    assert (known.state, known.subscribed) == (ChatState.ACTIVE, True)
