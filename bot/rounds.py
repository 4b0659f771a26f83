"""The rounds of the feeds: those whose turn it is are polled side by side, so that none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from prometheus_client import Counter

from newsroom.feeds import Feeds
from newsroom.feeds.outcomes import Outcome
from storage.database import StorageError
from storage.feeds import Feed

AT_ONCE = 16
PATIENCE = 5.0  # seconds that polls in hand may take when the program stops

log = structlog.stdlib.get_logger(__name__)

Start = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]


class Rounds:
    """`look` is called again and again. `polls` counts what became of them."""

    def __init__(self, feeds: Feeds, start: Start) -> None:
        self.polls = Counter(
            "ajil_feed_polls", "Polls of feeds, by what became of them", ["outcome"], registry=None
        )
        self._feeds = feeds
        self._start = start
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def look(self) -> None:
        if self._stopping:
            return
        for feed in await self._feeds.due(AT_ONCE - len(self._running)):
            task = self._start(self._poll(feed), f"feed {feed.id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """A poll that is cut off is taken up again when its claim is over; nothing is filed twice."""
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=PATIENCE)
        for task in self._running:
            task.cancel()

    async def _poll(self, feed: Feed) -> None:
        try:
            report = await self._feeds.poll(feed)
        except StorageError as error:
            log.warning("a poll could not be written down", feed=feed.id, why=str(error))
            return
        self.polls.labels(report.outcome.value).inc()
        dull = log.debug if report.outcome is Outcome.UNCHANGED else log.info
        told = log.warning if report.is_trouble else dull
        told("polled a feed", feed=feed.id, outcome=report.outcome.value, new=report.fresh)
