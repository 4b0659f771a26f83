"""A broadcast of any kind reaches readers as its preview showed it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bureau import OWNER, Bureau, said

from delivery.bodies import Bodies
from delivery.caller import Caller
from delivery.courier import Courier
from delivery.flow import Limits
from delivery.pacer import Pacer
from delivery.shift import Tools
from delivery.wire import Wire
from simulator.model import Message
from storage import albums
from storage.records import OnUnknown

LOOK = "انظر: *here* 🧭"
PLACE = {"latitude": 24.5, "longitude": 54.25}
OPTION = {"text": "High", "voter_count": 2}
POLL = {
    "id": "1",
    "question": "Tide?",
    "options": [OPTION | {"persistent_id": "0"}, OPTION | {"persistent_id": "1", "text": "Low"}],
    "total_voter_count": 4,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": True,
    "allows_revoting": True,
    "members_only": False,
}
BARE = ("id", "total_voter_count", "voter_count", "value")
"""What differs from one poll or throw to the next."""

Kind = Callable[[Bureau], Message]


def written(bureau: Bureau) -> Message:
    return bureau.world.send_text(OWNER, "صوت وصورة https://example.org #tag 🧭")


def file(kind: str) -> Kind:
    def send(bureau: Bureau) -> Message:
        return bureau.world.send_file(OWNER, b"bytes", kind=kind, name=f"a.{kind}", caption="لقطة #tag 🧭")

    return send


def content(**told: Any) -> Kind:
    return lambda bureau: bureau.world.send_content(OWNER, told)


KINDS: dict[str, Kind] = {
    "text": written,
    **{kind: file(kind) for kind in ("photo", "video", "document", "audio", "voice", "animation")},
    "sticker": lambda bureau: bureau.world.send_file(OWNER, b"s", kind="sticker", name="s.webp"),
    "video_note": lambda bureau: bureau.world.send_file(OWNER, b"v", kind="video_note", name="v.mp4"),
    "poll": content(poll=POLL),
    "location": content(location=PLACE | {"horizontal_accuracy": 8.0}),
    "venue": content(venue={"location": PLACE, "title": "Harbour", "address": "1 Quay"}, location=PLACE),
    "contact": content(contact={"phone_number": "+1", "first_name": "Rim", "last_name": "S"}),
    "dice": content(dice={"emoji": "🎯", "value": 5}),
}


@asynccontextmanager
async def courier_of(bureau: Bureau) -> AsyncIterator[Courier]:
    wire = Wire(bureau.url)
    await wire.open()
    tools = Tools(
        db=bureau.database,
        bodies=Bodies(bureau.desk),
        caller=Caller(wire, bureau.world.token),
        pacer=Pacer(Limits(per_second=1000, per_chat=1000, per_group_minute=100_000)),
        on_unknown=OnUnknown.PARK,
        now=lambda: bureau.now,
    )
    courier = Courier(tools, bot_id=bureau.world.bot.id, is_dead=lambda _: True)
    running = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        await courier.aclose()
        await running
        await wire.close()


async def delivered(bureau: Bureau, reader: int, count: int) -> list[Message]:
    """What the courier has put into the reader's chat, once it is so many messages."""
    before, seen = len(bureau.world.messages(reader)), bureau.world.changes.last
    async with courier_of(bureau), asyncio.timeout(20):
        while len(bureau.world.messages(reader)) < before + count:
            await bureau.world.changes.wait(seen, 60)
            seen = bureau.world.changes.last
    return bureau.world.messages(reader)[before:]


async def broadcast(bureau: Bureau, said_to_bot: str, **where: Any) -> list[Message]:
    """The preview: what the editor is shown before the question, whose button is pressed."""
    *preview, question = await bureau.say(OWNER, said_to_bot, **where)
    button = (question.markup or {})["inline_keyboard"][0][0]["callback_data"]
    await bureau.press(OWNER, question, button)
    return preview


def told(message: Message) -> Any:
    """Its content, without what no two messages share."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: bare(one) for name, one in value.items() if name not in BARE}
        return [bare(one) for one in value] if isinstance(value, list) else value

    return bare(message.content)


@pytest.mark.parametrize("kind", KINDS)
async def test_readers_get_what_the_preview_showed(bureau: Bureau, reader: int, kind: str) -> None:
    await bureau.say(reader, "/start")
    original = KINDS[kind](bureau)
    await bureau.settle()
    (preview,) = await broadcast(bureau, "/broadcast", reply_to=original.id)
    (copy,) = await delivered(bureau, reader, 1)
    assert told(copy) == told(preview) == told(original)
    assert (copy.extra or {}) == {}


async def test_an_album_goes_out_whole_and_in_order(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    items = [
        bureau.world.send_file(
            OWNER, b"p", kind=kind, name=f"{n}.jpg", caption=f"صورة {n} #tag", media_group_id="42"
        )
        for n, kind in enumerate(("photo", "video", "photo"))
    ]
    stray = bureau.world.send_file(OWNER, b"p", kind="photo", name="9.jpg", media_group_id="43")
    await bureau.settle()
    assert bureau.since(stray) == []
    preview = await broadcast(bureau, "/broadcast", reply_to=items[1].id)
    copies = await delivered(bureau, reader, 3)
    assert [told(one) for one in copies] == [told(one) for one in preview] == [told(one) for one in items]
    assert len({(one.extra or {})["media_group_id"] for one in copies}) == 1


async def test_an_album_that_is_not_known_whole_is_refused(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    lone = bureau.world.send_file(OWNER, b"p", kind="photo", name="9.jpg", media_group_id="43")
    (refused,) = await bureau.say(OWNER, "/broadcast", reply_to=lone.id)
    assert refused.content["text"] == said("refusal.album_forgotten")


async def test_albums_of_strangers_are_not_remembered(bureau: Bureau, reader: int) -> None:
    for n in range(2):
        bureau.world.send_file(reader, b"p", kind="photo", name=f"{n}.jpg", media_group_id="44")
    await bureau.settle()
    assert await bureau.database.read(lambda tx: albums.items(tx, reader, "44")) == {}


async def test_a_picture_by_address_is_fetched_once_and_sent_by_its_id(bureau: Bureau, reader: int) -> None:
    other = bureau.world.add_user("Other").id
    for who in (reader, other):
        await bureau.say(who, "/start")
    before = len(bureau.world.files)
    (preview,) = await broadcast(bureau, "/broadcast https://example.org/a/quay.JPG?size=2 رصيف الميناء")
    (copy,) = await delivered(bureau, other, 1)
    assert copy.content == preview.content
    assert copy.content["caption"] == "رصيف الميناء"
    assert len(bureau.world.files) == before + 1
    assert bureau.world.messages(reader)[-1].content == copy.content


@pytest.mark.parametrize("typed", ["ftp://example.org/a.jpg", "hello", "https://", "file:///etc/passwd", ""])
async def test_only_web_addresses_are_fetched(bureau: Bureau, reader: int, typed: str) -> None:
    await bureau.say(reader, "/start")
    (refused,) = await bureau.say(OWNER, f"/broadcast {typed}".strip())
    assert refused.content["text"] == said("refusal.broadcast_missing")


async def test_a_file_that_telegram_lost_is_refused_before_anybody_gets_it(
    bureau: Bureau, reader: int
) -> None:
    await bureau.say(reader, "/start")
    picture = bureau.world.send_file(OWNER, b"p", kind="photo", name="p.jpg")
    bureau.world.files.clear()
    (refused,) = await bureau.say(OWNER, "/broadcast", reply_to=picture.id)
    assert refused.content["text"] == said("refusal.media_dead")


async def test_nothing_is_fetched_for_nobody(bureau: Bureau) -> None:
    before = len(bureau.world.files)
    (refused,) = await bureau.say(OWNER, "/broadcast https://example.org/quay.jpg")
    assert refused.content["text"] == said("refusal.nobody_subscribed")
    assert len(bureau.world.files) == before


async def test_who_wants_whole_stories_gets_all_parts_in_order_as_the_editor_was_shown(
    bureau: Bureau, reader: int
) -> None:
    other = bureau.world.add_user("Other", language_code="en").id
    for who in (reader, other):
        await bureau.say(who, "/start")
    (card,) = await bureau.say(other, "/settings")
    await bureau.press(other, card, "ss:whole")
    body = "\n\n".join(f"Paragraph {n}. " + "The harbour stayed closed all day. " * 40 for n in range(6))
    taken = await bureau.file(
        f"Harbour closed\n\n(AP)\n\nThe harbour closed on Sunday.\n\nBackground\n\n{body}\n"
    )
    preview = await broadcast(bureau, f"/breaking {taken.code}")
    copies = await delivered(bureau, other, len(preview))
    assert len(preview) > 2
    assert [one.content for one in copies] == [one.content for one in preview]
    assert bureau.world.messages(reader)[-1].content == preview[0].content
