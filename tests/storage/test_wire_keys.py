"""What the wire calls a story."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from stored_samples import NOW, file, revise

from storage import keys, stories
from storage.database import Database, Transaction
from storage.keys import KeyHit, KeyTaken, WireKey
from storage.records import StoryState

URI = WireKey("uri", "urn:test:1")
TEXT = WireKey("text", "abc")


async def test_a_key_leads_to_its_story_and_the_revision_it_came_with(db: Database) -> None:
    def work(tx: Transaction) -> int:
        story_id = file(tx, code="AAAA")
        keys.claim(tx, [URI, TEXT], story_id, 1)
        revise(tx, story_id)
        keys.claim(tx, [URI], story_id, 2)
        return story_id

    story_id = await db.write(work)
    found = await db.read(lambda tx: keys.find(tx, [URI, TEXT, WireKey("uri", "other")]))
    hit = KeyHit(story_id=story_id, number=2, code="AAAA", state=StoryState.PUBLISHED, head=2)
    assert found[URI] == hit
    assert (found[TEXT].number, found[TEXT].head) == (1, 2)
    assert set(found) == {URI, TEXT}
    assert await db.read(lambda tx: keys.find(tx, [])) == {}


async def test_a_key_of_another_story_is_taken_and_nothing_is_kept(db: Database) -> None:
    first = await db.write(file)
    await db.write(lambda tx: keys.claim(tx, [URI], first, 1))

    def steal(tx: Transaction) -> None:
        keys.claim(tx, [TEXT, URI], file(tx, code="LATE"), 1)

    with pytest.raises(KeyTaken):
        await db.write(steal)
    assert await db.read(lambda tx: stories.by_code(tx, "LATE")) is None
    found = await db.read(lambda tx: keys.find(tx, [URI, TEXT]))
    assert {key: hit.story_id for key, hit in found.items()} == {URI: first}


async def test_the_same_copy_filed_by_many_at_once_makes_one_story(db: Database) -> None:
    def take(tx: Transaction) -> int:
        hit = keys.find(tx, [TEXT]).get(TEXT)
        if hit is not None:
            return hit.story_id
        story_id = file(tx)
        keys.claim(tx, [TEXT], story_id, 1)
        return story_id

    taken = await asyncio.gather(*(db.write(take) for _ in range(8)))
    assert len(set(taken)) == 1
    assert len(await db.read(lambda tx: stories.latest(tx, limit=9, now=NOW))) == 1


async def test_keys_of_any_length_are_told_apart(db: Database) -> None:
    long, longer = WireKey("s" * 500, "u" * 5000), WireKey("s" * 500, "u" * 5001)

    def work(tx: Transaction) -> int:
        story_id = file(tx, now=NOW - timedelta(days=1))
        keys.claim(tx, [long], story_id, 1)
        return story_id

    story_id = await db.write(work)
    found = await db.read(lambda tx: keys.find(tx, [long, longer]))
    assert {key: hit.story_id for key, hit in found.items()} == {long: story_id}


async def test_a_key_that_was_freed_may_name_another_story(db: Database) -> None:
    first = await db.write(file)
    await db.write(lambda tx: keys.claim(tx, [URI, TEXT], first, 1))

    def move(tx: Transaction) -> int:
        keys.free(tx, [URI])
        second = file(tx, code="NEXT")
        keys.claim(tx, [URI], second, 1)
        return second

    second = await db.write(move)
    found = await db.read(lambda tx: keys.find(tx, [URI, TEXT]))
    assert {key: hit.story_id for key, hit in found.items()} == {URI: second, TEXT: first}
