"""Editors change what went out: a real courier takes it to the readers' chats."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bureau import FERRY, OWNER, Bureau, said
from ledgers import enlist, keys, noted, text
from postal import deliver

from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.wire import parse
from simulator.model import Message
from storage import pushes, stories
from storage.records import Lane, Push, PushKind, PushState, RevisionKind, StoryState


async def broken(bureau: Bureau, readers: int) -> tuple[str, list[Message]]:
    """A story that went out to so many people: its code, and their copies."""
    people = await enlist(bureau, readers)
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    await bureau.press(OWNER, question, keys(question)[0])
    await deliver(bureau)
    return code, [bureau.world.messages(reader)[-1] for reader in people]


async def killed(bureau: Bureau, code: str) -> Message:
    """The answer."""
    _, question = await bureau.say(OWNER, f"/kill {code}")
    await bureau.press(OWNER, question, keys(question)[0])
    return question


async def all_pushes(bureau: Bureau) -> list[Push]:
    return await bureau.database.read(lambda tx: pushes.recent(tx, limit=20))


async def test_a_kill_is_shown_first_then_replaces_each_copy_and_answers_it(bureau: Bureau) -> None:
    code, copies = await broken(bureau, 3)
    shown, question = await bureau.say(OWNER, f"/kill {code}")
    assert text(shown).startswith(said("story.withdrawn"))
    assert "3" in text(question)
    assert all("عادت" in text(copy) for copy in copies), "nothing happens before the word is given"
    await bureau.press(OWNER, question, keys(question)[0])
    await deliver(bureau)
    for copy in copies:
        assert text(copy) == text(shown)
        assert copy.markup is None
        reply = bureau.world.messages(copy.chat.id)[-1]
        assert text(reply).startswith(said("story.withdrawn.notice"))
        assert reply.api()["reply_to_message"]["message_id"] == copy.id
    assert ("copies.kill", f"story:{code}") in await noted(bureau)


async def test_its_button_works_once_and_for_what_was_shown(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY, item_id="ferry")).code
    _, stale = await bureau.say(OWNER, f"/kill {code}")
    await bureau.file(FERRY.replace("ثلاثمئة", "أربعمئة"), item_id="ferry")
    gone = {"text": said("refusal.proposal_gone"), "show_alert": True}
    assert await bureau.press(OWNER, stale, keys(stale)[0]) == gone
    question = await killed(bureau, code)
    again = await bureau.press(OWNER, question, keys(stale)[0], forged=True)
    assert again == gone


async def test_it_can_be_left(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/kill {code}")
    act, leave = keys(question)
    await bureau.press(OWNER, question, leave)
    assert text(question) == said("amend.left")
    assert (await bureau.press(OWNER, question, act, forged=True))["show_alert"]
    assert text((await bureau.say(OWNER, f"/story {code}"))[0]).startswith("عادت")


async def test_a_kill_stops_what_is_open_at_once(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    await bureau.press(OWNER, question, keys(question)[0])
    await killed(bureau, code)
    (breaking,) = await all_pushes(bureau)
    assert breaking.state is PushState.CANCELLED


async def test_a_kill_goes_before_everything_else(bureau: Bureau) -> None:
    code, _ = await broken(bureau, 1)
    await killed(bureau, code)
    kill = (await all_pushes(bureau))[0]
    assert (kill.kind, kill.lane, kill.state) == (PushKind.KILL, Lane.KILL, PushState.APPROVED)


async def test_a_killed_story_is_gone_and_stays_gone(bureau: Bureau, reader: int) -> None:
    code = (await bureau.file(FERRY, item_id="ferry")).code
    await bureau.say(reader, f"/story {code}")
    await killed(bureau, code)
    killed_text = said("refusal.story_killed", code=code)
    for asked in (f"/story {code}", f"/related {code}", f"/sections {code}", f"/follow {code}"):
        (answer,) = await bureau.say(reader, asked)
        assert text(answer).replace("\u200e", "") == killed_text
    for asked in ("/latest", "/search العبّارات"):
        (answer,) = await bureau.say(reader, asked)
        assert code not in text(answer)
        assert "عبّارات" not in text(answer).replace("العبّارات", "")
    again = await bureau.file(FERRY.replace("ثلاثمئة", "أربعمئة"), item_id="ferry")
    assert again.outcome == "killed"
    found = await bureau.database.read(lambda tx: stories.by_code(tx, code))
    assert found is not None
    assert found.state is StoryState.KILLED
    assert (found.revision.headline, found.revision.sections) == (None, ())
    (refused,) = await bureau.say(OWNER, f"/kill {code}")
    assert text(refused).replace("\u200e", "") == killed_text


@pytest.mark.parametrize("asked", ["/kill", "/kill nothing"])
async def test_what_cannot_be_killed_is_explained(bureau: Bureau, asked: str) -> None:
    (answer,) = await bureau.say(OWNER, asked)
    assert answer.markup is None


async def test_only_editors_kill(bureau: Bureau, reader: int) -> None:
    code = (await bureau.file(FERRY)).code
    (answer,) = await bureau.say(reader, f"/kill {code}")
    assert text(answer) == said("refusal.not_editor")


# Corrections.

RIGHT = FERRY.replace("ثلاثمئة", "أربعمئة")
NOTE = "«ثلاثمئة» والصواب «أربعمئة»"


def plainly(message: Message) -> str:
    return "".join(letter for letter in text(message) if letter not in "\u200e\u200f\u2066\u2067\u2068\u2069")


async def corrected(bureau: Bureau, code: str, button: int) -> Message:
    """What was shown before the button was pressed."""
    shown, question = await bureau.say(OWNER, f"/correct {code}\n{RIGHT}")
    await bureau.press(OWNER, question, keys(question)[button])
    return shown


async def test_a_correction_is_shown_first_then_edits_each_copy_quietly(bureau: Bureau) -> None:
    code, copies = await broken(bureau, 3)
    shown, question = await bureau.say(OWNER, f"/correct {code}\n{RIGHT}")
    assert NOTE in plainly(shown)
    assert "أربعمئة" in text(shown)
    assert [key[:3] for key in keys(question)] == ["am:", "al:", "le:"]
    assert all("ثلاثمئة" in text(copy) for copy in copies)
    await bureau.press(OWNER, question, keys(question)[0])
    await deliver(bureau)
    for copy in copies:
        assert text(copy) == text(shown)
        assert bureau.world.messages(copy.chat.id)[-1] is copy, "nothing rings"
    assert ("copies.correction", f"story:{code}") in await noted(bureau)


async def test_a_loud_one_answers_each_copy_too(bureau: Bureau) -> None:
    code, copies = await broken(bureau, 2)
    await corrected(bureau, code, button=1)
    await deliver(bureau)
    for copy in copies:
        reply = bureau.world.messages(copy.chat.id)[-1]
        assert reply.api()["reply_to_message"]["message_id"] == copy.id
        assert NOTE in plainly(reply)
        assert NOTE in plainly(copy)


async def test_the_copy_may_be_replied_to_or_be_a_file(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    copy = bureau.world.send_text(OWNER, RIGHT)
    replied = await bureau.say(OWNER, f"/correct {code}", reply_to=copy.id)
    handed = await bureau.hand(OWNER, RIGHT.encode(), caption=f"/correct {code}")
    assert NOTE in plainly(replied[-2])
    assert NOTE in plainly(handed[0])


async def test_without_copy_the_bot_asks_for_it_and_takes_the_next_message(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    (asked,) = await bureau.say(OWNER, f"/correct {code}")
    assert said("correction.ask") in text(asked)
    await bureau.say(OWNER, "/queue")
    shown, question = await bureau.say(OWNER, RIGHT)
    assert NOTE in plainly(shown)
    await bureau.press(OWNER, question, keys(question)[0])
    (hint,) = await bureau.say(OWNER, RIGHT)
    assert text(hint).startswith(said("hint.text")), "one question has one answer"


async def test_the_answer_may_be_a_file(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    await bureau.say(OWNER, f"/correct {code}")
    shown, _ = await bureau.hand(OWNER, RIGHT.encode())
    assert NOTE in plainly(shown)


async def test_the_preview_changes_nothing(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    await bureau.say(OWNER, f"/correct {code}\n{RIGHT}")
    found = await bureau.database.read(lambda tx: stories.by_code(tx, code))
    assert found is not None
    assert found.revision.number == 1
    assert await all_pushes(bureau) == []


async def test_only_what_was_shown_is_done(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY, item_id="ferry")).code
    _, question = await bureau.say(OWNER, f"/correct {code}\n{RIGHT}")
    await bureau.file(FERRY.replace("يومين", "ثلاثة أيام"), item_id="ferry")
    gone = {"text": said("refusal.proposal_gone"), "show_alert": True}
    assert await bureau.press(OWNER, question, keys(question)[0]) == gone


async def test_copy_that_changes_nothing_is_refused(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    (answer,) = await bureau.say(OWNER, f"/correct {code}\n{FERRY}")
    assert code in text(answer)
    assert answer.markup is None


async def test_a_later_correction_reaches_the_reply_as_well(bureau: Bureau) -> None:
    code, (copy,) = await broken(bureau, 1)
    await corrected(bureau, code, button=1)
    await deliver(bureau)
    reply = bureau.world.messages(copy.chat.id)[-1]
    await killed(bureau, code)
    await deliver(bureau)
    assert text(reply) == text(copy)
    assert len(bureau.world.messages(copy.chat.id)) > 2


# Holds.


async def test_a_hold_marks_each_copy_and_a_release_takes_the_mark_off(bureau: Bureau, reader: int) -> None:
    code, copies = await broken(bureau, 2)
    before = text(copies[0])
    (answer,) = await bureau.say(OWNER, f"/hold {code}")
    await deliver(bureau)
    for copy in copies:
        assert said("story.on_hold") in text(copy)
        assert bureau.world.messages(copy.chat.id)[-1] is copy, "nothing rings"
    (hidden,) = await bureau.say(reader, f"/story {code}")
    assert "عبّارات" not in text(hidden)
    (release,) = keys(answer)
    await bureau.press(OWNER, answer, release)
    await deliver(bureau)
    for copy in copies:
        assert said("story.on_hold") not in text(copy)
        assert text(copy).splitlines()[0] == before.splitlines()[0]
    assert {"story.hold", "story.release", "copies.hold", "copies.release"} <= {
        action for action, _ in await noted(bureau)
    }


async def test_what_a_hold_stops_goes_on_with_the_release(bureau: Bureau) -> None:
    readers = await enlist(bureau, 3)
    code = (await bureau.file(FERRY)).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    await bureau.press(OWNER, question, keys(question)[0])
    await bureau.say(OWNER, f"/hold {code}")
    await deliver(bureau)
    assert [push.state for push in await all_pushes(bureau)] == [PushState.HELD]
    await bureau.say(OWNER, f"/release {code}")
    await deliver(bureau)
    assert [push.state for push in await all_pushes(bureau)] == [PushState.DONE]
    for reader in readers:
        copy = bureau.world.messages(reader)[-1]
        assert "عادت" in text(copy)
        assert said("story.on_hold") not in text(copy)


async def test_a_correction_during_a_hold_is_shown_by_the_release(bureau: Bureau) -> None:
    code, (copy,) = await broken(bureau, 1)
    await bureau.say(OWNER, f"/hold {code}")
    await deliver(bureau)
    await corrected(bureau, code, button=0)
    await deliver(bureau)
    assert said("story.on_hold") in text(copy)
    await bureau.say(OWNER, f"/release {code}")
    await deliver(bureau)
    assert NOTE in plainly(copy)
    assert said("story.on_hold") not in text(copy)


@pytest.mark.parametrize("twice", ["hold", "release"])
async def test_neither_works_twice(bureau: Bureau, twice: str) -> None:
    code = (await bureau.file(FERRY)).code
    for command in ("hold", "release")[: 1 if twice == "hold" else 2]:
        await bureau.say(OWNER, f"/{command} {code}")
    pushed = len(await all_pushes(bureau))
    await bureau.say(OWNER, f"/{twice} {code}")
    assert len(await all_pushes(bureau)) == pushed


# The wire.


async def wired(
    bureau: Bureau, copy: str, *, trust: Trust = Trust.PUSH, kind: RevisionKind = RevisionKind.NEW
) -> Taken:
    """Another take of what was broken."""
    draft = parse(copy.encode())
    draft = draft if kind is RevisionKind.NEW else replace(draft, kind=kind)
    return await bureau.desk.file(
        Copy(body=copy.encode(), source="wire", trust=trust, item_id="ferry"), draft
    )


async def broken_by_wire(bureau: Bureau) -> tuple[str, Message]:
    (person,) = await enlist(bureau, 1)
    code = (await bureau.file(FERRY, item_id="ferry")).code
    _, question = await bureau.say(OWNER, f"/breaking {code}")
    await bureau.press(OWNER, question, keys(question)[0])
    await deliver(bureau)
    return code, bureau.world.messages(person)[-1]


async def test_an_update_by_wire_edits_the_copies_quietly(bureau: Bureau) -> None:
    _, copy = await broken_by_wire(bureau)
    taken = await wired(bureau, RIGHT)
    assert (taken.outcome, taken.edit and taken.edit.kind) == ("update", PushKind.UPDATE)
    await deliver(bureau)
    assert "أربعمئة" in text(copy)
    assert NOTE not in plainly(copy)
    assert bureau.world.messages(copy.chat.id)[-1] is copy


async def test_a_correction_by_wire_is_marked(bureau: Bureau) -> None:
    _, copy = await broken_by_wire(bureau)
    taken = await wired(bureau, f"تصحيح: عدد الركاب أربعمئة\n\n{RIGHT}")
    assert (taken.outcome, taken.edit and taken.edit.kind) == ("correction", PushKind.CORRECTION)
    await deliver(bureau)
    assert "عدد الركاب أربعمئة" in plainly(copy)


async def test_a_correction_that_waited_edits_the_copies_when_an_editor_lets_it_in(bureau: Bureau) -> None:
    code, copy = await broken_by_wire(bureau)
    taken = await wired(bureau, RIGHT, trust=Trust.REVIEW, kind=RevisionKind.CORRECTION)
    assert (taken.kept_back, taken.edit) == (True, None)
    await deliver(bureau)
    assert "ثلاثمئة" in text(copy)
    shown, question = await bureau.say(OWNER, f"/approve {code}")
    assert "أربعمئة" in text(shown)
    await bureau.press(OWNER, question, keys(question)[0])
    await deliver(bureau)
    assert "أربعمئة" in text(copy)


@pytest.mark.parametrize("words", [FERRY, RIGHT])
async def test_a_kill_by_a_trusted_source_acts_by_itself(bureau: Bureau, words: str) -> None:
    code, copy = await broken_by_wire(bureau)
    taken = await wired(bureau, words, kind=RevisionKind.KILL)
    assert (taken.outcome, taken.code, taken.state) == ("killed", code, StoryState.KILLED)
    await deliver(bureau)
    assert text(copy).startswith(said("story.withdrawn"))
    again = await wired(bureau, words, kind=RevisionKind.KILL)
    assert (again.outcome, again.edit) == ("killed", None)


async def test_a_hold_by_a_trusted_source_acts_once(bureau: Bureau) -> None:
    _, copy = await broken_by_wire(bureau)
    for edits in (True, False):
        taken = await wired(bureau, FERRY, kind=RevisionKind.HOLD)
        assert (taken.outcome, taken.state) == ("hold", StoryState.HELD)
        assert (taken.edit is not None) is edits
    await deliver(bureau)
    assert said("story.on_hold") in text(copy)


@pytest.mark.parametrize("kind", [RevisionKind.KILL, RevisionKind.HOLD])
async def test_what_another_source_takes_back_waits_for_an_editor(bureau: Bureau, kind: RevisionKind) -> None:
    _, copy = await broken_by_wire(bureau)
    before = text(copy)
    taken = await wired(bureau, FERRY, trust=Trust.REVIEW, kind=kind)
    assert (taken.state, taken.kept_back) == (StoryState.PUBLISHED, True)
    assert (await wired(bureau, FERRY, trust=Trust.REVIEW, kind=kind)).outcome == "duplicate"
    await deliver(bureau)
    assert text(copy) == before


async def test_the_editors_own_note_goes_before_what_changed(bureau: Bureau) -> None:
    code = (await bureau.file(FERRY)).code
    shown, question = await bureau.say(OWNER, f"/correct {code}\nتصحيح: عدد الركاب أربعمئة\n\n{RIGHT}")
    assert "عدد الركاب أربعمئة" in plainly(shown)
    assert NOTE not in plainly(shown)
    await bureau.press(OWNER, question, keys(question)[0])
    found = await bureau.database.read(lambda tx: stories.by_code(tx, code))
    assert found is not None
    assert found.revision.correction_note == "عدد الركاب أربعمئة"
