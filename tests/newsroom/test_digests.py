"""Digests: when their hour comes, whom they go to, and what is in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from newsroom import copies, steps
from newsroom.desk import Desk
from newsroom.digests import MOST_STORIES, Window, window
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.message import Message
from newsroom.visitor import Visitor
from newsroom.words import words_for
from storage import ledger, pushes, stories
from storage.database import Database, Transaction
from storage.records import ChatKind, Push, PushKind, Variant
from storage.schema import digest_story

RIYADH, BERLIN = ZoneInfo("Asia/Riyadh"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EN = words_for("en")
VARIANT = Variant(language="en", zone="UTC", kind=ChatKind.PRIVATE)
READER = Visitor(chat_id=11, kind=ChatKind.PRIVATE, user_id=11, language="en")
OTHER = Visitor(chat_id=12, kind=ChatKind.PRIVATE, user_id=12, language="en")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # as many as a moment needs


def test_a_digest_is_about_the_time_since_the_one_before() -> None:
    times = ("08:00", "18:00")
    assert window(times, RIYADH, utc(2026, 3, 1, 15, 0)) == Window(utc(2026, 3, 1, 5), utc(2026, 3, 1, 15))
    assert window(times, RIYADH, utc(2026, 3, 1, 14, 59)) == Window(utc(2026, 2, 28, 15), utc(2026, 3, 1, 5))
    assert window(("08:00",), RIYADH, utc(2026, 3, 1, 5)) == Window(utc(2026, 2, 28, 5), utc(2026, 3, 1, 5))


def test_an_hour_that_comes_twice_counts_once_and_one_that_never_comes_counts_too() -> None:
    autumn = window(("02:30",), BERLIN, utc(2026, 10, 25, 2, 0))
    assert autumn == Window(utc(2026, 10, 24, 0, 30), utc(2026, 10, 25, 0, 30))
    spring = window(("02:30",), BERLIN, utc(2026, 3, 29, 2, 0))
    assert spring == Window(utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1, 30))


CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
YEAR = utc(2025, 1, 1).replace(tzinfo=None)
MOMENTS = st.datetimes(YEAR, YEAR.replace(year=2027), timezones=st.just(UTC))


@given(times=st.lists(CLOCKS, min_size=1, max_size=6, unique=True), now=MOMENTS, hours=st.integers(1, 60))
def test_windows_follow_one_another_without_gap_or_overlap(
    times: list[str], now: datetime, hours: int
) -> None:
    found = window(times, BERLIN, now)
    assert found.since < found.until <= now
    later = window(times, BERLIN, now + timedelta(hours=hours))
    steps = 0
    while later.until > found.until:
        later = window(times, BERLIN, later.since)
        steps += 1
        assert steps < 400
    assert later == found


class Watch:
    def __init__(self) -> None:
        self.now = NOON


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(db: Database, watch: Watch) -> Desk:
    return Desk(db, House(owners=frozenset({7}), language="en"), now=lambda: watch.now, pushed=lambda: None)


async def publish(desk: Desk, headline: str) -> Taken:
    body = f"{headline}\n\n(Reuters)\n\nSomething about {headline} happened on Sunday.\n"
    return await desk.take(Copy(body=body.encode(), source="wire", trust=Trust.PUBLISH))


async def due(db: Database, watch: Watch) -> list[Push]:
    found = await db.read(lambda tx: pushes.due(tx, watch.now))
    return [push for push in found if push.kind is PushKind.DIGEST]


async def plan(db: Database, push: Push) -> int:
    return await db.write(lambda tx: ledger.plan(tx, push.id))


async def shown(desk: Desk, push: Push) -> Message:
    told = await desk.prepare(push, VARIANT)
    assert isinstance(told, Message)
    return told


async def test_a_digest_goes_once_to_who_chose_its_hour_with_what_came_since(
    desk: Desk, db: Database, watch: Watch
) -> None:
    await desk.choose_digests(READER, "13:00 20:00")
    await desk.choose_digests(OTHER, "14:00")
    early, late = await publish(desk, "Harbour closed"), await publish(desk, "Market opens")
    await desk.send_digests()
    assert await due(db, watch) == []
    watch.now += timedelta(hours=1)
    for _ in range(2):
        await desk.send_digests()
    (push,) = await due(db, watch)
    assert await plan(db, push) == 1
    text = (await shown(desk, push)).text
    assert early.code in text
    assert late.code in text
    assert EN.count(2, "count.stories") in text


async def test_who_chose_an_hour_that_has_passed_waits_for_the_next(
    desk: Desk, db: Database, watch: Watch
) -> None:
    watch.now -= timedelta(hours=2)
    await publish(desk, "Harbour closed")
    watch.now = NOON
    await desk.choose_digests(READER, "11:00")
    await desk.send_digests()
    (push,) = await due(db, watch)
    assert await plan(db, push) == 0
    await publish(desk, "Market opens")
    watch.now += timedelta(hours=23)
    await desk.send_digests()
    (push,) = await due(db, watch)
    assert await plan(db, push) == 1


async def test_an_empty_digest_and_one_that_is_far_too_late_are_not_sent(
    desk: Desk, db: Database, watch: Watch
) -> None:
    await desk.choose_digests(READER, "13:00")
    watch.now += timedelta(hours=1)
    await desk.send_digests()
    await publish(desk, "Harbour closed")
    watch.now += timedelta(hours=23, minutes=59)
    await desk.send_digests()
    assert await due(db, watch) == []
    watch.now += timedelta(hours=5)
    await desk.send_digests()
    assert await due(db, watch) == []


async def test_what_was_withdrawn_is_in_no_digest_to_come(desk: Desk, db: Database, watch: Watch) -> None:
    await desk.choose_digests(READER, "13:00")
    gone, stays = await publish(desk, "Harbour closed"), await publish(desk, "Market opens")
    watch.now += timedelta(hours=1)
    await desk.send_digests()

    def withdraw(tx: Transaction) -> None:
        story = stories.by_code(tx, gone.code)
        assert story is not None
        copies.kill(tx, story, by=steps.by_editor(7), now=watch.now)

    await db.write(withdraw)
    (push,) = await due(db, watch)
    text = (await shown(desk, push)).text
    assert gone.code not in text
    assert stays.code in text


async def test_a_digest_from_before_lists_were_kept_is_told_all_the_same(
    desk: Desk, db: Database, watch: Watch
) -> None:
    await desk.choose_digests(READER, "13:00")
    taken = await publish(desk, "Harbour closed")
    watch.now += timedelta(hours=1)
    await desk.send_digests()
    (push,) = await due(db, watch)
    await db.write(lambda tx: tx.execute(sa.delete(digest_story)))
    assert taken.code not in (await shown(desk, push)).text
    assert taken.code in (await shown(desk, replace(push, revision=None))).text


async def test_what_becomes_urgent_later_moves_nothing_out_of_a_digest(
    desk: Desk, db: Database, watch: Watch
) -> None:
    await desk.choose_digests(READER, "13:00")
    for number in range(MOST_STORIES):
        await publish(desk, f"Harbour {number} closed")
    watch.now += timedelta(hours=1)
    await desk.send_digests()
    (push,) = await due(db, watch)
    before = await shown(desk, push)
    watch.now -= timedelta(minutes=30)
    await publish(desk, "BREAKING: A market opens")
    watch.now += timedelta(minutes=30)
    assert (await shown(desk, push)).buttons == before.buttons
    assert (await shown(desk, replace(push, revision=None))).buttons != before.buttons, "as it was before"


async def test_hours_are_those_of_the_chats_zone_and_a_new_zone_begins_anew(
    desk: Desk, db: Database, watch: Watch
) -> None:
    await publish(desk, "Harbour closed")
    await desk.choose_zone(READER, "Riyadh")
    await desk.choose_digests(READER, "15:30")
    watch.now += timedelta(minutes=30)
    await desk.send_digests()
    (push,) = await due(db, watch)
    assert await plan(db, push) == 1
    await desk.choose_zone(READER, "Baghdad")
    await desk.send_digests()
    others = [one for one in await due(db, watch) if one.id != push.id]
    assert [await plan(db, one) for one in others] == [0]


async def test_off_ends_them(desk: Desk, db: Database, watch: Watch) -> None:
    await publish(desk, "Harbour closed")
    card = await desk.choose_digests(READER, "13:00 20:00")
    assert EN.say("settings.digest", times=EN.listed(["13:00", "20:00"])) in card.text
    card = await desk.choose_digests(READER, "off")
    assert EN.say("settings.no_digest") in card.text
    watch.now += timedelta(hours=1)
    await desk.send_digests()
    assert await due(db, watch) == []
