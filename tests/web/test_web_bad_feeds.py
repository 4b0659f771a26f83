"""Feeds that mean harm, or are merely broken: each is an outcome of its own, and the others go on."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from far_end import http
from newsstand import EDITOR, Newsstand, newsstand

from newsroom.feeds.outcomes import Outcome, Report
from newsroom.outside import Fault
from newsroom.wire import bundle
from storage.database import Database
from storage.records import StoryState
from storage.schema import revision

MINUTE = timedelta(minutes=1)
GOOD = "<item><title>The ferry is back</title><guid>g1</guid><description>It sails.</description></item>"


def rss(*items: str, encoding: str = "UTF-8", entity: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="{encoding}"?>{entity}<rss version="2.0"><channel>'
    told = (
        f"{head}<title>Harbour</title><link>https://harbour.example/</link>{''.join(items)}</channel></rss>"
    )
    return told.encode(encoding)


def item(number: int, *, title: str = "", date: str = "", body: str = "") -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    told = body or f"What happened at pier {number} is told here."
    return (
        f"<item><title>{title or f'News of pier {number}'}</title><guid>n{number}</guid>{when}"
        f"<description>{told}</description></item>"
    )


def answer(body: bytes, *headers: str) -> bytes:
    return http("200 OK", body, "Content-Type: application/rss+xml", *headers)


@pytest.fixture
async def stand(database: Database) -> AsyncIterator[Newsstand]:
    async with newsstand(database) as made:
        made.site.answer = answer(rss(GOOD))
        await made.add("push")
        await made.poll(timedelta(0))
        yield made


async def poll_of(stand: Newsstand, body: bytes, *headers: str) -> Report:
    stand.site.answer = answer(body, *headers)
    return await stand.poll()


async def headlines(stand: Newsstand) -> list[str]:
    rows = await stand.database.read(lambda tx: tx.execute(sa.select(revision.c.headline)).scalars().all())
    return [str(row) for row in rows]


LAUGHS = (
    "<!DOCTYPE rss ["
    '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
FILE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (rss(item(1, body="&a9;"), entity=LAUGHS), ()),
        (rss(item(1, body="&x;"), entity=FILE), ()),
        (rss(item(1), item(2))[:-60], ()),
        (rss(item(1))[:40], ()),
        (b"", ()),
        (b"\xff\xfe\x00\xd8" * 50, ()),
        (b"\x00" * 1000, ()),
        (b"<rss" + b"<a>" * 100_000, ()),
        (gzip.compress(b"<rss>" + b" " * 50_000_000), ("Content-Encoding: gzip",)),
        (b"<!doctype html><title>Moved</title><p>We have moved.</p>", ()),
    ],
    ids=["laughs", "file", "cut", "stump", "empty", "half", "zeros", "deep", "bomb", "page"],
)
async def test_what_cannot_be_read_is_told_and_nothing_of_it_is_kept_or_pushed(
    stand: Newsstand, body: bytes, headers: tuple[str, ...]
) -> None:
    report = await poll_of(stand, body, *headers)
    assert report.outcome in {Outcome.REFUSED, Fault.OVERSIZE}
    assert (report.fresh, report.pushed) == (0, 0)
    assert await headlines(stand) == ["The ferry is back"]
    (line, *_) = await stand.log()
    assert line.is_trouble
    assert "root:" not in str(line.detail)
    assert "1 · Harbour" in (await stand.say("")).text
    stand.site.answer = answer(rss(GOOD, item(7)))
    back = await stand.poll(timedelta(minutes=15))
    assert (back.outcome, back.fresh) == (Outcome.TAKEN, 1), "it is read again as soon as it can be"


async def test_a_feed_in_the_wrong_charset_is_read_or_refused_never_garbled(stand: Newsstand) -> None:
    told = rss(item(1, title="عودة العبّارة إلى الميناء"), encoding="UTF-8")
    await poll_of(stand, told.replace(b"UTF-8", b"windows-1252"))
    arabic = rss(item(2, title="تأجيل رحلة الصباح"), encoding="windows-1256")
    await poll_of(stand, arabic)
    kept = await headlines(stand)
    assert "تأجيل رحلة الصباح" in kept
    assert not [headline for headline in kept if "Ø" in headline or "Ù" in headline]


async def test_dates_of_the_future_the_past_and_of_no_calendar(stand: Newsstand) -> None:
    dates = [
        "Fri, 01 Jan 2999 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "yesterday",
        "32 Foo 99999 77:77",
    ]
    report = await poll_of(stand, rss(*(item(number, date=date) for number, date in enumerate(dates))))
    assert (report.fresh, report.pushed) == (4, 0)
    rows = await stand.database.read(
        lambda tx: tx.execute(sa.select(revision.c.version_created)).scalars().all()
    )
    assert all(row is None or row <= stand.now for row in rows)
    assert await stand.states() == [StoryState.PUBLISHED] * 5


async def test_empty_items_are_refused_on_their_own(stand: Newsstand) -> None:
    report = await poll_of(
        stand, rss("<item/>", "<item><title> </title></item>", item(1), "<item><guid>x</guid></item>")
    )
    assert (report.outcome, report.fresh) == (Outcome.TAKEN, 1)
    assert report.refused >= 1


async def test_of_a_hundred_thousand_items_the_first_are_taken_and_the_rest_is_told(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MOST_ITEMS", 20)
    short = "".join(f"<item><title>a{number}</title></item>" for number in range(100_000))
    report = await poll_of(stand, rss(short))
    assert (report.outcome, report.fresh, report.refused, report.pushed) == (Outcome.TAKEN, 20, 1, 0)
    assert "100,000" in str((await stand.log())[0].detail)


async def test_the_same_items_under_new_names_are_the_same_stories(stand: Newsstand) -> None:
    first = await poll_of(stand, rss(*(item(number) for number in range(5))))
    again = rss(*(item(number).replace("<guid>n", "<guid>again") for number in range(5)))
    second = await poll_of(stand, again)
    assert (first.fresh, second.fresh, second.changed, second.pushed) == (5, 0, 0, 0)
    assert len(await stand.states()) == 6


NAMES = ["g1", "https://harbour.example/ferry", "urn:newsml:harbour.example:20260301:ferry"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_feed_that_names_anothers_stories_changes_none_of_them(stand: Newsstand, name: str) -> None:
    """A name is its source's own, however worldly it looks; all the more where it would take a story back."""
    told = GOOD.replace("g1", name)
    await poll_of(stand, rss(told))
    rival = told.replace("The ferry is back", "The ferry sank").replace("sails", "sinks")
    stand.site.pages = {"/rival": answer(rss(rival))}
    await stand.desk.feeds.add(EDITOR, f"{stand.there.url}/rival rival publish")
    await stand.poll(MINUTE)
    assert sorted(await headlines(stand)) == ["The ferry is back", "The ferry sank"]
    assert len(await stand.states()) == 2


@pytest.mark.parametrize("sign", ["KILL: ", "إلغاء: ", "ADVISORY - HOLD: "])
async def test_a_feed_takes_back_nothing_of_anothers_by_itself(stand: Newsstand, sign: str) -> None:
    body = "<description>It sails.</description>"
    stand.site.pages = {"/rival": answer(rss(f"<item><title>{sign}The ferry is back</title>{body}</item>"))}
    await stand.desk.feeds.add(EDITOR, f"{stand.there.url}/rival rival publish")
    await stand.poll(MINUTE)
    assert (await stand.states())[0] is StoryState.PUBLISHED
