"""What editors are told waits for them, and what they were told."""

from __future__ import annotations

from stored_samples import MINUTE, NOW, file, move, revise

from storage import advisories, repeats, waiting
from storage.advisories import Matter, Pending, Told
from storage.database import Database, Transaction
from storage.records import RevisionKind, StoryState

EDITOR, OTHER = 7, 8


def pending(tx: Transaction) -> list[Pending]:
    return advisories.pending(tx, urgency=2, since=NOW, doubtful=0.5)


def note(
    tx: Transaction,
    story_id: int,
    matter: Matter = Matter.BREAKING,
    *,
    number: int = 1,
    chat_id: int = EDITOR,
    over: bool = False,
) -> None:
    told = Told(matter=matter, story_id=story_id, number=number, chat_id=chat_id, message_id=100)
    advisories.note(tx, told, NOW, over=over)


async def test_what_is_urgent_and_new_and_waits_is_pending(db: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        urgent = file(tx, state=StoryState.REVIEW, urgency=2)
        file(tx, state=StoryState.REVIEW, urgency=5)
        file(tx, state=StoryState.PUBLISHED, urgency=1)
        file(tx, state=StoryState.REVIEW, urgency=1, now=NOW - MINUTE)
        found = pending(tx)
        assert [(one.matter, one.number) for one in found] == [(Matter.BREAKING, 1)]
        return [urgent, *(one.story_id for one in found)]

    urgent, found = await db.write(work)
    assert urgent == found


async def test_of_what_is_asked_about_a_story_only_what_takes_it_back_or_corrects_it(db: Database) -> None:
    def work(tx: Transaction) -> list[tuple[Matter, int]]:
        story_id = file(tx)
        for kind in (RevisionKind.UPDATE, RevisionKind.CORRECTION, RevisionKind.KILL):
            waiting.add(tx, story_id, revise(tx, story_id, kind=kind), None)
        embargoed = revise(tx, story_id, kind=RevisionKind.CORRECTION)
        waiting.add(tx, story_id, embargoed, NOW + MINUTE)
        return [(one.matter, one.number) for one in pending(tx)]

    assert await db.write(work) == [(Matter.KILL, 4), (Matter.CORRECTION, 3)]


async def test_each_chat_and_matter_is_known_by_itself(db: Database) -> None:
    def work(tx: Transaction) -> set[tuple[int, Matter, int]]:
        story_id = file(tx, state=StoryState.REVIEW, urgency=1)
        for _ in range(2):
            note(tx, story_id)
        note(tx, story_id, Matter.KILL, number=2, chat_id=OTHER)
        assert advisories.known(tx, []) == set()
        assert advisories.told_since(tx, NOW) == {(EDITOR, Matter.BREAKING): 1, (OTHER, Matter.KILL): 1}
        assert advisories.told_since(tx, NOW + MINUTE) == {}
        return {(number, matter, chat) for _, number, matter, chat in advisories.known(tx, [story_id])}

    assert await db.write(work) == {(1, Matter.BREAKING, EDITOR), (2, Matter.KILL, OTHER)}


async def test_what_is_told_anew_under_another_number_was_told(db: Database) -> None:
    def work(tx: Transaction) -> None:
        story_id = file(tx)
        number = revise(tx, story_id, kind=RevisionKind.KILL)
        waiting.add(tx, story_id, number, None)
        note(tx, story_id, Matter.KILL, number=number)
        repeats.repeat_waiting(tx, story_id, NOW + MINUTE)
        (one,) = pending(tx)
        assert one.number == advisories.number_now(tx, story_id, number) != number
        assert (story_id, one.number, Matter.KILL, EDITOR) in advisories.known(tx, [story_id])
        assert advisories.decided(tx) == []

    await db.write(work)


async def test_what_waits_no_more_is_decided_until_that_is_shown(db: Database) -> None:
    def work(tx: Transaction) -> list[list[int]]:
        reviewed, told = file(tx, state=StoryState.REVIEW, urgency=1), file(tx)
        number = revise(tx, told, kind=RevisionKind.KILL)
        waiting.add(tx, told, number, None)
        note(tx, reviewed)
        note(tx, told, Matter.KILL, number=number)
        steps = [[one.story_id for one in advisories.decided(tx)]]
        move(tx, reviewed, StoryState.DRAFT)
        waiting.settle(tx, told, number)
        steps.append([one.story_id - reviewed for one in advisories.decided(tx)])
        note(tx, reviewed, over=True)
        note(tx, told, Matter.KILL, number=number, over=True)
        steps.append([one.story_id for one in advisories.decided(tx)])
        return steps

    before, between, after = await db.write(work)
    assert (before, sorted(between), after) == ([], [0, 1], [])


async def test_what_was_asked_of_a_killed_story_is_decided(db: Database) -> None:
    def work(tx: Transaction) -> int:
        story_id = file(tx)
        number = revise(tx, story_id, kind=RevisionKind.CORRECTION)
        waiting.add(tx, story_id, number, None)
        note(tx, story_id, Matter.CORRECTION, number=number)
        move(tx, story_id, StoryState.KILLED)
        return len(advisories.decided(tx))

    assert await db.write(work) == 1
