"""Lists and mappings as one parameter, in either database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from stored_samples import file

from storage import terms
from storage.database import Database, Transaction
from storage.listed import among, pairs, weighed
from storage.schema import story, term

WORDS = ("زلزال", "it's", 'a "quoted" one', "=btn", "{}", "back\\slash")
HELD = sa.select(term.c.term).where(among(term.c.term, "words"))
THERE = sa.select(story.c.id).where(among(story.c.id, "ids")).order_by(story.c.id)


@pytest.mark.parametrize("asked", [(), WORDS[:1], WORDS, (*WORDS, "absent")])
async def test_a_list_of_words_finds_what_is_in_it(db: Database, asked: tuple[str, ...]) -> None:
    await db.write(lambda tx: file(tx, words=dict.fromkeys(WORDS, 1.0)))
    found = await db.read(lambda tx: tx.execute(HELD, {"words": asked}).scalars().all())
    assert sorted(found) == sorted(set(asked) & set(WORDS))


async def test_a_list_of_ids_finds_what_is_in_it(db: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        return [file(tx) for _ in range(3)]

    ids = await db.write(work)
    asked = {"ids": {ids[0], ids[2], 10**12}}
    assert await db.read(lambda tx: tx.execute(THERE, asked).scalars().all()) == [ids[0], ids[2]]
    assert await db.read(lambda tx: tx.execute(THERE, {"ids": ()}).scalars().all()) == []


async def test_a_mapping_comes_back_as_rows(db: Database) -> None:
    table, word, number = pairs("asked")
    told = {word: place + 0.1 for place, word in enumerate(WORDS)}
    rows = sa.select(word, number).select_from(table)
    found = await db.read(lambda tx: tx.execute(rows, {"asked": weighed(told)}).all())
    assert {row[0]: row[1] for row in found} == told


async def test_weights_are_stored_as_they_are(db: Database) -> None:
    told = {"زلزال": 0.1234, "it's": 1 / 3}
    story_id = await db.write(lambda tx: file(tx, words=told))
    assert (await db.read(lambda tx: terms.words_of(tx, [story_id])))[story_id] == told
