"""What each method answers, over the wire."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import FormData
from bare import Api

from simulator import Options, World
from simulator.dispatch import answer

KEYS = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}


async def test_a_message_comes_back_as_telegram_tells_it(api: Api, world: World) -> None:
    user = world.add_user("Layla", username="layla")
    sent = await api.ok(
        "sendMessage", chat_id=user.id, text=" *خبر* ", parse_mode="MarkdownV2", reply_markup=KEYS
    )
    assert sent == {
        "message_id": 1,
        "from": {"id": 1000, "is_bot": True, "first_name": "Ajil", "username": "AjilBot"},
        "chat": {"id": user.id, "type": "private", "first_name": "Layla", "username": "layla"},
        "date": sent["date"],
        "text": "خبر",
        "entities": [{"type": "bold", "offset": 0, "length": 3}],
        "reply_markup": KEYS,
    }


@pytest.mark.parametrize("method", ["sendMessage", "SENDMESSAGE", "sendmessage"])
async def test_names_of_methods_have_no_case(api: Api, world: World, method: str) -> None:
    assert (await api.ok(method, chat_id=world.add_user().id, text="a"))["text"] == "a"


async def test_parameters_come_in_every_form(api: Api, world: World) -> None:
    user = world.add_user()
    url = f"{api.server.url}/bot{world.token}/sendMessage"
    form = {
        "chat_id": str(user.id),
        "text": "form",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard":[]}',
    }
    async with api.session.post(url, data=form) as answered:
        assert (await answered.json())["result"]["text"] == "form"
    async with api.session.get(url, params={"chat_id": user.id, "text": "query"}) as answered:
        assert (await answered.json())["result"]["text"] == "query"
    parts = FormData()
    parts.add_field("chat_id", str(user.id), content_type="text/plain")
    parts.add_field("text", "parts", content_type="text/plain")
    async with api.session.post(url, data=parts) as answered:
        assert (await answered.json())["result"]["text"] == "parts"
    assert world.texts(user.id) == ["form", "query", "parts"]


async def test_errors_have_telegrams_exact_shape(api: Api, world: World) -> None:
    status, body, headers = await api.raw("sendMessage", chat_id=5, text="a")
    assert (status, body) == (
        400,
        {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"},
    )
    assert headers["Content-Type"] == "application/json"
    assert await api.refused("sendMassage") == (404, "Not Found")
    async with api.session.post(f"{api.server.url}/bot1:wrong/getMe") as answered:
        assert answered.status == 401
        assert await answered.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"text": "a"}, "chat_id is empty"),
        ({"chat_id": 1}, "message text is empty"),
        ({"chat_id": 1, "text": "\n "}, "message text is empty"),
        ({"chat_id": 1, "text": "a" * 4097}, "message is too long"),
        ({"chat_id": 1, "text": "a", "txet": "b"}, 'unknown parameter "txet" (strict simulator)'),
        ({"chat_id": 1, "text": "a", "parse_mode": "XML"}, "unsupported parse_mode"),
        (
            {"chat_id": 1, "text": "<b>", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"chat_id": 1, "text": "a", "entities": "["}, 'can\'t read parameter "entities": it is not JSON'),
        (
            {"chat_id": 1, "text": "a", "entities": [{"type": "bold", "offset": 0}]},
            'can\'t read parameter "entities": MessageEntity: parameter "length" is required',
        ),
        ({"chat_id": 1, "text": "a", "message_thread_id": 7}, "message thread not found"),
        (
            {"chat_id": 1, "text": "a", "reply_parameters": {"message_id": 9}},
            "message to be replied not found",
        ),
        ({"chat_id": "@nobody", "text": "a"}, "chat not found"),
        (
            {"chat_id": 1, "text": "a", "disable_notification": "perhaps"},
            'can\'t read parameter "disable_notification": a boolean is expected',
        ),
    ],
)
async def test_what_send_message_refuses(api: Api, world: World, given: dict[str, Any], why: str) -> None:
    world.add_user(user_id=1)
    assert await api.refused("sendMessage", **given) == (400, f"Bad Request: {why}")
    assert world.messages(1) == []


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "a", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "خ" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "callback_data": "x", "url": "https://a.b"},
            "inline keyboard button has several actions: callback_data, url",
        ),
        ({"text": " ", "callback_data": "x"}, "can't parse inline keyboard button: Text must be non-empty"),
    ],
)
async def test_buttons_that_telegram_refuses(
    api: Api, world: World, button: dict[str, Any], why: str
) -> None:
    user = world.add_user()
    refused = await api.refused(
        "sendMessage", chat_id=user.id, text="a", reply_markup={"inline_keyboard": [[button]]}
    )
    assert refused == (400, f"Bad Request: {why}")


async def test_lenient_ignores_what_it_does_not_know() -> None:
    world = World(options=Options(strict=False))
    user = world.add_user()
    reply = await answer(world, "sendMessage", {"chat_id": user.id, "text": "a", "txet": "b"}, {})
    assert reply.status == 200


async def test_whom_the_bot_cannot_write_to(api: Api, world: World) -> None:
    blocked, gone, stranger = world.add_user(), world.add_user(), world.add_user(started=False)
    world.block(blocked.id)
    world.deactivate(gone.id)
    kicked = world.add_supergroup(bot="kicked")
    left = world.add_group(bot="left")
    channel = world.add_channel(bot="kicked")
    answers = {
        blocked.id: "bot was blocked by the user",
        gone.id: "user is deactivated",
        stranger.id: "bot can't initiate conversation with a user",
        kicked.id: "bot was kicked from the supergroup chat",
        left.id: "bot is not a member of the group chat",
        channel.id: "bot was kicked from the channel chat",
    }
    for chat_id, why in answers.items():
        assert await api.refused("sendMessage", chat_id=chat_id, text="a") == (403, f"Forbidden: {why}")
    assert await api.refused("sendMessage", chat_id=world.add_channel(bot="member").id, text="a") == (
        400,
        "Bad Request: need administrator rights in the channel chat",
    )
    world.send_text(blocked.id, "back again")
    assert (await api.ok("sendMessage", chat_id=blocked.id, text="welcome"))["text"] == "welcome"


async def test_a_group_that_moved_says_where(api: Api, world: World) -> None:
    member = world.add_user()
    group = world.add_group("Desk", members=[member.id])
    moved = world.upgrade(group.id)
    status, body, _headers = await api.raw("sendMessage", chat_id=group.id, text="a")
    assert (status, body) == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": moved.id},
        },
    )
    updates = [one["message"] for one in await api.ok("getUpdates")]
    assert [one["chat"]["id"] for one in updates] == [group.id, moved.id]
    assert updates[0]["migrate_to_chat_id"] == moved.id
    assert updates[1]["migrate_from_chat_id"] == group.id
    assert (await api.ok("sendMessage", chat_id=moved.id, text="here"))["chat"]["title"] == "Desk"


async def test_forum_threads(api: Api, world: World) -> None:
    forum = world.add_forum(topics=["News"])
    thread = next(iter(forum.topics))
    sent = await api.ok("sendMessage", chat_id=forum.id, text="a", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert await api.refused("sendMessage", chat_id=forum.id, text="a", message_thread_id=99) == (
        400,
        "Bad Request: message thread not found",
    )
    world.close_topic(forum.id, thread)
    assert await api.refused("sendMessage", chat_id=forum.id, text="a", message_thread_id=thread) == (
        400,
        "Bad Request: TOPIC_CLOSED",
    )


async def test_replies(api: Api, world: World) -> None:
    user = world.add_user()
    asked = world.send_text(user.id, "why?")
    sent = await api.ok("sendMessage", chat_id=user.id, text="so", reply_parameters={"message_id": asked.id})
    assert sent["reply_to_message"]["text"] == "why?"
    lone = await api.ok(
        "sendMessage",
        chat_id=user.id,
        text="so",
        reply_parameters={"message_id": 999, "allow_sending_without_reply": True},
    )
    assert "reply_to_message" not in lone


async def test_edits(api: Api, world: World) -> None:
    user = world.add_user()
    sent = await api.ok("sendMessage", chat_id=user.id, text="one", reply_markup=KEYS)
    which = {"chat_id": user.id, "message_id": sent["message_id"]}
    edited = await api.ok("editMessageText", **which, text="two")
    assert edited["text"] == "two"
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]
    same = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert await api.refused("editMessageText", **which, text=" two ") == (400, same)
    assert (await api.ok("editMessageReplyMarkup", **which, reply_markup=KEYS))["reply_markup"] == KEYS
    assert await api.refused("editMessageReplyMarkup", **which, reply_markup=KEYS) == (400, same)
    assert await api.refused("editMessageCaption", **which, caption="c") == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )
    assert await api.refused("editMessageText", chat_id=user.id, message_id=99, text="a") == (
        400,
        "Bad Request: message to edit not found",
    )
    theirs = world.send_text(user.id, "mine")
    assert await api.refused("editMessageText", chat_id=user.id, message_id=theirs.id, text="a") == (
        400,
        "Bad Request: message can't be edited",
    )


async def test_deletions(api: Api) -> None:
    world = api.server.world
    user = world.add_user()
    old = (await api.ok("sendMessage", chat_id=user.id, text="old"))["message_id"]
    world.chats[user.id].messages[old].date -= 48 * 3600 + 1
    new = [(await api.ok("sendMessage", chat_id=user.id, text=str(i)))["message_id"] for i in range(3)]
    assert await api.ok("deleteMessage", chat_id=user.id, message_id=new[0]) is True
    assert await api.refused("deleteMessage", chat_id=user.id, message_id=new[0]) == (
        400,
        "Bad Request: message to delete not found",
    )
    assert await api.refused("deleteMessages", chat_id=user.id, message_ids=[new[1], old]) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    assert await api.ok("deleteMessages", chat_id=user.id, message_ids=[new[1], 999, new[2]]) is True
    assert world.texts(user.id) == ["old"]


async def test_button_presses(api: Api, world: World) -> None:
    user = world.add_user()
    sent = await api.ok("sendMessage", chat_id=user.id, text="a", reply_markup=KEYS)
    callback = world.press(user.id, sent["message_id"])
    [update] = await api.ok("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (callback.id, "more", user.id)
    assert query["message"]["message_id"] == sent["message_id"]
    assert await api.ok("answerCallbackQuery", callback_query_id=callback.id, text="here", show_alert=True)
    assert callback.answer == {"text": "here", "show_alert": True}
    too_old = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    assert await api.refused("answerCallbackQuery", callback_query_id=callback.id) == too_old
    late = world.press(user.id, sent["message_id"], data="more")
    late.at -= 151
    assert await api.refused("answerCallbackQuery", callback_query_id=late.id) == too_old
    with pytest.raises(ValueError, match="no button"):
        world.press(user.id, sent["message_id"], data="other")
    assert world.press(user.id, sent["message_id"], data="other", forged=True).data == "other"


async def test_files_go_up_come_down_and_go_again(api: Api, world: World) -> None:
    user, other = world.add_user(), world.add_user()
    parts = FormData()
    parts.add_field("chat_id", str(user.id))
    parts.add_field("caption", "<b>c</b>")
    parts.add_field("parse_mode", "HTML")
    parts.add_field("document", b"\x00copy", filename="copy.txt", content_type="text/plain")
    async with api.session.post(f"{api.server.url}/bot{world.token}/sendDocument", data=parts) as answered:
        sent = (await answered.json())["result"]
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    document = sent["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == (
        "copy.txt",
        "text/plain",
        5,
    )
    file = await api.ok("getFile", file_id=document["file_id"])
    async with api.session.get(f"{api.server.url}/file/bot{world.token}/{file['file_path']}") as answered:
        assert await answered.read() == b"\x00copy"
    again = await api.ok("sendDocument", chat_id=other.id, document=document["file_id"])
    assert again["document"] == document
    assert await api.refused("sendPhoto", chat_id=other.id, photo=document["file_id"]) == (
        400,
        "Bad Request: can't use file of type Document as Photo",
    )
    assert await api.refused("sendPhoto", chat_id=other.id, photo="nothing") == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )
    edited = await api.ok("editMessageCaption", chat_id=user.id, message_id=sent["message_id"], caption="d")
    assert (edited["caption"], edited["document"]) == ("d", document)
    assert await api.refused("editMessageText", chat_id=user.id, message_id=sent["message_id"], text="d") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )
    assert await api.refused(
        "sendDocument", chat_id=other.id, document=document["file_id"], caption="c" * 1025
    ) == (
        400,
        "Bad Request: message caption is too long",
    )


@pytest.mark.parametrize("kind", ["photo", "video", "animation", "document", "audio", "voice"])
async def test_people_send_files_of_every_kind(api: Api, world: World, kind: str) -> None:
    user = world.add_user()
    world.send_file(user.id, b"data", kind=kind, name="a.bin", mime_type="x/y", caption="what?")
    [update] = await api.ok("getUpdates")
    message = update["message"]
    told = message[kind][-1] if kind == "photo" else message[kind]
    assert (message["caption"], told["file_size"]) == ("what?", 4)
    sent = await api.ok(f"send{kind.title()}", chat_id=user.id, **{kind: told["file_id"]})
    assert sent[kind] == message[kind]


async def test_albums(api: Api, world: World) -> None:
    user = world.add_user()
    photo = world.send_file(user.id, b"1", kind="photo").content["photo"][-1]["file_id"]
    media = [{"type": "photo", "media": photo, "caption": "first"}, {"type": "photo", "media": photo}]
    sent = await api.ok("sendMediaGroup", chat_id=user.id, media=media)
    assert [one.get("caption") for one in sent] == ["first", None]
    assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
    assert world.journal.sent[user.id] == 2
    assert await api.refused("sendMediaGroup", chat_id=user.id, media=media[:1]) == (
        400,
        "Bad Request: the number of items must be between 2 and 10",
    )


async def test_copies_and_forwards(api: Api, world: World) -> None:
    editor, reader = world.add_user("Editor"), world.add_user()
    post = world.send_text(editor.id, "see https://example.com now")
    from_to = {"from_chat_id": editor.id, "message_id": post.id, "chat_id": reader.id}
    copied = await api.ok("copyMessage", **from_to, reply_markup=KEYS)
    assert list(copied) == ["message_id"]
    copy = world.chats[reader.id].messages[copied["message_id"]]
    assert (copy.content, copy.markup, copy.extra) == (post.content, KEYS, None)
    forwarded = await api.ok("forwardMessage", **from_to)
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "Editor"
    assert await api.refused(
        "editMessageText", chat_id=reader.id, message_id=forwarded["message_id"], text="other"
    ) == (400, "Bad Request: message can't be edited")
    several = await api.ok(
        "copyMessages", chat_id=reader.id, from_chat_id=editor.id, message_ids=[post.id, post.id + 900]
    )
    assert len(several) == 1
    gone = {**from_to, "message_id": 999}
    assert await api.refused("copyMessage", **gone) == (400, "Bad Request: message to copy not found")
    assert await api.refused("forwardMessage", **gone) == (400, "Bad Request: message to forward not found")


async def test_commands_by_scope_and_language(api: Api, world: World) -> None:
    user = world.add_user()
    english = [{"command": "start", "description": "Subscribe"}]
    arabic = [{"command": "start", "description": "اشترك"}]
    scope = {"type": "chat", "chat_id": user.id}
    assert await api.ok("setMyCommands", commands=english) is True
    await api.ok("setMyCommands", commands=arabic, language_code="ar")
    assert await api.ok("getMyCommands") == english
    assert await api.ok("getMyCommands", language_code="ar") == arabic
    assert await api.ok("getMyCommands", scope=scope) == []
    await api.ok("setMyCommands", commands=arabic, scope=scope)
    assert await api.ok("getMyCommands", scope=scope) == arabic
    await api.ok("deleteMyCommands")
    assert await api.ok("getMyCommands") == []
    bad = [{"command": "Ünknown", "description": "x"}]
    assert await api.refused("setMyCommands", commands=bad) == (400, "Bad Request: BOT_COMMAND_INVALID")
    status, why = await api.refused("setMyCommands", commands=english, scope={"type": "everyone"})
    assert status == 400
    assert why.startswith('Bad Request: can\'t read parameter "scope"')


async def test_what_the_bot_says_about_itself(api: Api) -> None:
    await api.ok("setMyDescription", description="أخبار", language_code="ar")
    await api.ok("setMyShortDescription", short_description="news")
    assert await api.ok("getMyDescription", language_code="ar") == {"description": "أخبار"}
    assert await api.ok("getMyDescription") == {"description": ""}
    assert await api.ok("getMyShortDescription", language_code="ar") == {"short_description": "news"}
    assert await api.ok("getMyName") == {"name": "Ajil"}
    assert (await api.ok("getMe"))["can_read_all_group_messages"] is False


async def test_chats_and_members(api: Api, world: World) -> None:
    owner, member, stranger = world.add_user("Owner"), world.add_user(), world.add_user()
    group = world.add_supergroup(
        "Desk", username="desk", members=[member.id], administrators=[owner.id], bot="administrator"
    )
    assert (await api.ok("getChat", chat_id="@desk"))["id"] == group.id
    status = {
        one.id: (await api.ok("getChatMember", chat_id=group.id, user_id=one.id))["status"]
        for one in (owner, member, stranger, world.bot)
    }
    assert status == {
        owner.id: "creator",
        member.id: "member",
        stranger.id: "left",
        world.bot.id: "administrator",
    }
    administrators = await api.ok("getChatAdministrators", chat_id=group.id)
    assert {one["user"]["id"] for one in administrators} == {owner.id, world.bot.id}
    assert await api.ok("getChatMemberCount", chat_id=group.id) == 3
    sent = await api.ok("sendMessage", chat_id=group.id, text="pin me")
    await api.ok("pinChatMessage", chat_id=group.id, message_id=sent["message_id"])
    assert (await api.ok("getChat", chat_id=group.id))["pinned_message"]["text"] == "pin me"
    await api.ok("unpinChatMessage", chat_id=group.id)
    assert "pinned_message" not in await api.ok("getChat", chat_id=group.id)
    assert await api.ok("sendChatAction", chat_id=group.id, action="typing") is True
    await api.ok("leaveChat", chat_id=group.id)
    assert await api.refused("getChatMember", chat_id=group.id, user_id=owner.id) == (
        403,
        "Forbidden: bot is not a member of the supergroup chat",
    )
