"""The phone page in a real browser, against the real simulator."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from simulator import Server, World, faults, serve
from simulator.phone import Phone, serve_phone

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]


@dataclass
class Opened:
    """The page, the world behind it, and a way to be the bot."""

    page: Page
    world: World
    server: Server
    reader: int
    editor: int

    async def bot(self, method: str, **params: object) -> dict[str, Any]:
        url = f"{self.server.url}/bot{self.world.token}/{method}"
        async with aiohttp.ClientSession() as session, session.post(url, json=params) as answer:
            told: dict[str, Any] = await answer.json()
        assert told["ok"], told
        return told


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    world = World()
    reader = world.add_user("Layla", language_code="ar").id
    editor = world.add_user("Samir", language_code="ar").id
    async with (
        serve(world) as server,
        serve_phone(world, Phone(reader=reader, editor=editor)) as url,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        await page.goto(url)
        yield Opened(page, world, server, reader, editor)
        await browser.close()


async def test_what_a_person_types_reaches_the_bot(opened: Opened) -> None:
    await opened.page.fill("#reader textarea", "/latest 3")
    await opened.page.press("#reader textarea", "Enter")
    await expect(opened.page.locator("#reader .mine .text")).to_have_text("/latest 3")
    message = opened.world.messages(opened.reader)[-1]
    assert message.content["text"] == "/latest 3"
    assert not opened.world.messages(opened.editor)


async def test_polls_places_people_and_dice_are_told_in_words(opened: Opened) -> None:
    options = [{"text": "High"}, {"text": "Low"}]
    await opened.bot("sendPoll", chat_id=opened.reader, question="Tide?", options=options)
    venue = {"latitude": 1.5, "longitude": 2.5, "title": "Harbour", "address": "1 Quay"}
    await opened.bot("sendVenue", chat_id=opened.reader, **venue)
    await opened.bot("sendLocation", chat_id=opened.reader, latitude=1.5, longitude=2.5)
    await opened.bot("sendContact", chat_id=opened.reader, phone_number="+1", first_name="Rim")
    thrown = await opened.bot("sendDice", chat_id=opened.reader, emoji="🎯")
    await expect(opened.page.locator("#reader .message .file")).to_have_text(
        [
            "📊 Tide?\n○ High\n○ Low",
            "📍 Harbour, 1 Quay",
            "📍 1.5, 2.5",
            "👤 Rim +1",
            f"🎯 {thrown['result']['dice']['value']}",
        ]
    )


async def test_a_message_arrives_changes_and_goes_by_itself(opened: Opened) -> None:
    text = opened.page.locator("#reader .message .text")
    sent = await opened.bot("sendMessage", chat_id=opened.reader, text="العاصفة تقترب")
    await expect(text).to_have_text("العاصفة تقترب")
    message_id = sent["result"]["message_id"]
    await opened.bot("editMessageText", chat_id=opened.reader, message_id=message_id, text="العاصفة وصلت")
    await expect(text).to_have_text("العاصفة وصلت")
    await expect(opened.page.locator("#reader .meta")).to_contain_text("edited")
    await opened.bot("deleteMessage", chat_id=opened.reader, message_id=message_id)
    await expect(text).to_have_count(0)


async def test_arabic_reads_right_to_left_and_english_left_to_right(opened: Opened) -> None:
    await opened.bot("sendMessage", chat_id=opened.reader, text="\u200fAP: بلغت العاصفة الساحل\nA storm came")
    await expect(opened.page.locator("#reader .text")).to_be_visible()
    places = await opened.page.evaluate(
        """() => {
            const node = document.querySelector('#reader .text').firstChild;
            const at = (index) => {
                const range = document.createRange();
                range.setStart(node, index); range.setEnd(node, index + 1);
                return range.getBoundingClientRect();
            };
            const box = document.querySelector('#reader .text').getBoundingClientRect();
            const english = node.data.indexOf('A storm');
            return {arabicAtRight: box.right - at(1).right < 40,
                    englishAtLeft: at(english).left - box.left < 5,
                    agencyBeforeItsWords: at(1).left > at(node.data.indexOf('بلغت')).left};
        }"""
    )
    assert places == {"arabicAtRight": True, "englishAtLeft": True, "agencyBeforeItsWords": True}


async def test_buttons_are_pressed_and_answers_are_seen(opened: Opened) -> None:
    keyboard = {"inline_keyboard": [[{"text": "الأقسام", "callback_data": "sl:K7PQ"}]]}
    await opened.bot("sendMessage", chat_id=opened.reader, text="خبر", reply_markup=keyboard)
    await opened.page.click("#reader .keys button")
    update = (await opened.bot("getUpdates", timeout=5))["result"][0]
    pressed = update["callback_query"]
    assert (pressed["data"], pressed["from"]["id"]) == ("sl:K7PQ", opened.reader)
    await opened.bot("answerCallbackQuery", callback_query_id=pressed["id"], text="لا أقسام")
    await expect(opened.page.locator("#reader .toast")).to_have_text("لا أقسام")
    await expect(opened.page.locator("#editor .toast")).to_be_hidden()


async def test_formatting_is_shown_and_markup_in_text_stays_text(opened: Opened) -> None:
    text = "😀 bold <img src=x onerror=alert(1)>"
    entities = [{"type": "bold", "offset": 3, "length": 4}]
    await opened.bot("sendMessage", chat_id=opened.reader, text=text, entities=entities)
    await expect(opened.page.locator("#reader .text b")).to_have_text("bold")
    await expect(opened.page.locator("#reader .text")).to_have_text(text)
    await expect(opened.page.locator("#reader .text img")).to_have_count(0)


async def test_a_story_is_marked_breaking_as_the_editor(opened: Opened) -> None:
    keyboard = {"inline_keyboard": [[{"text": "الأقسام", "callback_data": "sl:K7PQ"}]]}
    story = "عاجل\nالعاصفة تبلغ ساحل النور"
    await opened.bot("sendMessage", chat_id=opened.reader, text=story, reply_markup=keyboard)
    await expect(opened.page.locator("#code option")).to_contain_text("K7PQ")
    await opened.page.click("#break button")
    await expect(opened.page.locator("#editor .mine .text")).to_have_text("/breaking K7PQ")
    assert opened.world.messages(opened.editor)[-1].content["text"] == "/breaking K7PQ"


async def test_stories_that_nobody_got_yet_are_offered_first(opened: Opened) -> None:
    alert = {"inline_keyboard": [[{"text": "الأقسام", "callback_data": "sl:K7PQ"}]]}
    await opened.bot(
        "sendMessage", chat_id=opened.reader, text="عاجل\nبلغت العاصفة الساحل", reply_markup=alert
    )
    numbers = [{"text": "1", "callback_data": "op:K7PQ"}, {"text": "2", "callback_data": "op:MB4Z"}]
    told = "1. بلغت العاصفة الساحل\nK7PQ\n\n2. القطار يعود إلى العمل\nMB4Z"
    listed = {"inline_keyboard": [numbers]}
    await opened.bot("sendMessage", chat_id=opened.editor, text=told, reply_markup=listed)
    options = opened.page.locator("#code option")
    await expect(options).to_have_text(["MB4Z  القطار يعود إلى العمل", "K7PQ  بلغت العاصفة الساحل"])
    await expect(opened.page.locator("#code")).to_have_attribute("dir", "rtl")


async def test_the_menu_is_the_one_of_the_person_and_the_language(opened: Opened) -> None:
    latest = [{"command": "latest", "description": "آخر الأخبار"}]
    await opened.bot("setMyCommands", commands=latest, language_code="ar")
    scope = {"type": "chat", "chat_id": opened.editor}
    more = [*latest, {"command": "publish", "description": "نشر خبر"}]
    await opened.bot("setMyCommands", commands=more, scope=scope)
    await expect(opened.page.locator("#editor .menu li")).to_have_count(2)
    await expect(opened.page.locator("#reader .menu li")).to_have_count(1)
    await opened.page.click("#reader .menu summary")
    await opened.page.click("#reader .menu li button")
    await expect(opened.page.locator("#reader .mine .text")).to_have_text("/latest")


async def test_every_call_of_the_bot_is_listed_refusals_marked(opened: Opened) -> None:
    opened.world.block(opened.editor)
    url = f"{opened.server.url}/bot{opened.world.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"chat_id": opened.reader, "text": "one"})
        await expect(opened.page.locator("#calls li")).to_have_count(1)
        await session.post(url, json={"chat_id": opened.editor, "text": "two"})
    await expect(opened.page.locator("#calls li")).to_have_count(2)
    await expect(opened.page.locator("#calls li.bad")).to_contain_text("403")


async def test_a_call_that_a_fault_swallowed_is_listed_at_once(opened: Opened) -> None:
    await opened.bot("sendMessage", chat_id=opened.reader, text="one")
    await expect(opened.page.locator("#calls li")).to_have_count(1)
    opened.world.faults.add(faults.server_error())
    url = f"{opened.server.url}/bot{opened.world.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"chat_id": opened.reader, "text": "two"})
    await expect(opened.page.locator("#calls li")).to_have_count(2)


async def test_another_site_cannot_speak_for_the_people(opened: Opened) -> None:
    async with aiohttp.ClientSession() as session:
        url = opened.page.url + "phone/say"
        async with session.post(url, json={"user": opened.reader, "text": "/stop"}) as answer:
            assert answer.status == 403
        headers = {"X-Phone": "1"}
        async with session.post(url, json={"user": 1, "text": "/stop"}, headers=headers) as answer:
            assert answer.status == 403
    assert not opened.world.messages(opened.reader)
