"""Where two editors must agree, nothing goes out on one editor's word."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from bureau import FERRY, FOG, HOUSE, NOW, OWNER, Bureau, said
from ledgers import enlist, keys, lines, push_of, text
from test_handlers_notices import look, told

from newsroom.house import House
from newsroom.words import words_for
from simulator.model import Message
from storage import audit, editors, pushes, stories
from storage.database import Transaction
from storage.records import PushState, StoryState

SECOND, THIRD = 8, 9


@pytest.fixture
def house() -> House:
    return replace(HOUSE, approvals=2)


@pytest.fixture
def store_url(database_url: str) -> str:
    return database_url


async def hire(bureau: Bureau, *user_ids: int) -> None:
    """Editors who have written to the bot."""
    for user_id in user_ids:
        bureau.world.add_user("Editor", user_id=user_id, language_code="en")
        add = partial(editors.add, user_id=user_id, role="editor", name=None, added_by=OWNER, now=NOW)
        await bureau.database.write(add)
        await bureau.say(user_id, "/help")


async def let_go(bureau: Bureau, editor: int = SECOND) -> Message:
    taken = await bureau.file(FOG)
    _, question = await bureau.say(editor, f"/breaking {taken.code}")
    await bureau.press(editor, question, keys(question)[0])
    return question


async def state(bureau: Bureau, push_id: int = 1) -> PushState:
    return (await push_of(bureau, push_id)).state


async def asked(bureau: Bureau, editor: int) -> Message:
    """The question that this editor was sent, under what readers would see."""
    *_, alert, question = [one for one in bureau.world.messages(editor) if one.sender is bureau.world.bot]
    assert "الضباب" in text(alert)
    return question


async def test_the_others_are_asked_and_one_of_them_is_enough(bureau: Bureau) -> None:
    await enlist(bureau, 3)
    await hire(bureau, SECOND, THIRD)
    await bureau.say(OWNER, "/help")
    proposed = await let_go(bureau)
    assert said("push.needs_approval") in text(proposed)
    await look(bureau)
    for editor in (OWNER, THIRD):
        question = await asked(bureau, editor)
        assert words_for("en").count(3, "approval.audience") in text(question)
        assert said("approval.given", given=1, needed=2) in text(question)
        assert keys(question) == ["ap:1", "rj:1"]
        assert not question.silent
    assert await state(bureau) is PushState.PROPOSED
    question = await asked(bureau, THIRD)
    await bureau.press(THIRD, question, "ap:1")
    assert await state(bureau) is PushState.APPROVED
    assert (await bureau.database.read(lambda tx: stories.by_id(tx, 1))).state is StoryState.PUBLISHED  # type: ignore[union-attr]
    await look(bureau)
    for editor in (OWNER, SECOND, THIRD):
        (shown,) = told(bureau, editor)
        assert said("push.state.approved") in lines(shown)[0]
        assert keys(shown) == ["pa:1", "ca:1"]


async def test_nobody_is_asked_twice(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND, THIRD)
    await let_go(bureau)
    await look(bureau)
    before = len(bureau.world.messages(THIRD))
    for _ in range(3):
        await look(bureau)
    assert len(bureau.world.messages(THIRD)) == before


async def test_whoever_proposed_it_counts_once(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    proposed = await let_go(bureau)
    (answer,) = await bureau.say(SECOND, "/approve 1")
    assert text(answer) == said("refusal.approved_already", id="1")
    go = (await push_of(bureau, 1)).token
    await bureau.press(SECOND, proposed, f"go:{go}", forged=True)
    assert await state(bureau) is PushState.PROPOSED
    assert await bureau.database.read(lambda tx: pushes.approvers(tx, 1)) == {SECOND}


async def test_a_number_is_a_push_and_a_code_is_a_story(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    await let_go(bureau)
    (answer,) = await bureau.say(OWNER, "/approve #1")
    assert text(answer) == words_for("en").count(1, "push.sending")
    assert await state(bureau) is PushState.APPROVED
    (answer,) = await bureau.say(OWNER, "/approve 77")
    assert text(answer) == said("refusal.push_unknown", typed="77")
    taken = await bureau.file(FERRY)
    (answer,) = await bureau.say(OWNER, f"/reject {taken.code}")
    assert said("refusal.push_unknown", typed=taken.code) != text(answer)


async def test_a_rejection_is_final(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND, THIRD)
    proposed = await let_go(bureau)
    await look(bureau)
    question = await asked(bureau, THIRD)
    await bureau.press(THIRD, question, "rj:1")
    assert said("approval.rejected", id="1") in text(question)
    assert await state(bureau) is PushState.CANCELLED
    for editor in (OWNER, THIRD, SECOND):
        (answer,) = await bureau.say(editor, "/approve 1")
        assert text(answer) == said("refusal.push_not_waiting", id="1")
    go = (await push_of(bureau, 1)).token
    answered = await bureau.press(SECOND, proposed, f"go:{go}", forged=True)
    assert answered["text"] == said("refusal.proposal_gone")
    assert await state(bureau) is PushState.CANCELLED
    await look(bureau)
    assert said("push.state.cancelled") in lines(proposed)[0]


async def test_a_proposal_that_was_only_looked_at_is_nobody_elses_to_let_go(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    taken = await bureau.file(FOG)
    await bureau.say(SECOND, f"/breaking {taken.code}")
    (answer,) = await bureau.say(OWNER, "/approve 1")
    assert text(answer) == said("refusal.push_unasked", id="1")
    before = len(bureau.world.messages(OWNER))
    await look(bureau)
    assert len(bureau.world.messages(OWNER)) == before
    assert await bureau.database.read(lambda tx: pushes.approvers(tx, 1)) == frozenset()


async def test_the_word_of_an_editor_who_was_removed_counts_no_more(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND, THIRD)
    await let_go(bureau)
    await bureau.database.write(lambda tx: editors.remove(tx, SECOND))
    (answer,) = await bureau.say(THIRD, "/approve 1")
    assert said("approval.given", given=1, needed=2) in text(answer)
    assert await state(bureau) is PushState.PROPOSED
    await bureau.say(OWNER, "/approve 1")
    assert await state(bureau) is PushState.APPROVED


async def test_what_has_changed_since_cannot_be_approved(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    await let_go(bureau)
    story = await bureau.database.read(lambda tx: stories.by_id(tx, 1))
    assert story is not None
    await bureau.say(SECOND, f"/hold {story.code}")
    (answer,) = await bureau.say(OWNER, "/approve 1")
    assert text(answer) == said("refusal.push_stale", id="1")
    assert await state(bureau) is PushState.PROPOSED


async def test_what_waits_is_in_the_queue_and_can_be_looked_at(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    await let_go(bureau)
    (queue,) = await bureau.say(OWNER, "/queue")
    assert said("push.state.proposed") in text(queue)
    (answer,) = await bureau.say(OWNER, "/stats 1")
    assert keys(answer) == ["ap:1", "rj:1"]
    (theirs,) = await bureau.say(SECOND, "/stats 1")
    assert keys(theirs) == ["rj:1"]


async def test_a_broadcast_is_shown_as_it_is(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND, THIRD)
    written = bureau.world.send_text(SECOND, "Elections today")
    await bureau.settle()
    _, question = await bureau.say(SECOND, "/broadcast", reply_to=written.id)
    await bureau.press(SECOND, question, keys(question)[0])
    await look(bureau)
    assert text(bureau.world.messages(THIRD)[-2]) == "Elections today"


async def test_all_words_are_in_the_audit(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    await let_go(bureau)
    await bureau.say(OWNER, "/approve 1")

    def read(tx: Transaction) -> list[tuple[str, str]]:
        assert audit.verify(tx) is None
        entries = audit.recent(tx, limit=9)
        return [(one.actor, one.action) for one in entries if one.subject == "push:1"]

    assert await bureau.database.read(read) == [("editor:7", "approve"), ("editor:8", "send")]


@pytest.mark.parametrize("data", ["ap:1", "rj:1"])
async def test_readers_decide_nothing(bureau: Bureau, reader: int, data: str) -> None:
    await enlist(bureau, 1)
    await hire(bureau, SECOND)
    await let_go(bureau)
    (theirs,) = await bureau.say(reader, "/help")
    answer = await bureau.press(reader, theirs, data, forged=True)
    assert answer["text"] == said("refusal.not_editor")
    assert await state(bureau) is PushState.PROPOSED
