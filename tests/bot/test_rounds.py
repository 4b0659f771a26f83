"""The rounds of the feeds: none waits for another, none ends the program."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest

from bot import rounds
from bot.rounds import AT_ONCE, Rounds
from bot.tasks import Nursery
from newsroom.feeds import Feeds
from newsroom.feeds.outcomes import Outcome, Report
from storage.database import StorageError
from storage.feeds import Feed, FeedState, Kept

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEPT = Kept(url="https://news.example/rss", host="news.example")


def feed(number: int) -> Feed:
    return Feed(
        id=number,
        source="news",
        language=None,
        topics=(),
        trust="publish",
        state=FeedState.ACTIVE,
        kept=KEPT,
        next_at=NOW,
        failures=0,
        epoch=1,
        polled_at=None,
        outcome=None,
        status=None,
    )


@dataclass
class Waiting:
    """Feeds whose turn it is. Odd numbers never answer; 4 cannot be written down."""

    numbers: list[int]
    ended: list[int] = field(default_factory=list)
    never: asyncio.Event = field(default_factory=asyncio.Event)

    async def due(self, most: int) -> list[Feed]:
        claimed, self.numbers = self.numbers[:most], self.numbers[most:]
        return [feed(number) for number in claimed]

    async def poll(self, feed: Feed) -> Report:
        if feed.id % 2:
            await self.never.wait()
        if feed.id == 4:
            raise StorageError("the disk is full", temporary=True)
        self.ended.append(feed.id)
        return Report(outcome=Outcome.TAKEN, kept=KEPT)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_feed_that_hangs_holds_up_no_other_and_so_many_run_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "PATIENCE", 0)
    nursery, waiting = Nursery(), Waiting([1, 3, *range(20, 60, 2)])
    going = Rounds(cast(Feeds, waiting), nursery.start)
    await going.look()
    await settled()
    assert len(waiting.ended) == AT_ONCE - 2
    await going.look()
    await settled()
    assert waiting.ended == list(range(20, 60, 2))
    await going.stop()
    await nursery.wind_up(0)
    assert nursery.failure is None


async def test_a_poll_that_cannot_be_written_down_ends_alone() -> None:
    nursery, waiting = Nursery(), Waiting([4, 6])
    going = Rounds(cast(Feeds, waiting), nursery.start)
    await going.look()
    await settled()
    assert waiting.ended == [6]
    assert nursery.failure is None
    counted = {
        sample.labels["outcome"]: sample.value
        for metric in going.polls.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
    assert counted == {"taken": 1.0}


async def test_no_feed_is_begun_once_the_program_stops() -> None:
    nursery, waiting = Nursery(), Waiting([2])
    going = Rounds(cast(Feeds, waiting), nursery.start)
    await going.stop()
    await going.look()
    assert waiting.numbers == [2]
