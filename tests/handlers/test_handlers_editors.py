"""Being an editor, and being taken for none."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from bureau import FERRY, NOW, OWNER, Bureau, said

from newsroom.wire import MAX_BYTES
from simulator.model import Message
from storage import audit, pushes, stories
from storage.records import Push, PushState, Story


def text(message: Message) -> str:
    return str(message.content["text"])


def button(message: Message, row: int = 0) -> str:
    assert message.markup is not None
    return str(message.markup["inline_keyboard"][row][0]["callback_data"])


async def stored(bureau: Bureau) -> list[tuple[Story, bytes]]:
    """All stories that readers can see, with the copy of their newest telling."""

    def read(tx: Any) -> list[tuple[Story, bytes]]:
        found = [stories.by_id(tx, line.id) for line in stories.latest(tx, limit=20, topic=None, now=NOW)]
        known = [story for story in found if story is not None]
        return [(story, stories.copy_of(tx, story.id, story.revision.number)) for story in known]

    return await bureau.database.read(read)


async def sent_out(bureau: Bureau) -> list[Push]:
    return await bureau.database.read(lambda tx: pushes.recent(tx, limit=20))


async def state_of(bureau: Bureau, button: str) -> PushState:
    push = await bureau.database.read(lambda tx: pushes.by_token(tx, button.partition(":")[2]))
    assert push is not None
    return push.state


@pytest.fixture
async def audience(bureau: Bureau) -> list[int]:
    readers = list(bureau.world.add_people(3, language_code="en"))
    for reader in readers:
        await bureau.say(reader, "/start")
    return readers


# Copy.


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
async def test_pasted_copy_is_kept_byte_for_byte(bureau: Bureau, gap: str) -> None:
    (answer,) = await bureau.say(OWNER, f"/publish{gap}{FERRY}")
    assert text(answer).startswith(said("filed.new"))
    ((story, copy),) = await stored(bureau)
    assert copy.decode() == gap[1:] + FERRY.rstrip()
    assert story.code in text(answer)


async def test_a_message_is_published_by_a_reply(bureau: Bureau) -> None:
    pasted = bureau.world.send_text(OWNER, FERRY)
    *_, answer = await bureau.say(OWNER, "/publish", reply_to=pasted.id)
    assert text(answer).startswith(said("filed.new"))
    assert [copy.decode() for _, copy in await stored(bureau)] == [FERRY.strip()]


@pytest.mark.parametrize("charset", ["utf-8", "cp1256"])
async def test_a_file_is_published_by_its_caption(bureau: Bureau, charset: str) -> None:
    data = FERRY.replace("\n", "\r\n").encode(charset, errors="ignore")
    (answer,) = await bureau.hand(OWNER, data, caption="/publish")
    assert text(answer).startswith(said("filed.new"))
    assert [copy for _, copy in await stored(bureau)] == [data]


async def test_a_file_is_published_by_a_reply(bureau: Bureau) -> None:
    handed = bureau.world.send_file(OWNER, FERRY.encode())
    (answer,) = await bureau.say(OWNER, "/publish", reply_to=handed.id)
    assert text(answer).startswith(said("filed.new"))


async def test_a_photos_caption_is_copy(bureau: Bureau) -> None:
    shown = bureau.world.send_file(OWNER, b"pixels", kind="photo", caption=FERRY)
    (answer,) = await bureau.say(OWNER, "/publish", reply_to=shown.id)
    assert text(answer).startswith(said("filed.new"))


async def test_the_same_copy_again_is_said_to_be_the_same(bureau: Bureau) -> None:
    await bureau.say(OWNER, f"/publish {FERRY}")
    (answer,) = await bureau.say(OWNER, f"/publish {FERRY}")
    assert text(answer).startswith(said("filed.duplicate"))
    assert len(await stored(bureau)) == 1


async def test_what_an_editor_publishes_is_in_the_audit(bureau: Bureau) -> None:
    await bureau.say(OWNER, f"/publish {FERRY}")
    ((story, _),) = await stored(bureau)
    (entry,) = await bureau.database.read(lambda tx: audit.recent(tx, limit=5))
    assert (entry.actor, entry.action, entry.subject) == (f"editor:{OWNER}", "publish", f"story:{story.code}")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ({"data": b""}, "copy_empty"),
        ({"data": b"\x89PNG\r\n" + bytes(100)}, "copy_binary"),
        ({"data": b"x", "name": "a.pdf", "mime_type": "application/pdf"}, "copy_format"),
        ({"data": b"a" * (MAX_BYTES + 1)}, "copy_too_large"),
        ({"data": gzip.compress(b"x" * 100), "name": "a.gz", "mime_type": "application/gzip"}, "copy_format"),
    ],
)
async def test_a_file_that_is_no_copy_is_refused(bureau: Bureau, file: dict[str, Any], reason: str) -> None:
    (answer,) = await bureau.hand(OWNER, caption="/publish", **file)
    assert text(answer) == said(f"refusal.{reason}")
    assert await stored(bureau) == []


async def test_a_file_that_is_too_large_is_not_even_fetched(bureau: Bureau) -> None:
    await bureau.hand(OWNER, b"a" * (MAX_BYTES + 1), caption="/publish")
    assert "getFile" not in {call.method for call in bureau.world.journal.calls}


async def test_a_file_that_cannot_be_fetched_is_explained(bureau: Bureau) -> None:
    handed = bureau.world.send_file(OWNER, FERRY.encode(), caption="/publish")
    bureau.world.files.clear()
    await bureau.settle()
    assert [text(one) for one in bureau.since(handed)] == [said("refusal.file_failed")]


async def test_publishing_nothing_is_explained(bureau: Bureau) -> None:
    (answer,) = await bureau.say(OWNER, "/publish")
    assert text(answer).startswith(said("refusal.copy_missing")[:20])


# Pushes.


async def test_breaking_is_shown_then_sent_by_its_button_once(bureau: Bureau, audience: list[int]) -> None:
    code = (await bureau.file(FERRY)).code
    shown, question = await bureau.say(OWNER, f"/breaking {code}")
    assert "عادت عبّارات الخليج الصغير" in text(shown)
    send = button(question)
    assert await state_of(bureau, send) is PushState.PROPOSED
    assert await bureau.press(OWNER, question, send) == {"show_alert": False}
    (push,) = await sent_out(bureau)
    assert (push.state, push.created_by, len(bureau.wakings)) == (PushState.APPROVED, OWNER, 1)
    assert question.markup is None, "its buttons are gone"
    again = await bureau.press(OWNER, question, send, forged=True)
    assert again == {"text": said("refusal.proposal_gone"), "show_alert": True}
    assert len(await sent_out(bureau)) == 1
    (refused,) = await bureau.say(OWNER, f"/breaking {code}")
    assert code in text(refused)
    assert refused.markup is None


async def test_a_proposal_that_was_dropped_is_not_sent(bureau: Bureau, audience: list[int]) -> None:
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    send, drop = button(question), button(question, row=1)
    await bureau.press(OWNER, question, drop)
    assert text(question) == said("push.dropped")
    assert (await bureau.press(OWNER, question, send, forged=True))["show_alert"]
    assert [push.state for push in await sent_out(bureau)] == [PushState.CANCELLED]
    assert bureau.wakings == []


async def test_a_proposal_falls_when_the_story_changes(bureau: Bureau, audience: list[int]) -> None:
    code = (await bureau.file(FERRY, item_id="ferry")).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    await bureau.file(FERRY.replace("ثلاثمئة", "أربعمئة"), item_id="ferry")
    answer = await bureau.press(OWNER, question, button(question))
    assert answer == {"text": said("refusal.proposal_gone"), "show_alert": True}


async def test_without_subscribers_there_is_nothing_to_send(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    (answer,) = await bureau.say(OWNER, f"/breaking {code}")
    assert text(answer).startswith(said("refusal.nobody_subscribed")[:20])
    assert await sent_out(bureau) == []


async def test_a_photo_is_broadcast_as_it_is(bureau: Bureau, audience: list[int]) -> None:
    photo = bureau.world.send_file(
        OWNER, b"pixels", kind="photo", caption="The ferry is back: https://ferry.example"
    )
    shown, question = await bureau.say(OWNER, "/broadcast", reply_to=photo.id)
    assert shown.content == photo.content
    await bureau.press(OWNER, question, button(question))
    (push,) = await sent_out(bureau)
    assert push.composed is not None
    assert push.composed.method == "sendPhoto"
    assert push.composed.params["photo"] == photo.content["photo"][0]["file_id"]


@pytest.mark.parametrize("kind", ["video", "animation", "document", "audio", "voice"])
async def test_every_kind_of_file_is_shown_as_it_is(bureau: Bureau, audience: list[int], kind: str) -> None:
    sent = bureau.world.send_file(OWNER, b"bytes", kind=kind, caption="Listen")
    shown, _ = await bureau.say(OWNER, "/broadcast", reply_to=sent.id)
    assert shown.content == sent.content


async def broadcast_of(bureau: Bureau, **content: object) -> None:
    """The owner's command under a message that nobody can write in the simulator."""
    chat, person = bureau.world.chats[OWNER].api(), bureau.world.users[OWNER].api()
    told = {"message_id": 999, "date": 1, "chat": chat, "from": person}
    command = [{"type": "bot_command", "offset": 0, "length": 10}]
    asked = told | {"message_id": 1000, "text": "/broadcast", "entities": command}
    await bureau.handle({"update_id": 1, "message": asked | {"reply_to_message": told | content}})


async def test_formatting_is_broadcast_as_it_is(bureau: Bureau, audience: list[int]) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 2}, {"type": "spoiler", "offset": 3, "length": 5}]
    await broadcast_of(bureau, text="🛥 ferry", entities=bold)
    shown, _ = bureau.world.messages(OWNER)
    assert (shown.content["text"], shown.content["entities"]) == ("🛥 ferry", bold)


async def test_what_cannot_be_said_again_is_explained(bureau: Bureau, audience: list[int]) -> None:
    await broadcast_of(bureau, location={"latitude": 24.5, "longitude": 39.6, "live_period": 60})
    (answer,) = bureau.world.messages(OWNER)
    assert text(answer) == said("refusal.composed_gone")


async def test_broadcasting_nothing_is_explained(bureau: Bureau, audience: list[int]) -> None:
    (answer,) = await bureau.say(OWNER, "/broadcast")
    assert text(answer).startswith(said("refusal.broadcast_missing")[:20])


# Nobody else, by no path.

ACTS = ["/publish some copy", "/breaking ABCD", "/broadcast", "/queue"]


@pytest.mark.parametrize("typed", ACTS)
async def test_readers_are_told_that_it_is_not_theirs(bureau: Bureau, reader: int, typed: str) -> None:
    (answer,) = await bureau.say(reader, typed)
    assert text(answer).startswith(said("refusal.not_editor")[:20])
    assert (await stored(bureau), await sent_out(bureau)) == ([], [])


async def test_nothing_is_fetched_for_somebody_else(bureau: Bureau, reader: int) -> None:
    await bureau.hand(reader, FERRY.encode(), caption="/publish")
    assert "getFile" not in {call.method for call in bureau.world.journal.calls}


@pytest.mark.parametrize("typed", ACTS)
async def test_an_editor_acts_in_private_only(bureau: Bureau, typed: str) -> None:
    group = bureau.world.add_supergroup("Harbour", administrators=[OWNER]).id
    (answer,) = await bureau.say(OWNER, typed, chat_id=group)
    assert text(answer) == said("refusal.private_only")
    assert (await stored(bureau), await sent_out(bureau)) == ([], [])


async def test_a_forwarded_command_is_not_the_editors_own(bureau: Bureau, reader: int) -> None:
    written = bureau.world.send_text(reader, f"/publish {FERRY}")
    await bureau.settle()
    forwarded = bureau.world.forward(OWNER, reader, written.id)
    await bureau.settle()
    assert [text(one) for one in bureau.since(forwarded)] == [said("refusal.not_own_words")]
    assert await stored(bureau) == []


@pytest.mark.parametrize(
    "more",
    [
        {"via_bot": {"id": 55, "is_bot": True, "first_name": "Helper", "username": "helper_bot"}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}},
        {"sender_chat": {"id": -100, "type": "channel", "title": "Somewhere"}},
    ],
)
async def test_nor_is_one_that_came_by_another_way(bureau: Bureau, more: dict[str, Any]) -> None:
    message = {
        "message_id": 2,
        "date": 1,
        "chat": bureau.world.chats[OWNER].api(),
        "from": bureau.world.users[OWNER].api(),
        "text": f"/publish {FERRY}",
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }
    await bureau.handle({"update_id": 1, "message": message | more})
    assert await stored(bureau) == []


async def test_an_edited_message_publishes_nothing(bureau: Bureau) -> None:
    sent = bureau.world.send_text(OWNER, "a draft of mine")
    await bureau.settle()
    bureau.world.edit_text(OWNER, sent.id, f"/publish {FERRY}")
    await bureau.settle()
    assert await stored(bureau) == []


async def test_the_button_works_for_no_one_else(bureau: Bureau, audience: list[int]) -> None:
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    (theirs,) = await bureau.say(audience[0], "/latest")
    for verb in ("go", "no"):
        data = f"{verb}:{button(question).partition(':')[2]}"
        answer = await bureau.press(audience[0], theirs, data, forged=True)
        assert answer["show_alert"]
        assert answer["text"].startswith(said("refusal.not_editor")[:20])
    assert await state_of(bureau, button(question)) is PushState.PROPOSED


async def test_the_button_works_in_no_group(bureau: Bureau, audience: list[int]) -> None:
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    group = bureau.world.add_supergroup("Harbour", administrators=[OWNER]).id
    (there,) = await bureau.say(OWNER, "/latest@AjilBot", chat_id=group)
    answer = await bureau.press(OWNER, there, button(question), forged=True)
    assert answer == {"text": said("refusal.private_only"), "show_alert": True}
    assert await state_of(bureau, button(question)) is PushState.PROPOSED


@pytest.mark.parametrize("by_reply", [False, True])
async def test_an_address_alone_is_a_page_to_be_fetched(bureau: Bureau, by_reply: bool) -> None:
    """Nothing is fetched in this bureau, so the answer says that."""
    address = "https://news.example/ferry"
    if by_reply:
        page = bureau.world.send_text(OWNER, address)
        *_, answer = await bureau.say(OWNER, "/publish", reply_to=page.id)
    else:
        (answer,) = await bureau.say(OWNER, f"/publish {address}")
    assert text(answer) == said("refusal.fetch_unreachable")


async def test_feeds_are_for_editors_only(bureau: Bureau, reader: int) -> None:
    (answer,) = await bureau.say(OWNER, "/feeds")
    assert said("feeds.none") in text(answer)
    (refusal,) = await bureau.say(reader, "/feeds add https://news.example/rss")
    assert said("refusal.not_editor") in text(refusal)


async def test_a_feed_is_opened_paused_and_resumed_by_buttons(bureau: Bureau, reader: int) -> None:
    url = "https://news.example/rss"
    await bureau.desk.feeds.add_named([url])
    (listed,) = await bureau.say(OWNER, "/feeds")
    await bureau.press(OWNER, listed, "fe:1")
    assert url in text(listed)
    await bureau.press(OWNER, listed, "fp:1")
    assert said("feeds.state.paused", command="/feeds resume 1") in text(listed)
    refused = await bureau.press(OWNER, listed, "fp:1", forged=True)
    assert refused["text"] == said("refusal.feed_paused", id="1")
    await bureau.press(OWNER, listed, "fr:1")
    assert said("feeds.never") in text(listed)
    await bureau.press(OWNER, listed, "fs:all")
    assert text(listed).startswith(said("feeds.title"))
    sent = bureau.world.send_text(reader, "/start")
    await bureau.settle()
    under = bureau.since(sent)[0]
    forged = await bureau.press(reader, under, "fp:1", forged=True)
    assert forged["text"] == said("refusal.not_editor")
