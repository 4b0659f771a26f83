"""What people do, in Python and over `/sim`."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from bare import Api

from simulator import Options, World
from simulator.dispatch import answer

KEYS = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}


def test_thousands_of_people_at_once() -> None:
    world = World()
    ids = world.add_people(20_000, first_id=500_000)
    assert (ids[0], ids[-1], len(world.chats)) == (500_000, 519_999, 20_000)
    assert world.add_user().id not in ids
    with pytest.raises(ValueError, match="there already"):
        world.add_people(1, first_id=500_000)


def test_a_person_changes_a_message(world: World) -> None:
    user, other = world.add_user(), world.add_user()
    message = world.send_text(user.id, "wrogn")
    world.edit_text(user.id, message.id, "wrong")
    edited = json.loads(world.updates.pending()[-1].body)["edited_message"]
    assert (edited["text"], edited["message_id"]) == ("wrong", message.id)
    with pytest.raises(ValueError, match="only its author"):
        world.edit_text(other.id, message.id, "mine", chat_id=user.id)


def test_a_channel_post_has_no_person(world: World) -> None:
    owner = world.add_user()
    channel = world.add_channel("Wire", administrators=[owner.id])
    world.send_text(owner.id, "post", chat_id=channel.id)
    post = json.loads(world.updates.pending()[0].body)["channel_post"]
    assert (post["sender_chat"]["title"], "from" in post) == ("Wire", False)


def test_a_forward_says_where_it_is_from(world: World) -> None:
    author, reader = world.add_user("Author"), world.add_user()
    original = world.send_text(author.id, "/halt")
    forward = world.forward(reader.id, author.id, original.id)
    again = world.forward(author.id, reader.id, forward.id)
    for message in (forward, again):
        assert message.api()["forward_origin"]["sender_user"]["first_name"] == "Author"


def test_a_vanished_chat_is_not_found(world: World) -> None:
    channel = world.add_channel(username="wire")
    world.vanish(channel.id)
    for ref in (channel.id, "@wire"):
        with pytest.raises(Exception, match="chat not found"):
            world.chat(ref)


async def test_only_the_newest_are_kept_where_asked() -> None:
    world = World(options=Options(keep_messages=3, keep_calls=2, keep_changes=4))
    user = world.add_user()
    for number in range(6):
        await answer(world, "sendMessage", {"chat_id": user.id, "text": str(number)}, {})
    assert world.texts(user.id) == ["3", "4", "5"]
    assert (len(world.journal.calls), world.journal.total, world.journal.sent[user.id]) == (2, 6, 6)
    assert (len(world.changes.since(0)), world.changes.missed(0)) == (4, True)


async def test_the_log_of_requests_judges(api: Api, world: World) -> None:
    user = world.add_user()
    sent = await api.ok("sendMessage", chat_id=user.id, text="a")
    await api.ok("editMessageText", chat_id=user.id, message_id=sent["message_id"], text="b")
    await api.refused("sendMessage", chat_id=5, text="a")
    await api.ok("deleteMessage", chat_id=user.id, message_id=sent["message_id"])
    told = [(one.method, one.chat_id, one.status, one.applied) for one in world.journal.calls]
    assert told == [
        ("sendMessage", user.id, 200, 1),
        ("editMessageText", user.id, 200, 1),
        ("sendMessage", 5, 400, 0),
        ("deleteMessage", user.id, 200, 1),
    ]
    log = await api.look("calls", method="sendMessage", limit=1)
    assert (log["total"], log["calls"][0]["outcome"]) == (4, "Bad Request: chat not found")
    counts = await api.look("counts")
    assert (counts["sent"], counts["edited"]) == ({str(user.id): 1}, {str(user.id): 1})
    assert counts["statuses"] == {"200": 3, "400": 1}


async def test_a_phone_over_http(api: Api) -> None:
    user = await api.act("add_user", first_name="Layla", language_code="ar")
    chat_id = user["id"]
    await api.act("send_text", user_id=chat_id, text="/start")
    [update] = await api.ok("getUpdates")
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    sent = await api.ok("sendMessage", chat_id=chat_id, text="hello", reply_markup=KEYS)
    pressed = await api.act("press", user_id=chat_id, message_id=sent["message_id"], data="more")
    waiting = asyncio.create_task(api.look("callback", id=pressed["id"], timeout=10))
    await api.ok("answerCallbackQuery", callback_query_id=pressed["id"], text="here")
    assert (await waiting)["answer"] == {"text": "here"}
    assert [one["text"] for one in await api.look("messages", chat_id=chat_id)] == ["/start", "hello"]
    copy = base64.b64encode(b"copy").decode()
    await api.act("send_file", user_id=chat_id, data_base64=copy, name="wire.txt")
    assert (await api.look("messages", chat_id=chat_id))[-1]["document"]["file_size"] == 4
    group = await api.act("add_forum", title="Desk", topics=["A"], members=[chat_id])
    assert [one["name"] for one in group["topics"]] == ["A"]
    assert {one["id"] for one in await api.look("chats")} == {chat_id, group["id"]}
    assert await api.act("add_people", count=3) == {"first_id": chat_id + 1, "count": 3}


async def test_mistakes_over_http_are_told(api: Api) -> None:
    for name, given in (
        ("press", {"user_id": 1, "message_id": 1}),
        ("send_text", {"user": 1}),
        ("faults", {"fault": "meteor"}),
        ("limits", {"per_year": 1}),
    ):
        async with api.session.post(f"{api.server.url}/sim/{name}", json=given) as answered:
            assert answered.status == 400
            assert (await answered.json())["error"]
    async with api.session.post(f"{api.server.url}/sim/meteor") as answered:
        assert answered.status == 404


async def test_changes_are_followed_from_where_one_left_off(api: Api, world: World) -> None:
    user = world.add_user()
    start = world.changes.last
    waiting = asyncio.create_task(api.look("changes", after=start, timeout=10))
    sent = await api.ok("sendMessage", chat_id=user.id, text="a")
    told = await waiting
    assert [(one["what"], one["message"]["text"]) for one in told["changes"]] == [("message", "a")]
    which = {"chat_id": user.id, "message_id": sent["message_id"]}
    await api.ok("editMessageText", **which, text="b")
    await api.ok("deleteMessage", **which)
    later = await api.look("changes", after=told["last"])
    assert [(one["what"], one["message"]) for one in later["changes"]] == [
        ("edited", None),
        ("deleted", None),
    ]


async def test_changes_stream_as_events(api: Api, world: World) -> None:
    user = world.add_user()
    async with api.session.get(
        f"{api.server.url}/sim/events", params={"after": world.changes.last}
    ) as stream:
        assert stream.content_type == "text/event-stream"
        await api.ok("sendMessage", chat_id=user.id, text="خبر")
        event = await _event(stream)
        assert (event["what"], event["message"]["text"]) == ("message", "خبر")


async def _event(stream: Any) -> dict[str, Any]:
    async with asyncio.timeout(10):
        async for line in stream.content:
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line[6:])
                return found
    raise AssertionError("the stream ended")


def test_alone_as_a_program() -> None:
    command = [sys.executable, "-m", "simulator", "--port", "0", "--token", "7:x", "--people", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603 (our own)
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/bot7:x/getMe") as answered:  # noqa: S310 (our own)
            assert json.load(answered)["result"]["id"] == 7
        program.terminate()
        assert program.wait(10) == 0
