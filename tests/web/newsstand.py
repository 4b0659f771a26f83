"""Feeds at a real server, polled by the real Desk and fetcher; only the format is a plain one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from far_end import FarEnd, http, serving

from newsroom import wire
from newsroom.desk import Desk
from newsroom.feeds.outcomes import Report
from newsroom.house import House
from newsroom.message import Message
from newsroom.visitor import Visitor
from newsroom.wire import Bundle, CopyRefused, Reason
from newsroom.wire import Feed as Told
from storage import feed_log, feeds, pushes
from storage.database import Database
from storage.feed_log import Poll
from storage.feeds import Feed
from storage.records import ChatKind, Draft, Push, Section, SectionKind, StoryState
from storage.schema import story
from web.fetch import Bounds, Fetcher

OWNER = 7
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINES = "application/x-lines"
EDITOR = Visitor(chat_id=OWNER, user_id=OWNER, kind=ChatKind.PRIVATE, language="en")
EVERY = timedelta(seconds=300)


def lines(*items: str) -> bytes:
    """A feed in the format of these tests: `id|urgency|what it says|minutes before NOW` a line."""
    return "\n".join(items).encode()


def feed_of(body: bytes, *headers: str) -> bytes:
    return http("200 OK", body, f"Content-Type: {LINES}", *headers)


def read_lines(body: bytes) -> Bundle:
    if body.startswith(b"\0"):
        raise CopyRefused(Reason.MALFORMED, "It is not written as lines")
    items = tuple(_item(line) for line in body.decode().splitlines())
    return Bundle(items=items, feed=Told(title="The Lines"))


def _item(line: str) -> Draft | CopyRefused:
    parts = line.split("|")
    if len(parts) < 3:
        return CopyRefused(Reason.EMPTY, "There is nothing in the item")
    told = NOW - timedelta(minutes=int(parts[3])) if len(parts) > 3 else None
    lead = Section(kind=SectionKind.LEAD, heading=None, paragraphs=(parts[2],), anchor="lead")
    return Draft(
        copy=line.encode(),
        media_type=LINES,
        language="en",
        sections=(lead,),
        headline=parts[2],
        urgency=int(parts[1]),
        uri=f"lines:{parts[0]}",
        version_created=told,
    )


@dataclass
class Site:
    """A server that gives one answer until it is changed, but for those of its `pages` (by path)."""

    answer: bytes = b""
    drips: bool = False
    pages: dict[str, bytes] = field(default_factory=dict)
    there: FarEnd = field(default_factory=FarEnd)

    async def __call__(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = self.there.requests[-1].split(" ")[1]
        writer.write(self.pages.get(path, self.answer))
        await writer.drain()
        while self.drips:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)


@dataclass
class Newsstand:
    """A desk, and one far end that its feeds are at. `now` is the time there."""

    desk: Desk
    database: Database
    site: Site
    there: FarEnd
    now: datetime = NOW
    read: list[bytes] = field(default_factory=list)

    async def add(self, options: str = "", path: str = "/feed") -> Feed:
        await self.desk.feeds.command(EDITOR, f"add {self.there.url}{path} {options}")
        return (await self.database.read(feeds.every))[-1]

    async def poll(self, after: timedelta = timedelta(minutes=6)) -> Report:
        """The first feed that is due once so much time has passed."""
        self.now += after
        claimed = await self.desk.feeds.due(1)
        assert claimed, "no feed is due"
        return await self.desk.feeds.poll(claimed[0])

    async def due(self) -> list[int]:
        return [feed.id for feed in await self.desk.feeds.due(8)]

    async def feed(self, feed_id: int = 1) -> Feed:
        found = await self.database.read(lambda tx: feeds.by_id(tx, feed_id))
        assert found is not None
        return found

    async def log(self, feed_id: int = 1) -> list[Poll]:
        return await self.database.read(lambda tx: feed_log.last(tx, feed_id))

    async def pushes(self) -> list[Push]:
        return await self.database.read(lambda tx: pushes.due(tx, self.now))

    async def states(self) -> list[StoryState]:
        rows = await self.database.read(lambda tx: tx.execute(sa.select(story.c.state)).scalars().all())
        return [StoryState(state) for state in rows]

    async def say(self, typed: str) -> Message:
        return await self.desk.feeds.command(EDITOR, typed)


@asynccontextmanager
async def newsstand(
    database: Database,
    *,
    seconds: float = 5.0,
    callbacks: str | None = None,
    allowed: Collection[tuple[str, int]] = (),
) -> AsyncIterator[Newsstand]:
    site = Site()
    async with serving(site) as there:
        site.there = there
        fetcher = Fetcher(frozenset({there.pair, *allowed}), bounds=Bounds(seconds=seconds))
        owners, every = frozenset({OWNER}), EVERY.total_seconds()
        house = House(owners=owners, language="en", feed_every=every, callbacks=callbacks)
        desk = Desk(database, house, now=lambda: stand.now, pushed=lambda: None, outside=fetcher)
        stand = Newsstand(desk, database, site, there)
        try:
            yield stand
        finally:
            await fetcher.close()


def teach_lines(read: list[bytes]) -> object:
    """`wire.read` that knows the format of these tests too; what it reads is noted."""
    known = wire.read

    def reading(
        copy: bytes, media_type: str = "", *, charset: str | None = None, at: str | None = None
    ) -> Bundle:
        read.append(copy)
        return read_lines(copy) if media_type == LINES else known(copy, media_type, charset=charset, at=at)

    return reading
