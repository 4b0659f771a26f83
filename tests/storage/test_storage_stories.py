"""Stories, revisions, sections and lines."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from stored_samples import BODY, LEAD, MINUTE, NOW, draft, file, move, revise

from storage import stories
from storage.database import Database, StorageError, Transaction
from storage.records import Draft, Revision, RevisionKind, StoryState

FULL = draft(
    credit="(أ ب)",
    source_code="AP",
    alert="تنبيه",
    slugline="وفد",
    byline="مراسلنا",
    dateline="القاهرة",
    topics=("Politics", "سياسة"),
    embargo=NOW + MINUTE,
    correction_note="صُحّح الاسم",
    editor_note="راجع الاسم",
    uri="urn:test:1",
    version="3",
    alt_ids=("T1",),
    evolved_from="urn:test:0",
    version_created=NOW - MINUTE,
    rights="© 2024",
    link="https://example.org/1",
    image="https://example.org/1.jpg",
    marks=("(يتبع)",),
    copy=b"\xff\x00 any bytes",
    kind=RevisionKind.CORRECTION,
)


def file_full(tx: Transaction) -> int:
    story_id, _ = stories.create(tx, ["K7PQ"], StoryState.REVIEW, NOW)
    stories.add_revision(
        tx,
        story_id,
        FULL,
        kind=RevisionKind.CORRECTION,
        headline="عنوان",
        headline_derived=True,
        headline_key="عنوان",
        urgency=2,
        source="test",
        related_keys=[],
        now=NOW,
    )
    return story_id


async def test_a_story_is_read_as_it_was_told(db: Database) -> None:
    story_id = await db.write(file_full)
    story = await db.read(lambda tx: stories.by_code(tx, "K7PQ"))
    assert story is not None
    assert story == await db.read(lambda tx: stories.by_id(tx, story_id))
    assert (story.id, story.code, story.state) == (story_id, "K7PQ", StoryState.REVIEW)
    assert (story.created_at, story.updated_at, story.published_at, story.related) == (NOW, NOW, None, ())
    assert story.revision == Revision(
        story_id=story_id,
        number=1,
        kind=RevisionKind.CORRECTION,
        language="ar",
        urgency=2,
        created_at=NOW,
        sections=(LEAD, BODY),
        headline="عنوان",
        headline_derived=True,
        credit="(أ ب)",
        source_code="AP",
        slugline="وفد",
        byline="مراسلنا",
        dateline="القاهرة",
        topics=("Politics", "سياسة"),
        embargo=NOW + MINUTE,
        correction_note="صُحّح الاسم",
        editor_note="راجع الاسم",
        uri="urn:test:1",
        version="3",
        version_created=NOW - MINUTE,
        rights="© 2024",
        link="https://example.org/1",
        image="https://example.org/1.jpg",
    )
    assert await db.read(lambda tx: stories.copy_of(tx, story_id, 1)) == b"\xff\x00 any bytes"


async def test_what_is_not_there_is_none(db: Database) -> None:
    assert await db.read(lambda tx: stories.by_code(tx, "NONE")) is None
    assert await db.read(lambda tx: stories.by_id(tx, 1)) is None
    assert await db.read(lambda tx: stories.revision(tx, 1, 1)) is None


async def test_a_code_that_is_taken_is_passed_over(db: Database) -> None:
    first = await db.write(lambda tx: stories.create(tx, ["AAAA"], StoryState.REVIEW, NOW))
    second = await db.write(lambda tx: stories.create(tx, ["AAAA", "BBBB"], StoryState.REVIEW, NOW))
    assert (first[1], second[1]) == ("AAAA", "BBBB")
    with pytest.raises(LookupError):
        await db.write(lambda tx: stories.create(tx, ["AAAA", "BBBB"], StoryState.REVIEW, NOW))


async def test_creations_at_once_get_codes_of_their_own(db: Database) -> None:
    codes = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE"]
    create = lambda tx: stories.create(tx, codes, StoryState.REVIEW, NOW)  # noqa: E731
    made = await asyncio.gather(*(db.write(create) for _ in codes))
    assert sorted(code for _, code in made) == codes


async def test_revisions_at_once_get_numbers_of_their_own(db: Database) -> None:
    story_id = await db.write(file)
    numbers = await asyncio.gather(*(db.write(lambda tx: revise(tx, story_id)) for _ in range(6)))
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]


async def test_the_newest_revision_is_what_the_story_says_and_older_ones_stay(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, headline="أول"))
    await db.write(lambda tx: revise(tx, story_id, headline="ثان", now=NOW + MINUTE, sections=(LEAD,)))
    story = await db.read(lambda tx: stories.by_id(tx, story_id))
    assert story is not None
    assert (story.revision.number, story.revision.headline, story.revision.sections) == (2, "ثان", (LEAD,))
    assert (story.created_at, story.updated_at) == (NOW, NOW + MINUTE)
    first = await db.read(lambda tx: stories.revision(tx, story_id, 1))
    assert first is not None
    assert (first.headline, first.sections) == ("أول", (LEAD, BODY))


@pytest.mark.parametrize("table", ["revision", "section"])
@pytest.mark.parametrize("change", ["UPDATE {} SET number = number + 1", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_a_revision(db: Database, table: str, change: str) -> None:
    story_id = await db.write(file)
    before = await db.read(lambda tx: stories.by_id(tx, story_id))
    with pytest.raises(StorageError) as refused:
        await db.write(lambda tx: tx.execute(sa.text(change.format(table))))
    assert not refused.value.temporary
    assert await db.read(lambda tx: stories.by_id(tx, story_id)) == before


async def test_a_story_is_published_once_however_often_it_is_said(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, state=StoryState.REVIEW))
    for state, now in (
        (StoryState.PUBLISHED, NOW + MINUTE),
        (StoryState.HELD, NOW + 2 * MINUTE),
        (StoryState.PUBLISHED, NOW + 3 * MINUTE),
    ):
        await db.write(partial(move, story_id=story_id, state=state, now=now))
    story = await db.read(lambda tx: stories.by_id(tx, story_id))
    assert story is not None
    assert (story.state, story.published_at) == (StoryState.PUBLISHED, NOW + MINUTE)
    assert story.updated_at == NOW + 3 * MINUTE


async def test_who_is_late_moves_nothing(db: Database) -> None:
    story_id = await db.write(lambda tx: file(tx, state=StoryState.KILLED))
    late = partial(stories.move, story_id=story_id, before=StoryState.HELD, after=StoryState.PUBLISHED)
    assert not await db.write(partial(late, now=NOW, opens_at=None))
    story = await db.read(lambda tx: stories.by_id(tx, story_id))
    assert story is not None
    assert (story.state, story.published_at) == (StoryState.KILLED, None)


def file_one_of_each(tx: Transaction) -> dict[str, int]:
    hidden = {state.value: file(tx, code=state[:4].upper(), state=state) for state in StoryState}
    under = file(tx, code="UNDR", embargo=NOW + MINUTE)
    stories.create(tx, ["NONE"], StoryState.PUBLISHED, NOW)
    return {**hidden, "under": under}


async def test_readers_see_published_stories_under_no_embargo_only(db: Database) -> None:
    ids = await db.write(file_one_of_each)
    for now, codes_seen in ((NOW, ["PUBL"]), (NOW + MINUTE, ["PUBL", "UNDR"])):
        latest = await db.read(partial(stories.latest, limit=9, now=now))
        lines = await db.read(partial(stories.lines, story_ids=[*ids.values()], now=now))
        assert sorted(told.code for told in latest) == codes_seen
        assert sorted(told.code for told in lines) == codes_seen
    codes = ["PUBL", "KILL", "HELD", "REVI", "EMBA", "UNDR", "NONE"]
    assert await db.read(lambda tx: stories.published_among(tx, codes, limit=9, now=NOW)) == ["PUBL"]
    assert [told.code for told in await db.read(lambda tx: stories.in_review(tx, 9))] == ["REVI"]


async def test_latest_comes_newest_first_and_page_by_page(db: Database) -> None:
    def fill(tx: Transaction) -> None:
        for code, minutes in (("AAAA", 2), ("BBBB", 1), ("CCCC", 3), ("DDDD", 3)):
            file(tx, code=code, now=NOW + minutes * MINUTE)

    await db.write(fill)
    later = NOW + timedelta(days=1)
    first = await db.read(lambda tx: stories.latest(tx, limit=2, now=later))
    rest = await db.read(lambda tx: stories.latest(tx, limit=9, before=first[-1], now=later))
    assert [told.code for told in first] == ["DDDD", "CCCC"]
    assert [told.code for told in rest] == ["AAAA", "BBBB"]


async def test_latest_of_a_topic_knows_it_in_any_case(db: Database) -> None:
    def fill(tx: Transaction) -> int:
        file(tx, code="AAAA", topics=("Politics",))
        file(tx, code="BBBB", topics=(" politics", "رياضة"))
        return file(tx, code="CCCC", topics=("رياضة",))

    changed = await db.write(fill)

    async def ask(topic: str, before: str | None = None) -> list[str]:
        pages = await db.read(lambda tx: stories.latest(tx, limit=9, now=NOW))
        last = next((told for told in pages if told.code == before), None)
        found = await db.read(lambda tx: stories.latest(tx, limit=9, topic=topic, before=last, now=NOW))
        return [told.code for told in found]

    assert await ask("POLITICS ") == ["BBBB", "AAAA"]
    assert await ask("politics", before="BBBB") == ["AAAA"]
    assert await ask("رياضة") == ["CCCC", "BBBB"]
    await db.write(lambda tx: revise(tx, changed, topics=()))
    assert await ask("رياضة") == ["BBBB"]


async def test_lines_keep_the_order_asked_for(db: Database) -> None:
    ids = [await db.write(file) for _ in range(3)]
    wanted = [ids[2], ids[0], 999, ids[1]]
    found = await db.read(lambda tx: stories.lines(tx, wanted, NOW))
    assert [told.id for told in found] == [ids[2], ids[0], ids[1]]


async def test_a_line_without_a_headline_says_nothing(db: Database) -> None:
    await db.write(lambda tx: file(tx, headline=""))
    (told,) = await db.read(lambda tx: stories.latest(tx, limit=1, now=NOW))
    assert (told.headline, told.published_at, told.urgency) == ("", NOW, 5)


def test_every_field_of_a_draft_is_kept_or_asked_for_by_name() -> None:
    given = {"sections", "kind", "headline", "related", "urgency"}
    assert set(Draft.__dataclass_fields__) == given | set(stories._AS_WRITTEN) | set(stories._LISTS)
