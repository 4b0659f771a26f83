"""Terms found anew, while the bot goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from newsroom import reindexing
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.reindexing import Step
from newsroom.visitor import Visitor
from storage import stories, terms
from storage.database import Database, Transaction
from storage.records import ChatKind
from storage.schema import story_term, term

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="en")
TOLD = [
    "Ferry sails to Tyre",
    "Snow on the mountain road",
    "Harbour opens a quay",
    "Oranges are cheap",
    "Choir",
]


@pytest.fixture
def desk(db: Database) -> Desk:
    ticks = iter(range(10_000))
    return Desk(
        db, House(owners=frozenset()), now=lambda: NOW + timedelta(seconds=next(ticks)), pushed=lambda: None
    )


@pytest.fixture(autouse=True)
def _two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)


async def take(desk: Desk, headline: str) -> Taken:
    body = f"{headline}\n\n{headline}, said the people of the town on Sunday."
    return await desk.take(Copy(body=body.encode(), source="wire", trust=Trust.PUBLISH))


async def all_told(desk: Desk, db: Database) -> list[int]:
    codes = [(await take(desk, one)).code for one in TOLD]

    def ids(tx: Transaction) -> list[int]:
        return [found.id for code in codes if (found := stories.by_code(tx, code))]

    return await db.read(ids)


async def spoil(db: Database, story_ids: list[int]) -> None:
    """As older rules had it."""

    def work(tx: Transaction) -> None:
        for story_id in story_ids:
            terms.index(tx, story_id, {"old": 1.0}, {"old": 1.0})

    await db.write(work)


async def steps(db: Database) -> list[Step]:
    return [step async for step in reindexing.reindex(db)]


async def test_stale_terms_are_found_anew_and_others_left(desk: Desk, db: Database) -> None:
    ids = await all_told(desk, db)
    await spoil(db, ids[1:3])
    with pytest.raises(Refusal, match="search_empty"):
        await desk.search(READER, "snow mountain")
    assert [(step.seen, step.stale) for step in await steps(db)] == [(2, 1), (2, 1), (1, 0)]
    assert "Snow on the mountain" in (await desk.search(READER, "snow mountain")).text
    assert [step.stale for step in await steps(db)] == [0, 0, 0]


async def test_what_was_stopped_goes_on_where_it_was(desk: Desk, db: Database) -> None:
    ids = await all_told(desk, db)
    await spoil(db, ids)
    walk = reindexing.reindex(db)
    assert (await anext(walk)).last == ids[1]
    await walk.aclose()
    assert [step.last for step in await steps(db)] == [ids[3], ids[4]]
    assert [step.stale for step in await steps(db)] == [0, 0, 0]
    await reindexing.begin(db)
    assert [step.seen for step in await steps(db)] == [2, 2, 1]


async def test_takes_at_the_same_moment_lose_no_count(desk: Desk, db: Database) -> None:
    await spoil(db, await all_told(desk, db))
    await asyncio.gather(steps(db), *(take(desk, f"{one} again") for one in TOLD))

    def counts(tx: Transaction) -> tuple[dict[str, int], ...]:
        posted = sa.select(story_term.c.term, sa.func.count()).group_by(story_term.c.term)
        counted = sa.select(term.c.term, term.c.stories).where(term.c.stories > 0)
        told = (tx.execute(asked) for asked in (posted, counted))
        return tuple({row[0]: row[1] for row in rows} for rows in told)

    posted, counted = await db.read(counts)
    assert posted == counted
