"""Feeds: whose turn it is, who may ask, and what is remembered of what came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from stored_samples import MINUTE, NOW

from storage import feed_log, feeds
from storage.database import Database, Transaction
from storage.feed_log import Poll
from storage.feeds import Feed, FeedState, Kept
from storage.schema import feed_log as log_table

HOLD = 2 * MINUTE
SOON = timedelta(seconds=1)


def add(tx: Transaction, name: str, host: str = "news.example", now: datetime = NOW) -> Feed:
    made = feeds.add(tx, url=f"https://{host}/{name}", host=host, source=name, trust="publish", now=now)
    assert made is not None
    return made


def again(tx: Transaction, feed: Feed) -> Feed:
    found = feeds.by_id(tx, feed.id)
    assert found is not None
    return found


def claim(tx: Transaction, now: datetime = NOW, most: int = 8) -> list[str]:
    return [one.source for one in feeds.claim(tx, now, most=most, hold=HOLD)]


def settle(tx: Transaction, feed: Feed, now: datetime = NOW, **changes: Any) -> bool:
    poll = Poll(at=now, **{"outcome": "unchanged", **changes})
    kept = replace(feed.kept, good_at=now)
    return feeds.settle(tx, feed, poll, kept, next_at=now + 5 * MINUTE, free_at=now + SOON)


async def test_a_feed_just_added_is_due_at_once(db: Database) -> None:
    await db.write(lambda tx: add(tx, "a"))
    assert await db.write(claim) == ["a"]


async def test_an_address_is_one_feed(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    url = first.url
    second = await db.write(lambda tx: feeds.add(tx, url=url, host="x", source="b", trust="push", now=NOW))
    assert second is None
    assert await db.read(feeds.every) == [first]


async def test_a_claimed_feed_is_nobody_elses_until_the_claim_is_over(db: Database) -> None:
    await db.write(lambda tx: add(tx, "a"))
    assert await db.write(claim) == ["a"]
    assert await db.write(lambda tx: claim(tx, NOW + HOLD - SOON)) == []
    assert await db.write(lambda tx: claim(tx, NOW + HOLD)) == ["a"]


async def test_many_who_claim_at_once_get_each_feed_once(db: Database) -> None:
    for number in range(4):
        await db.write(lambda tx, number=number: add(tx, str(number), host=f"h{number}"))  # type: ignore[misc]
    claims = await asyncio.gather(*(db.write(lambda tx: claim(tx, most=3)) for _ in range(6)))
    assert sorted(name for claimed in claims for name in claimed) == ["0", "1", "2", "3"]


async def test_a_host_is_asked_one_thing_at_a_time_and_rests_between(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(lambda tx: add(tx, "b"))
    await db.write(lambda tx: add(tx, "c", host="other.example"))
    assert await db.write(claim) == ["a", "c"]
    assert await db.write(claim) == []
    await db.write(lambda tx: settle(tx, again(tx, first)))
    assert await db.write(claim) == []
    assert await db.write(lambda tx: claim(tx, NOW + SOON)) == ["b"]


async def test_a_crowd_on_one_host_holds_up_no_other(db: Database) -> None:
    for number in range(20):
        await db.write(lambda tx, number=number: add(tx, f"crowd{number}"))  # type: ignore[misc]
    await db.write(lambda tx: add(tx, "late", host="other.example", now=NOW + MINUTE))
    assert await db.write(lambda tx: claim(tx, NOW + MINUTE, most=2)) == ["crowd0", "late"]


async def test_what_was_polled_waits_for_its_next_time(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    assert await db.write(lambda tx: settle(tx, again(tx, first)))
    assert await db.write(lambda tx: claim(tx, NOW + 4 * MINUTE)) == []
    assert await db.write(lambda tx: claim(tx, NOW + 5 * MINUTE)) == ["a"]


async def test_who_lost_the_claim_changes_nothing(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    slow = await db.read(lambda tx: again(tx, first))
    await db.write(lambda tx: claim(tx, NOW + HOLD))
    assert not await db.write(lambda tx: settle(tx, slow))
    assert await db.read(lambda tx: feed_log.last(tx, first.id)) == []


@pytest.mark.parametrize("meanwhile", ["removed", "resumed", "trusted"])
async def test_a_poll_that_was_under_way_when_the_feed_changed_is_void(db: Database, meanwhile: str) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    slow = await db.read(lambda tx: again(tx, first))
    if meanwhile == "removed":
        await db.write(lambda tx: feeds.remove(tx, first.id))
    elif meanwhile == "resumed":
        await db.write(lambda tx: feeds.pause(tx, first.id))
        await db.write(lambda tx: feeds.resume(tx, first.id, NOW))
    else:
        await db.write(lambda tx: feeds.set_trust(tx, first.id, "push", NOW))
    assert not await db.write(lambda tx: settle(tx, slow))


async def test_a_poll_that_was_under_way_when_the_feed_was_paused_counts(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    assert await db.write(lambda tx: feeds.pause(tx, first.id))
    assert await db.write(lambda tx: settle(tx, again(tx, first)))
    assert (await db.read(lambda tx: again(tx, first))).state is FeedState.PAUSED


async def test_a_paused_feed_is_not_polled_and_a_resumed_one_at_once_and_anew(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    known = Kept(url=first.url, host=first.host)
    kept = replace(known, etag='"1"', last_modified="then", body_hash="x", seen=("1",), good_at=NOW)
    poll = Poll(at=NOW, outcome="taken", fresh=1)
    claimed = await db.read(lambda tx: again(tx, first))
    await db.write(lambda tx: feeds.settle(tx, claimed, poll, kept, next_at=NOW + 5 * MINUTE, free_at=NOW))
    assert (await db.read(lambda tx: again(tx, first))).kept == kept
    assert await db.write(lambda tx: feeds.pause(tx, first.id))
    assert not await db.write(lambda tx: feeds.pause(tx, first.id))
    assert await db.write(lambda tx: claim(tx, NOW + 9 * MINUTE)) == []
    assert await db.write(lambda tx: feeds.resume(tx, first.id, NOW + MINUTE))
    assert not await db.write(lambda tx: feeds.resume(tx, first.id, NOW))
    assert (await db.read(lambda tx: again(tx, first))).kept == known
    assert await db.write(lambda tx: claim(tx, NOW + MINUTE)) == ["a"]


async def test_what_is_gone_is_polled_no_more(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    await db.write(claim)
    await db.write(lambda tx: feeds.end(tx, first))
    assert (await db.read(lambda tx: again(tx, first))).state is FeedState.GONE
    assert await db.write(lambda tx: claim(tx, NOW + HOLD)) == []


async def test_failures_are_counted_until_it_goes_well(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    for trouble in (True, True, False):
        await db.write(lambda tx: settle(tx, again(tx, first), outcome="timeout", is_trouble=trouble))  # noqa: B023
        counted = (await db.read(lambda tx: again(tx, first))).failures
        assert (counted > 0) is trouble
    assert counted == 0


async def test_a_feed_that_moved_keeps_its_new_address_unless_another_has_it(db: Database) -> None:
    first = await db.write(lambda tx: add(tx, "a"))
    second = await db.write(lambda tx: add(tx, "b"))

    def move(tx: Transaction, url: str) -> str:
        poll, kept = Poll(at=NOW, outcome="taken"), Kept(url=url, host="news.example")
        assert feeds.settle(tx, again(tx, first), poll, kept, next_at=NOW, free_at=NOW)
        return again(tx, first).url

    assert await db.write(lambda tx: move(tx, second.url)) == first.url
    assert await db.write(lambda tx: move(tx, "https://news.example/new")) == "https://news.example/new"


async def test_polls_that_go_the_same_way_are_one_line(db: Database) -> None:
    feed = await db.write(lambda tx: add(tx, "a"))
    outcomes = ["unchanged", "unchanged", "timeout", "taken", "taken", "unchanged"]
    for minute, outcome in enumerate(outcomes):
        poll = Poll(at=NOW + minute * MINUTE, outcome=outcome, fresh=1 if outcome == "taken" else 0)
        await db.write(lambda tx, poll=poll: feed_log.add(tx, feed.id, poll))  # type: ignore[misc]
    told = await db.read(lambda tx: feed_log.last(tx, feed.id))
    assert [(one.outcome, one.times) for one in told] == [
        ("unchanged", 1),
        ("taken", 1),
        ("taken", 1),
        ("timeout", 1),
        ("unchanged", 2),
    ]
    assert (told[-1].since, told[-1].at) == (NOW, NOW + MINUTE)


async def test_the_log_is_bounded(db: Database) -> None:
    feed = await db.write(lambda tx: add(tx, "a"))
    other = await db.write(lambda tx: add(tx, "b"))

    def fill(tx: Transaction) -> None:
        feed_log.add(tx, other.id, Poll(at=NOW, outcome="taken", fresh=9))
        for number in range(feed_log.KEPT + 20):
            feed_log.add(tx, feed.id, Poll(at=NOW, outcome="taken", fresh=number + 1))

    await db.write(fill)
    told = await db.read(lambda tx: feed_log.last(tx, feed.id, 1000))
    assert len(told) == feed_log.KEPT
    assert told[0].fresh == feed_log.KEPT + 20
    assert len(await db.read(lambda tx: feed_log.last(tx, other.id))) == 1


async def test_what_is_removed_takes_its_log_along(db: Database) -> None:
    feed = await db.write(lambda tx: add(tx, "a"))
    await db.write(lambda tx: settle(tx, again(tx, feed)))
    await db.write(lambda tx: feeds.remove(tx, feed.id))
    assert await db.read(feeds.every) == []
    assert await db.read(lambda tx: tx.execute(sa.select(log_table)).all()) == []
