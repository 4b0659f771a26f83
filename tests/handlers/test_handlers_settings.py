"""What readers choose for themselves."""

from __future__ import annotations

import re

import pytest
from bureau import FERRY, FOG, Bureau, said

from simulator.model import Message
from storage import chats
from storage.records import Chat


def plain(message: Message) -> str:
    return re.sub("[\u200e\u200f\u2066-\u2069]", "", str(message.content["text"]))


def buttons(message: Message) -> list[str]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


async def chat_of(bureau: Bureau, telegram_id: int) -> Chat:
    known = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, telegram_id))
    assert known is not None
    return known


async def test_one_card_says_everything(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    await bureau.say(reader, "/timezone القاهرة")
    (card,) = await bureau.say(reader, "/quiet 22:00-07:00")
    said_there = plain(card)
    for msgid, facts in (
        ("settings.changed", {}),
        ("settings.news_on", {}),
        ("settings.language", {"name": "English"}),
        ("settings.zone", {"city": "Cairo", "time": "14:00"}),
        ("settings.quiet", {"start": "22:00", "end": "07:00"}),
        ("settings.breaking_silent", {}),
    ):
        assert said(msgid, **facts) in said_there
    (again,) = await bureau.say(reader, "/settings")
    assert plain(again) == said_there.replace(said("settings.changed"), said("settings.title"))
    assert again.markup == card.markup


async def test_a_reader_of_everything_chooses_how_much_comes_in_a_day(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    (card,) = await bureau.say(reader, "/settings")
    assert "ss:ten" not in buttons(card)
    await bureau.press(reader, card, "ss:every")
    assert {"ss:five", "ss:ten", "ss:twenty"} <= set(buttons(card))
    await bureau.press(reader, card, "ss:ten")
    assert said("settings.cap", most=10) in plain(card)
    assert (await chat_of(bureau, reader)).daily_cap == 10
    await bureau.press(reader, card, "ss:unlimited")
    assert said("settings.cap", most=10) not in plain(card)
    assert (await chat_of(bureau, reader)).daily_cap is None


async def test_arabic_settings_are_in_the_digits_of_the_place(bureau: Bureau) -> None:
    arab = bureau.world.add_user("قارئة", language_code="ar").id
    await bureau.say(arab, "/timezone القاهرة")
    (card,) = await bureau.say(arab, "/quiet ٢٢:٠٠-٧:٠٠")
    assert said("settings.quiet", "ar", start="٢٢:٠٠", end="٠٧:٠٠") in plain(card)
    assert said("settings.zone", "ar", city="القاهرة", time="١٤:٠٠") in plain(card)
    chat = await chat_of(bureau, arab)
    assert (chat.zone, chat.quiet_from, chat.quiet_to) == ("Africa/Cairo", "22:00", "07:00")


async def test_the_buttons_change_the_card_in_place(bureau: Bureau, reader: int) -> None:
    (card,) = await bureau.say(reader, "/settings")
    assert buttons(card) == ["ss:whole", "ss:night", "ss:digest", "la:ar"]
    await bureau.press(reader, card, "ss:night")
    assert buttons(card) == ["ss:whole", "ss:loud", "ss:sound", "ss:digest", "la:ar"]
    await bureau.press(reader, card, "ss:sound")
    assert said("settings.breaking_sounds") in plain(card)
    assert (await chat_of(bureau, reader)).breaking_sounds
    await bureau.press(reader, card, "ss:silent")
    await bureau.press(reader, card, "ss:loud")
    chat = await chat_of(bureau, reader)
    assert (chat.quiet_from, chat.quiet_to, chat.breaking_sounds) == (None, None, False)
    assert len(bureau.since(card)) == 0


async def test_a_subscriber_may_have_every_story(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    (card,) = await bureau.say(reader, "/settings")
    await bureau.press(reader, card, "ss:every")
    assert said("settings.news_all") in plain(card)
    assert "ss:urgent" in buttons(card)
    await bureau.say(reader, "/stop")
    (card,) = await bureau.say(reader, "/settings")
    assert said("settings.news_off") in plain(card)
    assert not {"ss:every", "ss:urgent"} & set(buttons(card))


async def test_a_forged_choice_changes_nothing(bureau: Bureau, reader: int) -> None:
    (card,) = await bureau.say(reader, "/settings")
    answer = await bureau.press(reader, card, "ss:everything", forged=True)
    assert answer["text"] == said("refusal.button_gone")


@pytest.mark.parametrize(
    ("typed", "reason", "facts"),
    [
        ("/quiet at night", "quiet_unknown", {"typed": "at night"}),
        ("/quiet 08:00-8", "quiet_empty", {"typed": "08:00-8"}),
        ("/timezone Xanadu", "zone_unknown", {"typed": "Xanadu"}),
        ("/timezone Lndon", "zone_near", {"typed": "Lndon", "code": "Europe/London"}),
        ("/timezone عمان", "zone_several", {"typed": "عمان", "first": "Asia/Amman", "second": "Asia/Muscat"}),
    ],
)
async def test_a_mistake_is_told_with_its_mend(
    bureau: Bureau, reader: int, typed: str, reason: str, facts: dict[str, str]
) -> None:
    before = await bureau.say(reader, "/settings")
    (refused,) = await bureau.say(reader, typed)
    assert plain(refused) == said(f"refusal.{reason}", **facts)
    (after,) = await bureau.say(reader, "/settings")
    assert plain(after) == plain(before[0])


@pytest.mark.parametrize("typed", ["/quiet 22:00-07:00", "/timezone Cairo"])
async def test_in_a_group_only_administrators_choose(bureau: Bureau, reader: int, typed: str) -> None:
    boss = bureau.world.add_user("Boss", language_code="en").id
    group = bureau.world.add_group("Newsroom", kind="supergroup").id
    bureau.world.set_member(group, boss, "administrator")
    bureau.world.set_member(group, reader, "member")
    await bureau.say(boss, "/language en", chat_id=group)
    (refused,) = await bureau.say(reader, typed, chat_id=group)
    assert plain(refused) == said("refusal.admins_only")
    (card,) = await bureau.say(boss, typed, chat_id=group)
    assert said("settings.changed") in plain(card)
    answer = await bureau.press(reader, card, buttons(card)[0])
    assert answer["text"] == said("refusal.admins_only")


async def test_what_is_followed_is_listed_newest_first(bureau: Bureau, reader: int) -> None:
    (nothing,) = await bureau.say(reader, "/following")
    assert plain(nothing) == said("following.nothing")
    ferry, fog = await bureau.file(FERRY), await bureau.file(FOG)
    await bureau.say(reader, f"/follow {ferry.code}")
    await bureau.say(reader, f"/follow {fog.code}")
    (listed,) = await bureau.say(reader, "/following")
    assert plain(listed).splitlines()[0] == said("following.title")
    assert buttons(listed) == [f"op:{fog.code}", f"op:{ferry.code}"]
    (card,) = await bureau.say(reader, "/settings")
    assert said("settings.follows", stories="2") in plain(card)
    await bureau.press(reader, card, "fl:all")
    (again,) = bureau.since(card)
    assert again.content["text"] == listed.content["text"]
