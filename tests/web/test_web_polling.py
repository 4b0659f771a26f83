"""Feeds, polled over real HTTP into a real database: what is stored, what is pushed, what is said of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from far_end import http, moved
from newsstand import EDITOR, EVERY, LINES, Newsstand, feed_of, lines, newsstand, teach_lines

from newsroom import wire
from newsroom.feeds.outcomes import Outcome
from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.outside import Fault
from newsroom.wire import Bundle
from storage import follow_ups, waiting
from storage.database import Database
from storage.feeds import FeedState
from storage.records import Draft, StoryState

MINUTE = timedelta(minutes=1)
CALM = "1|5|The ferry is back"
ALERT = "2|1|The bridge is closed"


@pytest.fixture
async def stand(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Newsstand]:
    async with newsstand(db) as made:
        monkeypatch.setattr(wire, "read", teach_lines(made.read))
        made.site.answer = feed_of(lines(CALM))
        yield made


async def test_the_first_poll_stores_what_is_there_and_pushes_none_of_it(stand: Newsstand) -> None:
    stand.site.answer = feed_of(lines(CALM, ALERT))
    await stand.add("push")
    report = await stand.poll(timedelta(0))
    assert (report.outcome, report.fresh, report.pushed) == (Outcome.TAKEN, 2, 0)
    assert await stand.states() == [StoryState.PUBLISHED] * 2
    assert await stand.pushes() == []


async def test_breaking_news_of_a_feed_that_may_push_is_pushed_once(stand: Newsstand) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines(ALERT, CALM))
    assert (await stand.poll()).pushed == 1
    stand.site.answer = feed_of(lines("3|1|The bridge is closed", ALERT, CALM))
    assert (await stand.poll()).pushed == 0, "it is the same story under a new name"
    assert len(await stand.pushes()) == 1


async def test_a_feed_that_may_publish_never_pushes(stand: Newsstand) -> None:
    await stand.add("publish")
    await stand.poll()
    stand.site.answer = feed_of(lines(ALERT))
    assert (await stand.poll()).fresh == 1
    assert await stand.states() == [StoryState.PUBLISHED] * 2
    assert await stand.pushes() == []


async def test_all_that_a_feed_in_review_brings_waits_for_an_editor(stand: Newsstand) -> None:
    stand.site.answer = feed_of(lines(CALM, ALERT))
    await stand.add("review")
    await stand.poll()
    assert await stand.states() == [StoryState.REVIEW] * 2
    assert await stand.pushes() == []


async def test_more_trust_lets_out_what_waited_and_tells_nobody_of_it(stand: Newsstand) -> None:
    stand.site.answer = feed_of(lines(CALM, ALERT))
    await stand.add("review")
    await stand.poll()
    await stand.say("trust 1 push")
    await stand.poll(MINUTE)
    assert await stand.states() == [StoryState.PUBLISHED] * 2
    assert await stand.pushes() == []
    assert await stand.database.read(lambda tx: follow_ups.due(tx, stand.now, 10)) == []


@pytest.mark.parametrize("since", [timedelta(hours=4), timedelta(days=3)])
async def test_what_gathered_while_a_feed_was_silent_is_not_pushed(
    stand: Newsstand, since: timedelta
) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines(ALERT))
    assert (await stand.poll(since)).pushed == 0


async def test_what_gathered_while_a_feed_was_paused_is_not_pushed(stand: Newsstand) -> None:
    await stand.add("push")
    await stand.poll()
    await stand.say("pause 1")
    stand.site.answer = feed_of(lines(ALERT))
    await stand.say("resume 1")
    assert (await stand.poll(MINUTE)).pushed == 0


@pytest.mark.parametrize(
    ("typed", "states", "pushed"),
    [
        ("pause 1", 1, 0),
        ("remove 1", 1, 0),
        ("trust 1 publish", 2, 0),
        ("trust 1 review", 2, 0),
    ],
)
async def test_an_editor_who_changes_his_mind_in_the_middle_of_a_poll_is_heeded(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch, typed: str, states: int, pushed: int
) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines(ALERT, CALM))
    known = stand.desk.feeds._reading

    async def read_slowly(copy: Copy) -> Bundle:
        bundle = await known.read(copy)
        await stand.say(typed)
        return bundle

    monkeypatch.setattr(stand.desk.feeds, "_reading", replace(known, read=read_slowly))
    await stand.poll()
    assert (len(await stand.states()), len(await stand.pushes())) == (states, pushed)


async def test_nobody_who_follows_is_told_of_a_backlog(stand: Newsstand, db: Database) -> None:
    await stand.add("publish")
    await stand.poll()
    assert await db.read(lambda tx: follow_ups.due(tx, stand.now, 10)) == []
    stand.site.answer = feed_of(lines("3|5|Fog over the bay", CALM, "4|5|Last year's fog|500000"))
    assert (await stand.poll()).fresh == 2
    assert len(await db.read(lambda tx: follow_ups.due(tx, stand.now, 10))) == 1


async def test_an_old_item_is_not_pushed_and_one_from_the_future_is_new(stand: Newsstand) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines("4|1|A storm last year|500000", "5|1|A storm next year|-500000"))
    report = await stand.poll()
    assert (report.fresh, report.pushed) == (2, 1)


async def test_a_feed_in_which_everything_is_breaking_does_not_flood(stand: Newsstand) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines(*(f"a{number}|1|Storm number {number}" for number in range(40))))
    report = await stand.poll()
    assert (report.fresh, report.pushed) == (40, 3)


async def test_what_the_server_calls_unchanged_is_not_read(stand: Newsstand) -> None:
    stand.site.answer = feed_of(lines(CALM), 'ETag: "a"', "Last-Modified: Sun, 01 Mar 2026 10:00:00 GMT")
    await stand.add()
    await stand.poll()
    stand.read.clear()
    stand.site.answer = http("304 Not Modified")
    report = await stand.poll()
    assert (report.outcome, report.status, stand.read) == (Outcome.UNCHANGED, 304, [])
    assert 'If-None-Match: "a"' in stand.there.requests[-1]
    assert "If-Modified-Since: Sun, 01 Mar 2026 10:00:00 GMT" in stand.there.requests[-1]


async def test_what_comes_the_same_again_is_not_read(stand: Newsstand) -> None:
    await stand.add()
    await stand.poll()
    stand.read.clear()
    report = await stand.poll()
    assert (report.outcome, stand.read) == (Outcome.UNCHANGED, [])


async def test_only_what_is_new_or_says_something_else_is_filed(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.add()
    await stand.poll()
    stand.site.answer = feed_of(lines("9|5|The market opens", CALM))
    assert (await stand.poll()).fresh == 1
    stand.site.answer = feed_of(lines("9|5|The market opens late", CALM))
    report = await stand.poll()
    assert (report.fresh, report.changed) == (0, 1)


async def test_what_the_editor_said_of_the_feed_is_said_of_its_items(stand: Newsstand) -> None:
    feed = await stand.add("harbour ar sport,politics")
    assert (feed.source, feed.language, feed.topics) == ("harbour", "ar", ("sport", "politics"))
    await stand.poll()
    page = await stand.desk.latest(EDITOR, "sport")
    assert "The ferry is back" in page.text
    assert "The Lines" in page.text, "who tells it is always said"


async def test_failures_are_told_and_the_feed_is_left_alone_for_longer_each_time(stand: Newsstand) -> None:
    await stand.add()
    stand.site.answer = http("500 Internal Server Error")
    waits = []
    for _ in range(3):
        report = await stand.poll(timedelta(days=1))
        assert (report.outcome, report.status) == (Outcome.STATUS, 500)
        waits.append((await stand.feed()).next_at - stand.now)
    assert 2 * EVERY <= waits[0] <= 2.2 * EVERY
    assert 4 * EVERY <= waits[1] <= 4.4 * EVERY
    assert 8 * EVERY <= waits[2] <= 8.8 * EVERY
    assert (await stand.feed()).failures == 3
    stand.site.answer = feed_of(lines(CALM))
    await stand.poll(timedelta(days=1))
    assert (await stand.feed()).failures == 0


async def test_a_server_that_asks_for_patience_gets_it_for_all_its_feeds(stand: Newsstand) -> None:
    await stand.add()
    await stand.add(path="/other")
    stand.site.answer = http("429 Too Many Requests", b"", "Retry-After: 1800")
    assert (await stand.poll(MINUTE)).status == 429
    assert (await stand.feed(1)).next_at >= stand.now + 30 * MINUTE
    stand.now += 29 * MINUTE
    assert await stand.due() == []
    stand.now += MINUTE
    assert await stand.due() == [2]


async def test_what_its_server_has_withdrawn_is_asked_no_more(stand: Newsstand) -> None:
    await stand.add()
    stand.site.answer = http("410 Gone")
    assert (await stand.poll()).outcome is Outcome.GONE
    assert (await stand.feed()).state is FeedState.GONE
    stand.now += timedelta(days=30)
    assert await stand.due() == []
    assert "/feeds resume 1" in (await stand.say("")).text


async def test_a_feed_that_moved_for_good_is_asked_at_its_new_place(stand: Newsstand) -> None:
    await stand.add()
    stand.site.answer = moved("/elsewhere", "301 Moved Permanently")
    report = await stand.poll()
    assert report.outcome is Fault.REDIRECTS
    assert (await stand.feed()).url == f"{stand.there.url}/feed", "where it ends was never seen"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (feed_of(b"\0" + b"not lines"), Outcome.REFUSED),
        (feed_of(b"nonsense"), Outcome.REFUSED),
        (http("200 OK", b"<html>", "Content-Type: text/html"), Outcome.REFUSED),
        (http("200 OK", b"PK\3\4", "Content-Type: application/zip"), Outcome.REFUSED),
        (http("200 OK", b"x" * 6_000_000), Fault.OVERSIZE),
        (http("200 OK", b"not packed", "Content-Encoding: gzip"), Fault.ENCODING),
        (b"hello\r\n\r\n", Fault.BROKEN),
        (http("404 Not Found"), Outcome.STATUS),
    ],
)
async def test_bad_answers_are_outcomes_that_editors_can_read(
    stand: Newsstand, answer: bytes, outcome: Outcome | Fault
) -> None:
    await stand.add("push")
    stand.site.answer = answer
    report = await stand.poll()
    assert report.outcome is outcome
    assert (await stand.log())[0].outcome == outcome
    assert (await stand.feed()).failures == 1
    told = (await stand.say("1")).text
    assert f"feeds.outcome.{outcome}" not in told
    assert "The Lines" in told
    assert await stand.states() == []


async def test_a_bad_item_does_not_lose_the_good_ones(stand: Newsstand) -> None:
    await stand.add()
    stand.site.answer = feed_of(lines("broken", CALM, "", ALERT))
    report = await stand.poll()
    assert (report.outcome, report.fresh, report.refused) == (Outcome.TAKEN, 2, 2)
    assert "There is nothing in the item" in ((await stand.log())[0].detail or "")


async def test_an_empty_feed_is_no_trouble(stand: Newsstand) -> None:
    stand.site.answer = feed_of(b"")
    await stand.add()
    assert (await stand.poll()).outcome is Outcome.UNCHANGED


async def test_a_server_that_drips_is_given_up(stand: Newsstand, db: Database) -> None:
    async with newsstand(db, seconds=0.2) as slow:
        slow.site.answer = feed_of(lines(CALM))
        await slow.add()
        slow.site.answer, slow.site.drips = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", True
        assert (await slow.poll()).outcome is Fault.TIMEOUT
        slow.site.drips = False


async def test_a_body_that_takes_too_long_to_read_is_given_up(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.add()
    monkeypatch.setattr(stand.desk.feeds, "_reading", replace(stand.desk.feeds._reading, read_seconds=0.01))
    monkeypatch.setattr(wire, "read", lambda *_, **__: time.sleep(0.1))
    assert (await stand.poll()).outcome is Outcome.SLOW


async def test_a_fault_of_ours_is_an_outcome_too(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await stand.add()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(wire, "read", broken)
    assert (await stand.poll()).outcome is Outcome.FAULT
    assert "ZeroDivisionError" in caplog.text
    assert (await stand.feed()).failures == 1


async def test_nothing_is_lost_or_done_twice_where_a_poll_died_before_it_was_written_down(
    stand: Newsstand,
) -> None:
    await stand.add("push")
    await stand.poll()
    stand.site.answer = feed_of(lines(ALERT, CALM))
    stand.now += 6 * MINUTE
    (claimed,) = await stand.desk.feeds.due(1)
    copy = Copy(body=lines(ALERT, CALM), source="127.0.0.1", trust=Trust.PUSH, media_type=LINES)
    await stand.desk.take_all(copy)
    assert await stand.due() == []
    report = await stand.poll(MINUTE)
    assert claimed.id == 1
    assert (report.fresh, len(await stand.states())) == (0, 2)


async def test_a_long_poll_keeps_its_claim_and_one_that_died_is_soon_replaced(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.add()
    known, turns = stand.desk.feeds._reading, []

    async def file_slowly(copy: Copy, draft: Draft) -> Taken:
        stand.now += timedelta(seconds=50)
        turns.append(await stand.due())
        return await known.file(copy, draft)

    monkeypatch.setattr(stand.desk.feeds, "_reading", replace(known, file=file_slowly))
    stand.site.answer = feed_of(lines(*(f"a{number}|5|News of pier {number}" for number in range(4))))
    report = await stand.poll()
    assert (report.fresh, turns) == (4, [[], [], [], []])
    stand.now += 6 * MINUTE
    assert await stand.due() == [1]
    assert await stand.due() == []
    stand.now += MINUTE
    assert await stand.due() == [1]


GRAVE = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<at:deleted-entry ref="lines:1" when="2026-03-01T12:00:00Z"/><at:deleted-entry ref="lines:99"/></feed>"""


@pytest.mark.parametrize(
    ("trust", "state", "waits"),
    [("push", StoryState.KILLED, 0), ("publish", StoryState.PUBLISHED, 1), ("review", StoryState.REVIEW, 1)],
)
async def test_what_an_atom_feed_deleted_is_withdrawn_as_far_as_it_is_trusted(
    stand: Newsstand, trust: str, state: StoryState, waits: int
) -> None:
    await stand.add(trust)
    await stand.poll()
    stand.site.answer = http("200 OK", GRAVE, "Content-Type: application/atom+xml")
    report = await stand.poll()
    assert report.outcome in (Outcome.TAKEN, Outcome.UNCHANGED)
    assert await stand.states() == [state], "what never came here makes no story"
    assert len(await stand.database.read(lambda tx: waiting.for_editors(tx, 5))) == waits
