"""/feeds, as editors use it: real feeds at a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from far_end import http, moved
from newsstand import EDITOR, Newsstand, newsstand

from newsroom.errors import Refusal
from newsroom.outside import Fault
from newsroom.render.refusals import REASONS
from newsroom.wire import CopyRefused
from storage import audit, feeds
from storage.database import Database, Transaction
from storage.feeds import FeedState
from storage.records import StoryState

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Harbour News</title><link>https://harbour.example/</link>
<description>News</description>
<item><title>The ferry is back</title><guid>h1</guid>
<description>The ferry is back after two days of fog, the harbour says.</description></item>
</channel></rss>"""
PAGE = b"""<!doctype html><html><head><title>Harbour</title>
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="News" href="/rss">
<link rel="alternate" hreflang="ar" href="/ar"></head><body><p>Welcome.</p></body></html>"""


@pytest.fixture
async def stand(db: Database) -> AsyncIterator[Newsstand]:
    async with newsstand(db) as made:
        made.site.answer = http("200 OK", RSS, "Content-Type: application/rss+xml")
        yield made


async def refused(stand: Newsstand, typed: str) -> Refusal:
    with pytest.raises(Refusal) as raised:
        await stand.say(typed)
    assert raised.value.reason in REASONS
    return raised.value


async def known(stand: Newsstand) -> list[feeds.Feed]:
    return await stand.database.read(feeds.every)


async def test_a_feed_is_added_polled_at_once_and_told_of(stand: Newsstand) -> None:
    assert "There are no feeds yet" in (await stand.say("")).text
    added = await stand.say(f"add {stand.there.url}/rss")
    assert "Harbour News" in added.text
    assert "Trust: publish" in added.text
    assert await stand.due() == [1]


async def test_a_feed_that_was_polled_shows_its_log_and_its_next_turn(stand: Newsstand) -> None:
    await stand.add("harbour")
    report = await stand.poll(timedelta(0))
    assert (report.fresh, report.refused) == (1, 0)
    listed = (await stand.say("")).text
    assert "Harbour News" in listed
    assert "Read, with something new (today 12:00 UTC)" in listed
    assert "Next: today 12:05 UTC" in listed
    told = (await stand.say("#1")).text
    assert "Source: harbour" in told
    assert "1 new" in told
    assert f"{stand.there.url}/feed" in told


async def test_a_page_leads_to_the_feed_that_it_names(stand: Newsstand) -> None:
    stand.site.pages = {"/": http("200 OK", PAGE, "Content-Type: text/html")}
    added = await stand.say(f"add {stand.there.url}/ ar")
    assert "The page at your address names this feed" in added.text
    (feed,) = await known(stand)
    assert (feed.url, feed.language) == (f"{stand.there.url}/rss", "ar")


async def test_a_page_that_names_no_feed_is_refused(stand: Newsstand) -> None:
    stand.site.answer = http("200 OK", b"<html><body>Hello</body></html>", "Content-Type: text/html")
    assert (await refused(stand, f"add {stand.there.url}/")).reason == "feed_not_there"
    assert await known(stand) == []


async def test_a_page_that_names_a_private_place_leads_nowhere(stand: Newsstand) -> None:
    page = PAGE.replace(b'href="/rss"', b'href="http://169.254.169.254/latest/meta-data"')
    stand.site.answer = http("200 OK", page, "Content-Type: text/html")
    assert (await refused(stand, f"add {stand.there.url}/")).reason == "fetch_private"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("add", "feed_address_missing"),
        ("add ftp://news.example/rss", "fetch_address"),
        ("add http://user:word@news.example/rss", "fetch_address"),
        ("add http://10.0.0.1/rss", "fetch_private"),
        ("add {url}/rss !!!", "feed_option"),
        ("add {url}/rss one two", "feed_option"),
        ("pause", "feed_missing"),
        ("pause x", "feed_unknown"),
        ("pause 99999999999999999999999", "feed_unknown"),
        ("resume 8", "feed_unknown"),
        ("remove 8", "feed_unknown"),
        ("trust 8 push", "feed_unknown"),
        ("trust 8", "feed_trust_missing"),
        ("trust 8 blindly", "feed_trust_missing"),
        ("8", "feed_unknown"),
        ("dance", "feed_verb"),
    ],
)
async def test_what_cannot_be_done_is_said(stand: Newsstand, typed: str, reason: str) -> None:
    assert (await refused(stand, typed.format(url=stand.there.url))).reason == reason


async def test_an_address_that_does_not_answer_well_is_not_added(stand: Newsstand) -> None:
    stand.site.answer = http("404 Not Found")
    refusal = await refused(stand, f"add {stand.there.url}/rss")
    assert (refusal.reason, refusal.facts) == ("fetch_status", {"status": "404"})
    stand.site.answer = http("200 OK", RSS[:200], "Content-Type: application/zip")
    with pytest.raises(CopyRefused):
        await stand.say(f"add {stand.there.url}/rss")
    assert await known(stand) == []


def test_every_fault_outside_has_its_words() -> None:
    assert {f"fetch_{fault}" for fault in Fault} <= REASONS


async def test_the_same_feed_is_not_added_twice_by_whatever_address(stand: Newsstand) -> None:
    await stand.say(f"add {stand.there.url}/rss")
    requests = len(stand.there.requests)
    assert (await refused(stand, f"add {stand.there.url}/rss")).facts == {"id": "1"}
    assert len(stand.there.requests) == requests, "nothing is fetched for what is known"
    stand.site.pages = {"/old": moved("/rss", "301 Moved Permanently")}
    assert (await refused(stand, f"add {stand.there.url}/old")).reason == "feed_known"


async def test_feeds_are_paused_resumed_trusted_and_removed_and_the_audit_has_it(stand: Newsstand) -> None:
    await stand.add()
    assert "Paused" in (await stand.say("pause 1")).text
    assert (await refused(stand, "pause 1")).reason == "feed_paused"
    assert (await stand.feed()).state is FeedState.PAUSED
    assert "Next: today" in (await stand.say("resume 1")).text
    assert (await refused(stand, "resume 1")).reason == "feed_active"
    trusted = (await stand.say("trust 1 push")).text
    assert "Trust: push" in trusted
    assert "pushed to nobody" in trusted
    assert "Its stories stay" in (await stand.say("remove 1")).text
    assert await known(stand) == []
    entries = await stand.database.read(lambda tx: audit.recent(tx, 10))
    assert [entry.action for entry in entries][::-1] == [
        "feed.add",
        "feed.pause",
        "feed.resume",
        "feed.trust",
        "feed.remove",
    ]


async def test_only_editors_see_or_change_feeds_and_nothing_is_fetched_for_others(stand: Newsstand) -> None:
    stranger = replace(EDITOR, user_id=8)
    for typed in ("", f"add {stand.there.url}/rss", "remove 1", "1"):
        with pytest.raises(Refusal, match="not_editor"):
            await stand.desk.feeds.command(stranger, typed)
    assert stand.there.requests == []


async def test_a_long_list_fits_a_message_with_those_in_trouble_first(stand: Newsstand) -> None:
    def crowd(tx: Transaction) -> None:
        for number in range(100):
            due, host = stand.now + timedelta(hours=number != 59), f"host{number}"
            url = f"{stand.there.url}/{number}"
            feeds.add(tx, url=url, host=host, source="crowd", trust="publish", now=due)

    await stand.database.write(crowd)
    stand.site.answer = http("500 Internal Server Error")
    await stand.poll()
    text = (await stand.say("")).text
    assert text.index("60 · ") < text.index("1 · ")
    assert "Its server answers 500" in text
    assert "more: /feeds with a number" in text
    assert len(text) < 4096


async def test_feeds_of_the_settings_are_added_once(stand: Newsstand) -> None:
    named = [f"{stand.there.url}/a", f"{stand.there.url}/b"]
    await stand.desk.feeds.add_named(named)
    assert [(feed.url, feed.trust) for feed in await known(stand)] == [(url, "publish") for url in named]
    await stand.say("remove 1")
    await stand.desk.feeds.add_named([*named, f"{stand.there.url}/c"])
    assert [feed.url for feed in await known(stand)] == [named[1], f"{stand.there.url}/c"]


ARTICLE = b"""<!doctype html><html lang="en"><head><title>The ferry is back - Harbour News</title>
<meta property="og:title" content="The ferry is back"></head><body><article><h1>The ferry is back</h1>
<p>The ferry between the two towns sails again after two days of fog, the harbour master said on Sunday.</p>
<p>The first boat of the morning took three hundred people across, and hundreds more waited for the next.</p>
</article></body></html>"""


async def test_a_page_is_published_by_its_address_and_waits_for_an_editor(stand: Newsstand) -> None:
    stand.site.answer = http("200 OK", ARTICLE, "Content-Type: text/html; charset=utf-8")
    told = await stand.desk.publishing.publish_page(EDITOR, f"{stand.there.url}/ferry")
    assert "The ferry is back" in told.text
    assert f"/approve {told.about}" in told.text
    assert await stand.states() == [StoryState.REVIEW]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", "fetch_address"),
        ("http://127.0.0.1/", "fetch_private"),
        ("http://news.example:99999/", "fetch_address"),
    ],
)
async def test_a_page_that_must_not_be_fetched_is_not(stand: Newsstand, url: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        await stand.desk.publishing.publish_page(EDITOR, url)
    with pytest.raises(Refusal, match="not_editor"):
        await stand.desk.publishing.publish_page(replace(EDITOR, user_id=8), stand.there.url)
    assert await stand.states() == []
    assert stand.there.requests == []
