"""The terms of all stories anew, after the rules by which words become terms have changed.

While the bot runs: what is stale is found in one reading of a hundred stories, and written a story at a time,
so that nothing else waits. Where it stopped is remembered.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from typing import Final

from newsroom.terms import Bag, bag_of
from storage import facts, stories, terms, walks
from storage.database import Database, Transaction

AT_ONCE: Final = 100
_PLACE: Final = "reindexed up to story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`last`: the story that it came to. `stale` of those that were looked at had other terms."""

    last: int
    seen: int
    stale: int


async def reindex(db: Database) -> AsyncGenerator[Step, None]:
    """From where it stopped the last time, if it did: call `begin` first where the rules changed since."""
    last = await db.read(_place)
    while ids := await db.read(partial(walks.after, story_id=last, limit=AT_ONCE)):
        stale = await db.read(partial(_stale, ids=ids))
        for story_id in stale:
            await db.write(partial(_index, story_id=story_id))
        last = ids[-1]
        await db.write(partial(facts.put, name=_PLACE, value=str(last)))
        yield Step(last=last, seen=len(ids), stale=len(stale))
    await begin(db)


async def begin(db: Database) -> None:
    """The next time from the first story on."""
    await db.write(partial(facts.put, name=_PLACE, value="0"))


def _place(tx: Transaction) -> int:
    return int(facts.get(tx, _PLACE) or 0)


def _stale(tx: Transaction, ids: list[int]) -> list[int]:
    held = walks.held(tx, ids)
    return [story_id for story_id in ids if not _is_held(held.get(story_id), _bag(tx, story_id))]


def _is_held(held: walks.Held | None, bag: Bag) -> bool:
    posted = terms.posted(bag.posted).keys()
    return held is not None and held.posted == posted and held.words == bag.everything


def _index(tx: Transaction, story_id: int) -> None:
    if walks.lock(tx, story_id):
        bag = _bag(tx, story_id)
        terms.index(tx, story_id, bag.posted, bag.everything)


def _bag(tx: Transaction, story_id: int) -> Bag:
    told = stories.by_id(tx, story_id)
    return bag_of(told.revision.headline, told.revision.sections) if told else Bag(words={}, names={})
