"""One event told by several sources: pushed once, seen together, merged and split by editors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hostile
import pytest

from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from storage import audit, promises, pushes
from storage.database import Database
from storage.records import ChatKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, title="Samir", language="en")
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="en")

BLAST = (
    "انفجار كبير يهز مرفأ بيروت\n\nهز انفجار كبير مرفأ بيروت مساء اليوم وخلف عشرات الجرحى وأضرارا واسعة، "
    "وهرعت فرق الإسعاف والدفاع المدني إلى المكان، وقالت قوى الأمن إن سبب الانفجار لم يعرف بعد.\n\n"
    "وطلبت وزارة الصحة من المستشفيات الاستعداد لاستقبال المصابين، وأغلقت الطرق المؤدية إلى المرفأ."
)
AGAIN = (
    "عشرات الجرحى في انفجار بمرفأ بيروت\n\nقالت وزارة الصحة إن عشرات أصيبوا في انفجار كبير وقع في مرفأ "
    "بيروت، ودعت المستشفيات إلى استقبال المصابين فيما تبحث فرق الدفاع المدني عن ناجين تحت الأنقاض."
)
ELSEWHERE = BLAST.replace("بيروت", "طرابلس")


@pytest.fixture
def desk(db: Database) -> Desk:
    ticks = iter(range(10_000))
    return Desk(
        db,
        House(owners=frozenset({7})),
        now=lambda: NOW + timedelta(seconds=next(ticks)),
        pushed=lambda: None,
    )


async def take(desk: Desk, text: str, source: str, urgency: int = 1) -> Taken:
    return await desk.take(Copy(body=text.encode(), source=source, trust=Trust.PUSH, urgency=urgency))


async def test_readers_are_pushed_once_per_event_whoever_tells_it(desk: Desk) -> None:
    first, second = await take(desk, BLAST, "ap"), await take(desk, AGAIN, "reuters")
    assert first.push is not None
    assert (second.outcome, second.push) == (Outcome.NEW, None)
    assert first.code != second.code


async def test_the_same_event_elsewhere_is_another_and_breaks(desk: Desk) -> None:
    await take(desk, BLAST, "ap")
    elsewhere = await take(desk, ELSEWHERE, "ap")
    assert elsewhere.outcome is Outcome.NEW
    assert elsewhere.push is not None


async def test_copied_copy_is_attached_silently(desk: Desk) -> None:
    first = await take(desk, BLAST, "ap")
    copied = await take(desk, BLAST.replace("مساء اليوم", "مساءً"), "paper")
    assert (copied.outcome, copied.code, copied.push) == (Outcome.DUPLICATE, first.code, None)


async def test_an_event_that_was_no_breaking_news_breaks_once_when_it_becomes_urgent(desk: Desk) -> None:
    assert (await take(desk, BLAST, "ap", urgency=5)).push is None
    assert (await take(desk, AGAIN, "reuters")).push is not None


async def test_editors_see_why_and_readers_do_not(desk: Desk) -> None:
    first, second = await take(desk, BLAST, "ap"), await take(desk, AGAIN, "reuters")
    seen = (await desk.story(EDITOR, second.code)).text
    assert first.code in seen
    assert "Because it is like" in seen
    assert first.code not in (await desk.story(READER, second.code)).text


async def test_what_an_editor_splits_stays_apart_and_later_items_follow(desk: Desk, db: Database) -> None:
    first, second = await take(desk, BLAST, "ap"), await take(desk, AGAIN, "reuters")
    await desk.publishing.split(EDITOR, second.code)
    assert first.code not in (await desk.story(EDITOR, second.code)).text
    with pytest.raises(Refusal, match="alone_already"):
        await desk.publishing.split(EDITOR, second.code)
    last = [entry.action for entry in await db.read(lambda tx: audit.recent(tx, 1))]
    assert last == ["event.split"]


async def test_what_did_not_break_for_its_event_is_shown_to_editors_until_they_part_it(
    desk: Desk, db: Database
) -> None:
    """Words may lead astray: nothing that a source called breaking is held back in silence."""
    await desk.start(READER)
    first, second = await take(desk, BLAST, "ap"), await take(desk, AGAIN, "reuters")
    ordinary = await take(desk, AGAIN.replace("عشرات", "مئات"), "dpa", urgency=5)
    unsent = await db.read(lambda tx: promises.passed_over(tx, urgency=2, since=NOW, limit=9))
    assert [line.code for line in unsent] == [second.code]
    queue = (await desk.publishing.queue(EDITOR)).text
    assert f"/split {second.code}, then /breaking {second.code}" in hostile.bare(queue)
    assert f"/split {first.code}" not in queue
    assert f"/split {ordinary.code}" not in queue
    await desk.publishing.split(EDITOR, second.code)
    assert "/split" not in (await desk.publishing.queue(EDITOR)).text
    assert (await desk.publishing.propose_breaking(EDITOR, second.code)).shown is not None


async def test_what_broke_for_its_event_was_not_passed_over(db: Database, desk: Desk) -> None:
    await take(desk, BLAST, "ap", urgency=5)
    assert (await take(desk, AGAIN, "reuters")).push is not None
    assert not await db.read(lambda tx: promises.passed_over(tx, urgency=2, since=NOW, limit=9))


async def test_what_did_not_break_long_ago_is_shown_no_more(db: Database, desk: Desk) -> None:
    await take(desk, BLAST, "ap")
    await take(desk, AGAIN, "reuters")
    later = NOW + timedelta(minutes=1)
    assert not await db.read(lambda tx: promises.passed_over(tx, urgency=2, since=later, limit=9))


async def test_an_editor_merges_two_events_and_undoes_it(desk: Desk) -> None:
    first, other = await take(desk, BLAST, "ap"), await take(desk, ELSEWHERE, "ap")
    page = await desk.publishing.merge(EDITOR, f"{first.code} {other.code}")
    assert other.code in page.text
    with pytest.raises(Refusal, match="merged_already"):
        await desk.publishing.merge(EDITOR, f"{other.code} {first.code}")
    assert first.code in (await desk.story(EDITOR, other.code)).text
    await desk.publishing.split(EDITOR, other.code)
    assert first.code not in (await desk.story(EDITOR, other.code)).text


@pytest.mark.parametrize("typed", ["", "ABCD", "  "])
async def test_merging_takes_two_codes(desk: Desk, typed: str) -> None:
    with pytest.raises(Refusal, match="merge_missing"):
        await desk.publishing.merge(EDITOR, typed)


async def test_a_later_item_joins_what_was_merged_and_pushes_nothing(desk: Desk) -> None:
    first, other = await take(desk, BLAST, "ap"), await take(desk, ELSEWHERE, "ap")
    await desk.publishing.merge(EDITOR, f"{first.code} {other.code}")
    later = await take(desk, AGAIN, "reuters")
    assert later.push is None
    assert {first.code, other.code} <= set((await desk.story(EDITOR, later.code)).text.split())


async def test_what_broke_for_its_event_is_not_broken_again_by_hand(desk: Desk, db: Database) -> None:
    await desk.start(READER)
    await take(desk, BLAST, "ap", urgency=5)
    second = await take(desk, AGAIN, "reuters")
    assert second.push is not None
    with pytest.raises(Refusal, match="already_pushed"):
        await desk.publishing.propose_breaking(EDITOR, second.code)
    about = second.push.story_id or 0
    assert await db.read(lambda tx: pushes.broke(tx, about))
