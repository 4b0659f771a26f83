"""Several editors, several words of a source: what was asked is decided once, by its own button, or waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bureau import FERRY, OWNER, Bureau, said
from ledgers import enlist, keys, text
from test_handlers_advising import AGAIN, BLAST, CITIES, FAINT, look, state, take, told
from test_handlers_notices import EDITOR, hire

from newsroom.advising import ENOUGH
from newsroom.incoming import Trust
from simulator import faults
from storage import editors, waiting
from storage.records import RevisionKind, StoryState

MORE = FERRY.replace("ثلاثمئة", "أربعمئة")


@pytest.fixture(autouse=True)
async def here(bureau: Bureau) -> None:
    """The owner writes to the bot, and there is a reader."""
    await bureau.say(OWNER, "/help")
    await enlist(bureau, 1)


async def waits(bureau: Bureau) -> list[RevisionKind]:
    return [one.kind for one in await bureau.database.read(lambda tx: waiting.for_editors(tx, 50))]


async def flash_and_its_withdrawal(bureau: Bureau) -> str:
    taken = await take(bureau, BLAST, name="blast")
    await look(bureau)
    await take(bureau, BLAST, name="blast", kind=RevisionKind.KILL)
    await look(bureau)
    return taken.code


async def test_a_flash_is_rejected_and_its_withdrawal_still_waits(bureau: Bureau) -> None:
    code = await flash_and_its_withdrawal(bureau)
    (flash,) = told(bureau)
    await bureau.press(OWNER, flash, keys(flash)[1])
    assert await state(bureau, code) is StoryState.DRAFT
    assert await waits(bureau) == [RevisionKind.KILL]


async def test_a_flash_does_not_leave_over_its_withdrawal(bureau: Bureau) -> None:
    code = await flash_and_its_withdrawal(bureau)
    (flash,) = told(bureau)
    answer = await bureau.press(OWNER, flash, keys(flash)[0])
    assert answer["text"].startswith(said("refusal.newer_waits", code=code)[:20])


async def test_turning_down_a_correction_leaves_the_withdrawal_that_came_before(bureau: Bureau) -> None:
    await take(bureau, FERRY, Trust.PUSH, name="ferry")
    await take(bureau, FERRY, name="ferry", kind=RevisionKind.KILL)
    await take(bureau, MORE, name="ferry", kind=RevisionKind.CORRECTION)
    await look(bureau)
    (correction,) = told(bureau, matter="correction")
    await bureau.press(OWNER, correction, keys(correction)[1])
    assert await waits(bureau) == [RevisionKind.KILL]


async def test_letting_a_correction_in_leaves_the_withdrawal_that_came_before(bureau: Bureau) -> None:
    await take(bureau, FERRY, Trust.PUSH, name="ferry")
    await take(bureau, FERRY, name="ferry", kind=RevisionKind.KILL)
    await take(bureau, MORE, name="ferry", kind=RevisionKind.CORRECTION)
    await look(bureau)
    (correction,) = told(bureau, matter="correction")
    await bureau.press(OWNER, correction, keys(correction)[0])
    question = bureau.since(correction)[-1]
    await bureau.press(OWNER, question, keys(question)[0])
    assert await waits(bureau) == [RevisionKind.KILL]


async def test_a_hold_that_was_done_is_asked_for_no_more(bureau: Bureau) -> None:
    await take(bureau, FERRY, Trust.PUSH, name="ferry")
    await take(bureau, FERRY, name="ferry", kind=RevisionKind.HOLD)
    await look(bureau)
    (advisory,) = told(bureau, matter="hold")
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    for _ in range(2):
        await look(bureau)
    assert said("advisory.decided") in text(advisory)
    assert told(bureau, matter="hold") == []


async def test_a_hold_and_a_release_decide_nothing_else_and_ring_nowhere(bureau: Bureau) -> None:
    first = await take(bureau, FERRY, Trust.PUSH, name="ferry")
    await take(bureau, MORE, name="ferry", kind=RevisionKind.CORRECTION)
    await look(bureau)
    (advisory,) = told(bureau, matter="correction")
    bureau.now += timedelta(days=5)
    for command in ("/hold", "/release"):
        await bureau.say(OWNER, f"{command} {first.code}")
        await look(bureau)
    assert told(bureau, matter="correction") == [advisory]
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    assert "أربعمئة" in text(bureau.since(advisory)[-2])


@pytest.mark.parametrize("matter", ["breaking", "kill"])
async def test_what_one_editor_turned_down_is_not_done_by_the_question_of_another(
    bureau: Bureau, matter: str
) -> None:
    await hire(bureau)
    if matter == "kill":
        first = await take(bureau, FERRY, Trust.PUSH, name="ferry")
        await take(bureau, FERRY, name="ferry", kind=RevisionKind.KILL)
    else:
        first = await take(bureau, BLAST)
    await look(bureau)
    (mine,), (theirs,) = told(bureau, matter=matter), told(bureau, EDITOR, matter, "ar")
    await bureau.press(OWNER, mine, keys(mine)[0])
    question = bureau.since(mine)[-1]
    await bureau.press(EDITOR, theirs, keys(theirs)[1])
    before = await state(bureau, first.code)
    assert (await bureau.press(OWNER, question, keys(question)[0]))["show_alert"]
    assert await state(bureau, first.code) is before


async def test_what_surely_tells_what_went_out_rings_nowhere(bureau: Bureau) -> None:
    await take(bureau, BLAST, Trust.PUSH, source="ap")
    assert (await take(bureau, AGAIN, source="dpa")).state is StoryState.REVIEW
    await look(bureau)
    assert not told(bureau)


async def test_a_frenzy_of_flashes_does_not_keep_a_withdrawal(bureau: Bureau) -> None:
    await take(bureau, FERRY, Trust.PUSH, name="ferry", source="ap", urgency=5)
    for city in CITIES:
        await take(bureau, BLAST.replace("بيروت", city))
    await look(bureau)
    assert len(told(bureau)) == ENOUGH
    await take(bureau, FERRY, name="ferry", kind=RevisionKind.KILL, source="ap")
    await look(bureau)
    assert told(bureau, matter="kill")


async def test_a_story_that_waited_long_and_becomes_urgent_is_told(bureau: Bureau) -> None:
    first = await take(bureau, FERRY, Trust.WAIT, urgency=5, name="ferry")
    bureau.now += timedelta(hours=13)
    again = await take(bureau, MORE, Trust.WAIT, urgency=1, name="ferry")
    assert (again.code, again.state) == (first.code, StoryState.REVIEW)
    await look(bureau)
    assert told(bureau)


async def test_what_was_let_out_and_did_not_break_is_told_as_that(bureau: Bureau) -> None:
    await take(bureau, BLAST, Trust.PUSH, source="ap")
    await take(bureau, FAINT, source="dpa")
    await look(bureau)
    assert told(bureau)
    again = await take(bureau, FAINT, Trust.PUSH, source="reuters")
    assert (again.push, again.state) == (None, StoryState.PUBLISHED)
    await look(bureau)
    assert told(bureau, matter="doubtful")


async def test_lost_answers_do_not_ring_at_every_look(bureau: Bureau) -> None:
    await take(bureau, BLAST)
    bureau.world.faults.add(faults.server_error(500, applied=True).on("sendMessage", count=5))
    for _ in range(6):
        await look(bureau)
    assert len(told(bureau)) == 1


async def test_one_chat_in_trouble_does_not_keep_it_from_the_others(bureau: Bureau) -> None:
    await hire(bureau)
    bureau.world.faults.add(faults.server_error(500).on("sendMessage", chats={OWNER}))
    await take(bureau, BLAST)
    await look(bureau)
    assert told(bureau, EDITOR, language="ar")


async def test_who_edits_no_more_is_shown_no_story(bureau: Bureau) -> None:
    await hire(bureau)
    taken = await take(bureau, BLAST)
    await look(bureau)
    (theirs,) = told(bureau, EDITOR, language="ar")
    await bureau.database.write(lambda tx: editors.remove(tx, EDITOR))
    await bureau.say(OWNER, f"/approve {taken.code}")
    await look(bureau)
    assert text(theirs).strip("\u200f\u200e") == said("advisory.decided", "ar")


async def test_of_what_was_withdrawn_the_message_still_says_what_it_was(bureau: Bureau) -> None:
    first = await take(bureau, BLAST, Trust.PUSH, name="blast")
    await take(bureau, BLAST, name="blast", kind=RevisionKind.KILL)
    await look(bureau)
    (advisory,) = told(bureau, matter="kill")
    await bureau.press(OWNER, advisory, keys(advisory)[0])
    question = bureau.since(advisory)[-1]
    await bureau.press(OWNER, question, keys(question)[0])
    await look(bureau)
    assert await state(bureau, first.code) is StoryState.KILLED
    assert "انفجار كبير يهز مرفأ بيروت" in text(advisory)
