"""Headlines named in a story, and the stories they lead to."""

from __future__ import annotations

from functools import partial

from stored_samples import file, move, revise

from storage import links, stories
from storage.database import Database, Transaction
from storage.records import StoryState


async def codes(db: Database, story_id: int) -> list[tuple[str, str | None]]:
    story = await db.read(lambda tx: stories.by_id(tx, story_id))
    assert story is not None
    return [(link.headline, link.code) for link in story.related]


def arrive(tx: Transaction, headline: str, code: str, state: StoryState = StoryState.PUBLISHED) -> int:
    story_id = file(tx, headline=headline, code=code, state=state)
    links.resolve(tx, headline, story_id, matched_by="headline", score=1.0)
    return story_id


async def test_a_link_leads_to_a_story_that_is_here_already(db: Database) -> None:
    await db.write(lambda tx: arrive(tx, "الأول", "AAAA"))
    story_id = await db.write(lambda tx: file(tx, related=("الأول", "الثاني")))
    story = await db.read(lambda tx: stories.by_id(tx, story_id))
    assert story is not None
    known, waiting = story.related
    assert (known.ordinal, known.code, known.matched_by, known.score) == (0, "AAAA", "headline", 1.0)
    assert (waiting.ordinal, waiting.code, waiting.matched_by, waiting.score) == (1, None, None, None)


async def test_links_that_wait_anywhere_find_a_story_that_comes_later(db: Database) -> None:
    first = await db.write(lambda tx: file(tx, related=("القادم",)))
    second = await db.write(lambda tx: file(tx, related=("غيره", "القادم")))
    await db.write(lambda tx: arrive(tx, "القادم", "LATE"))
    assert await codes(db, first) == [("القادم", "LATE")]
    assert await codes(db, second) == [("غيره", None), ("القادم", "LATE")]


async def test_a_link_keeps_its_first_target_until_that_is_killed(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, related=("خبر",)))
    first = await db.write(lambda tx: arrive(tx, "خبر", "AAAA"))
    await db.write(lambda tx: arrive(tx, "خبر", "BBBB"))
    assert await codes(db, story_id) == [("خبر", "AAAA")]
    await db.write(lambda tx: move(tx, first, StoryState.KILLED))
    assert await codes(db, story_id) == [("خبر", None)]
    await db.write(lambda tx: arrive(tx, "خبر", "CCCC"))
    assert await codes(db, story_id) == [("خبر", "CCCC")]


async def test_a_target_shows_its_code_only_while_it_is_published(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, related=("خبر",)))
    target = await db.write(lambda tx: arrive(tx, "خبر", "AAAA", StoryState.REVIEW))
    for state, code in ((StoryState.PUBLISHED, "AAAA"), (StoryState.HELD, None), (StoryState.KILLED, None)):
        await db.write(partial(move, story_id=target, state=state))
        assert await codes(db, story_id) == [("خبر", code)]


async def test_a_story_that_names_itself_waits_for_another(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, headline="خبر", related=("خبر",)))
    await db.write(lambda tx: links.resolve(tx, "خبر", story_id, matched_by="headline", score=1.0))
    await db.write(lambda tx: revise(tx, story_id, headline="خبر", related=("خبر",)))
    assert await codes(db, story_id) == [("خبر", None)]


async def test_headlines_without_words_match_nothing(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, headline="", related=("",)))
    assert (
        await db.write(lambda tx: links.resolve(tx, "", story_id + 1, matched_by="headline", score=1.0)) == 0
    )
    assert await db.read(lambda tx: links.find_by_headline(tx, [""])) == {}


async def test_a_headline_is_found_by_the_newest_telling_of_the_newest_story(db: Database) -> None:
    old = await db.write(lambda tx: file(tx, headline="واحد"))
    new = await db.write(lambda tx: file(tx, headline="واحد"))
    await db.write(lambda tx: file(tx, headline="واحد", state=StoryState.KILLED))
    await db.write(lambda tx: file(tx, headline="واحد", state=StoryState.KILLED))
    assert await db.read(lambda tx: links.find_by_headline(tx, ["واحد", "لا أحد"])) == {"واحد": new}
    await db.write(lambda tx: revise(tx, new, headline="اثنان"))
    both = await db.read(lambda tx: links.find_by_headline(tx, ["واحد", "اثنان"]))
    assert both == {"واحد": old, "اثنان": new}


async def test_a_headline_of_any_length_is_told_apart(db: Database) -> None:
    long, longer = "طويل " * 2000, "طويل " * 2001
    target = await db.write(lambda tx: file(tx, headline=long))
    assert await db.read(lambda tx: links.find_by_headline(tx, [long, longer])) == {long: target}
