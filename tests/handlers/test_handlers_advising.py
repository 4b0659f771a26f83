"""What waits for a decision is told to every editor once, with the buttons that decide it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from bureau import FERRY, OWNER, Bureau, said
from ledgers import enlist, keys, text
from telegram.ext import ExtBot
from test_handlers_notices import EDITOR, hire

from handlers import notices
from newsroom.advising import ENOUGH, WHILE
from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.wire import parse
from simulator import faults
from simulator.errors import forbidden
from simulator.model import Message
from storage import pushes, stories
from storage.records import Lane, PushKind, RevisionKind, StoryState

BLAST = (
    "انفجار كبير يهز مرفأ بيروت\n\nهز انفجار كبير مرفأ بيروت مساء اليوم وخلف عشرات الجرحى وأضرارا واسعة، "
    "وهرعت فرق الإسعاف والدفاع المدني إلى المكان، وقالت قوى الأمن إن سبب الانفجار لم يعرف بعد."
)
AGAIN = (
    "عشرات الجرحى في انفجار بمرفأ بيروت\n\nقالت وزارة الصحة إن عشرات أصيبوا في انفجار كبير وقع في مرفأ "
    "بيروت، ودعت المستشفيات إلى استقبال المصابين فيما تبحث فرق الدفاع المدني عن ناجين تحت الأنقاض."
)
FAINT = (
    "إصابات في حريق قرب المرفأ\n\nقال شاهد إن حريقا شب قرب مرفأ بيروت وإن سيارات إسعاف وصلت إلى المكان، "
    "ولم تعرف أسباب الحريق."
)

CITIES = (
    "صور",
    "صيدا",
    "طرابلس",
    "بعلبك",
    "زحلة",
    "جبيل",
    "جونية",
    "البترون",
    "النبطية",
    "حلبا",
    "عاليه",
    "بشري",
)


async def look(bureau: Bureau, *, after: float = 5) -> None:
    """What the clock does."""
    bureau.now += timedelta(seconds=after)
    await notices.show(cast("ExtBot[Lane]", bureau.application.bot), bureau.desk.advising)


def told(
    bureau: Bureau, chat_id: int = OWNER, matter: str = "breaking", language: str = "en"
) -> list[Message]:
    mine = [one for one in bureau.world.messages(chat_id) if one.sender is bureau.world.bot]
    return [one for one in mine if said(f"advisory.{matter}", language) in text(one)]


async def take(
    bureau: Bureau,
    words: str,
    trust: Trust = Trust.REVIEW,
    *,
    source: str = "wire",
    name: str | None = None,
    urgency: int = 1,
    **drafted: Any,
) -> Taken:
    copy = Copy(body=words.encode(), source=source, trust=trust, item_id=name, urgency=urgency)
    return await bureau.desk.file(copy, replace(parse(copy.body), **drafted))


async def state(bureau: Bureau, code: str) -> StoryState | None:
    story = await bureau.database.read(lambda tx: stories.by_code(tx, code))
    return story.state if story else None


@pytest.fixture(autouse=True)
async def here(bureau: Bureau) -> None:
    """The owner writes to the bot, and there is a reader."""
    await bureau.say(OWNER, "/help")
    await enlist(bureau, 1)


async def test_breaking_copy_that_waits_is_told_to_every_editor_once_in_their_language(
    bureau: Bureau,
) -> None:
    await hire(bureau)
    taken = await take(bureau, BLAST)
    for _ in range(3):
        await look(bureau)
    (mine,), (theirs,) = told(bureau), told(bureau, EDITOR, language="ar")
    assert taken.code in text(mine)
    assert "انفجار كبير يهز مرفأ بيروت" in text(theirs)
    assert not mine.silent
    assert keys(mine) == [f"de:{taken.code}.1", f"td:{taken.code}.1"]


async def test_the_button_shows_what_readers_would_see_and_then_asks(bureau: Bureau) -> None:
    taken = await take(bureau, BLAST)
    await look(bureau)
    (advisory,) = told(bureau)
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    shown, question = bureau.since(advisory)
    assert text(shown).startswith("BREAKING")
    assert await state(bureau, taken.code) is StoryState.REVIEW
    await bureau.press(OWNER, question, keys(question)[0])
    assert await state(bureau, taken.code) is StoryState.PUBLISHED
    (push,) = await bureau.database.read(lambda tx: pushes.recent(tx, limit=5))
    assert push.kind is PushKind.BREAKING
    await look(bureau)
    assert said("advisory.decided") in text(advisory)
    assert keys(advisory) == [f"op:{taken.code}"]


@pytest.mark.parametrize("verb", ["de", "td"])
async def test_a_reader_who_forges_the_button_decides_nothing(bureau: Bureau, verb: str) -> None:
    taken = await take(bureau, BLAST)
    (reader,) = await enlist(bureau, 1)
    theirs = bureau.world.messages(reader)[-1]
    answer = await bureau.press(reader, theirs, f"{verb}:{taken.code}.1", forged=True)
    assert answer["text"] == said("refusal.not_editor")
    assert await state(bureau, taken.code) is StoryState.REVIEW
    assert not bureau.since(theirs)


async def test_what_one_editor_turned_down_no_other_can_let_out_by_an_old_button(bureau: Bureau) -> None:
    await hire(bureau)
    taken = await take(bureau, BLAST)
    await look(bureau)
    (mine,), (theirs,) = told(bureau), told(bureau, EDITOR, language="ar")
    await bureau.press(EDITOR, theirs, keys(theirs)[1])
    assert await state(bureau, taken.code) is StoryState.DRAFT
    for key in keys(mine):
        answer = await bureau.press(OWNER, mine, key)
        assert answer["text"].startswith(said("refusal.decided_already", code=taken.code)[:20])
    await look(bureau)
    assert said("advisory.decided", "ar") in text(theirs)
    assert said("advisory.decided") in text(mine)


@pytest.mark.parametrize(
    ("kind", "button"),
    [
        (RevisionKind.KILL, "button.decide_kill"),
        (RevisionKind.CORRECTION, "button.decide_correction"),
        (RevisionKind.HOLD, "button.decide_hold"),
    ],
)
async def test_what_another_source_asks_of_a_story_is_asked_of_editors(
    bureau: Bureau, kind: RevisionKind, button: str
) -> None:
    first = await take(bureau, FERRY, Trust.PUSH, name="ferry")
    copy = FERRY.replace("ثلاثمئة", "أربعمئة") if kind is RevisionKind.CORRECTION else FERRY
    asked = await take(bureau, copy, Trust.REVIEW, name="ferry", kind=kind)
    assert asked.kept_back
    await look(bureau)
    (advisory,) = told(bureau, matter=kind)
    row = advisory.markup["inline_keyboard"][0] if advisory.markup else []
    assert row[0]["text"] == said(button)
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    if kind is not RevisionKind.HOLD:
        question = bureau.since(advisory)[-1]
        assert await state(bureau, first.code) is StoryState.PUBLISHED
        await bureau.press(OWNER, question, keys(question)[0])
    ends = {RevisionKind.KILL: StoryState.KILLED, RevisionKind.HOLD: StoryState.HELD}
    assert await state(bureau, first.code) is ends.get(kind, StoryState.PUBLISHED)
    await look(bureau)
    assert said("advisory.decided") in text(advisory)


async def corrected_twice(bureau: Bureau) -> tuple[str, Message, Message]:
    """The story's code, and the two advisories: the older one first."""
    first = await take(bureau, FERRY, Trust.PUSH, name="ferry")
    for number in ("أربعمئة", "خمسمئة"):
        copy = FERRY.replace("ثلاثمئة", number)
        await take(bureau, copy, Trust.REVIEW, name="ferry", kind=RevisionKind.CORRECTION)
        await look(bureau)
    older, newer = told(bureau, matter="correction")
    return first.code, older, newer


async def test_an_older_correction_is_not_let_in_over_a_newer_one(bureau: Bureau) -> None:
    code, older, newer = await corrected_twice(bureau)
    answer = await bureau.press(OWNER, older, keys(older)[0])
    assert answer["text"].startswith(said("refusal.newer_waits", code=code)[:20])
    await bureau.press(OWNER, newer, keys(newer)[1])
    await look(bureau)
    assert said("advisory.decided") in text(newer)
    await bureau.press(OWNER, older, keys(older)[0])
    assert "أربعمئة" in text(bureau.since(newer)[-2])


async def test_turning_down_the_older_one_leaves_the_newer_to_be_decided(bureau: Bureau) -> None:
    _, older, newer = await corrected_twice(bureau)
    await bureau.press(OWNER, older, keys(older)[1])
    await look(bureau)
    assert said("advisory.decided") in text(older)
    await bureau.press(OWNER, newer, keys(newer)[0])
    shown = bureau.since(newer)[-2]
    assert "خمسمئة" in text(shown)


async def test_a_withdrawal_is_not_lost_behind_what_its_source_says_next(bureau: Bureau) -> None:
    first = await take(bureau, FERRY, Trust.PUSH, name="ferry")
    await take(bureau, FERRY, Trust.REVIEW, name="ferry", kind=RevisionKind.KILL)
    more = FERRY.replace("ثلاثمئة", "أربعمئة")
    assert (await take(bureau, more, Trust.REVIEW, name="ferry", kind=RevisionKind.CORRECTION)).kept_back
    await look(bureau)
    (advisory,) = told(bureau, matter="kill")
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    question = bureau.since(advisory)[-1]
    await bureau.press(OWNER, question, keys(question)[0])
    assert await state(bureau, first.code) is StoryState.KILLED


async def test_what_may_be_another_event_is_told_without_a_sound(bureau: Bureau) -> None:
    await take(bureau, BLAST, Trust.PUSH, source="ap")
    held = await take(bureau, FAINT, Trust.PUSH, source="dpa")
    assert held.push is None
    await look(bureau)
    (advisory,) = told(bureau, matter="doubtful")
    assert advisory.silent
    assert f"/split {held.code}" in text(advisory)
    await look(bureau)
    assert len(told(bureau, matter="doubtful")) == 1


async def test_what_is_surely_the_same_event_is_no_news_to_editors(bureau: Bureau) -> None:
    await take(bureau, BLAST, Trust.PUSH, source="ap")
    assert (await take(bureau, AGAIN, Trust.PUSH, source="dpa")).push is None
    await look(bureau)
    assert not told(bureau, matter="doubtful")


async def test_a_source_in_a_frenzy_does_not_fill_an_editors_chat(bureau: Bureau) -> None:
    for city in CITIES:
        await take(bureau, BLAST.replace("بيروت", city))
    for _ in range(3):
        await look(bureau)
    assert len(told(bureau)) == ENOUGH
    assert len(keys(told(bureau)[-1])) == 2
    await look(bureau, after=WHILE.total_seconds())
    assert len(told(bureau)) == len(CITIES) == 12


async def test_what_can_wait_stays_in_the_queue(bureau: Bureau) -> None:
    await take(bureau, FERRY, Trust.REVIEW, urgency=5)
    before = len(bureau.world.messages(OWNER))
    await look(bureau)
    assert len(bureau.world.messages(OWNER)) == before


async def test_what_waited_long_is_no_news(bureau: Bureau) -> None:
    await take(bureau, BLAST)
    await look(bureau, after=13 * 3600)
    assert not told(bureau)


async def test_an_editor_who_cannot_be_reached_is_not_tried_again(bureau: Bureau) -> None:
    await hire(bureau)
    bureau.world.faults.add(
        faults.refusal(forbidden("bot was blocked by the user")).on("sendMessage", count=1)
    )
    await take(bureau, BLAST)
    await look(bureau)
    asked = len(bureau.world.journal.calls)
    await look(bureau)
    assert len(bureau.world.journal.calls) == asked
    assert told(bureau, EDITOR, language="ar")


async def test_under_an_embargo_a_word_lets_it_out_at_its_end(bureau: Bureau) -> None:
    taken = await take(bureau, BLAST, embargo=bureau.now + timedelta(hours=1))
    await look(bureau)
    (advisory,) = told(bureau)
    row = advisory.markup["inline_keyboard"][0] if advisory.markup else []
    assert row[0]["text"] == said("button.decide_embargoed")
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    assert await state(bureau, taken.code) is StoryState.EMBARGOED
