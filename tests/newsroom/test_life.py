"""Stories through their life, on real databases: what editors and the clock do, what embargoes keep back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.message import Message
from newsroom.proposing import Proposal
from newsroom.visitor import Visitor
from newsroom.wire import parse
from storage import audit, pushes, stories
from storage.database import Database
from storage.records import ChatKind, RevisionKind, StoryState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, language="ar")
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, language="en")
QUAY = "أعلنت هيئة الموانئ افتتاح الرصيف الشمالي أمام السفن الكبيرة."
MORE = QUAY + "\n\nوقالت إن أول سفينة تصل يوم الخميس."


class Room:
    """A desk with a clock that stands until it is moved."""

    def __init__(self, db: Database) -> None:
        self.now = NOW
        self.db = db
        self.woken = 0
        self.desk = Desk(db, House(owners=frozenset({7})), now=lambda: self.now, pushed=self.wake)

    def wake(self) -> None:
        self.woken += 1

    async def file(
        self, words: str = QUAY, *, trust: Trust = Trust.PUSH, name: str | None = None, **told: Any
    ) -> Taken:
        draft = replace(parse(words.encode()), **told)
        copy = Copy(body=words.encode(), source="wire", trust=trust, urgency=draft.urgency, item_id=name)
        return await self.desk.file(copy, draft)

    async def state(self, code: str) -> StoryState:
        found = await self.db.read(lambda tx: stories.by_code(tx, code))
        assert found is not None
        return found.state

    async def is_out(self, code: str) -> bool:
        """Through every door that a reader has."""
        seen = set()
        for door in (self.desk.latest(READER, ""), self.desk.search(READER, "الرصيف الشمالي")):
            try:
                seen.add(code in (await door).text)
            except Refusal:
                seen.add(False)
        for asked in (self.desk.story, self.desk.sections, self.desk.related, self.desk.follow):
            try:
                await asked(READER, code)
                seen.add(True)
            except Refusal as refusal:
                seen.add(refusal.reason != "unknown_code")
        assert len(seen) == 1, "one door tells what another keeps"
        return seen.pop()

    async def approve(self, code: str) -> None:
        """As shown, by the first button."""
        asked = await self.desk.publishing.approve(EDITOR, code)
        assert isinstance(asked, Proposal)
        assert "الخميس" in getattr(asked.shown, "text", "")
        assert "الخميس" not in (await self.desk.story(READER, code)).text
        await self.desk.amending.amend(EDITOR, str(asked.question.buttons[0][0].data).partition(":")[2])

    async def wait_until(self, instant: datetime) -> None:
        self.now = instant
        await self.desk.open_due()

    async def pushed(self) -> int:
        return len(await self.db.read(lambda tx: pushes.due(tx, self.now)))


@pytest.fixture
def room(db: Database) -> Room:
    return Room(db)


async def test_an_embargo_opens_by_itself_and_breaks_then(room: Room) -> None:
    taken = await room.file(embargo=NOW + HOUR, urgency=1)
    assert (taken.outcome, taken.state, taken.push) == (Outcome.NEW, StoryState.EMBARGOED, None)
    await room.wait_until(NOW + HOUR - timedelta(seconds=1))
    assert (await room.is_out(taken.code), await room.pushed()) == (False, 0)
    await room.wait_until(NOW + HOUR)
    assert (await room.is_out(taken.code), await room.pushed(), room.woken) == (True, 1, 1)
    await room.wait_until(NOW + 2 * HOUR)
    assert (await room.pushed(), room.woken) == (1, 1)


async def test_a_take_that_says_nothing_of_the_embargo_inherits_it(room: Room) -> None:
    first = await room.file(embargo=NOW + HOUR, name="quay")
    second = await room.file(MORE, name="quay", urgency=1)
    assert (second.code, second.state, second.push) == (first.code, StoryState.EMBARGOED, None)
    assert not await room.is_out(first.code)
    await room.wait_until(NOW + HOUR)
    assert (await room.is_out(first.code), await room.pushed()) == (True, 1)


async def test_another_source_without_the_embargo_does_not_break_it(room: Room) -> None:
    first = await room.file(embargo=NOW + HOUR)
    again = await room.file(trust=Trust.PUBLISH)
    assert (again.outcome, again.code, again.state) == (Outcome.DUPLICATE, first.code, StoryState.EMBARGOED)
    assert not await room.is_out(first.code)


async def test_a_trusted_source_lifts_it_and_another_does_not(room: Room) -> None:
    first = await room.file(embargo=NOW + HOUR, name="quay")
    await room.file(MORE, name="quay", embargo=NOW - HOUR, trust=Trust.REVIEW)
    assert not await room.is_out(first.code)
    lifted = await room.file(MORE + " وبدأ العمل.", name="quay", embargo=NOW - HOUR)
    assert (lifted.state, await room.is_out(first.code)) == (StoryState.PUBLISHED, True)


async def test_an_editor_cannot_break_an_embargo_in_any_way(room: Room) -> None:
    await room.desk.start(READER)
    taken = await room.file(embargo=NOW + HOUR, urgency=1, trust=Trust.REVIEW)
    assert taken.state is StoryState.REVIEW
    for act in (
        room.desk.publishing.propose_breaking(EDITOR, taken.code),
        room.desk.publishing.schedule(EDITOR, f"{taken.code} 12:30"),
    ):
        with pytest.raises(Refusal, match="under_embargo"):
            await act
    answer = await room.desk.publishing.approve(EDITOR, taken.code)
    assert isinstance(answer, Message)
    assert "13:00" in answer.text
    assert (await room.state(taken.code), await room.is_out(taken.code)) == (StoryState.EMBARGOED, False)
    await room.wait_until(NOW + HOUR)
    assert await room.is_out(taken.code)


async def test_a_proposal_made_before_the_embargo_was_known_is_gone(room: Room) -> None:
    await room.desk.start(READER)
    taken = await room.file(urgency=1, trust=Trust.REVIEW, name="quay")
    proposal = await room.desk.publishing.propose_breaking(EDITOR, taken.code)
    token = str(proposal.question.buttons[0][0].data).partition(":")[2]
    await room.file(urgency=1, trust=Trust.REVIEW, name="quay", embargo=NOW + HOUR)
    with pytest.raises(Refusal, match="proposal_gone"):
        await room.desk.publishing.send(EDITOR, token)
    assert not await room.is_out(taken.code)


async def test_a_scheduled_story_is_out_at_its_hour(room: Room) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW)
    answer = await room.desk.publishing.schedule(EDITOR, f"{taken.code} 12:30")
    assert "12:30" in answer.text
    assert (await room.state(taken.code), await room.is_out(taken.code)) == (StoryState.SCHEDULED, False)
    await room.wait_until(NOW + timedelta(minutes=30))
    assert (await room.is_out(taken.code), await room.pushed()) == (True, 0)


async def test_a_schedule_is_moved_and_taken_off(room: Room) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW)
    for typed in ("12:30", "14:00"):
        await room.desk.publishing.schedule(EDITOR, f"{taken.code} {typed}")
    await room.wait_until(NOW + HOUR)
    assert await room.state(taken.code) is StoryState.SCHEDULED
    await room.desk.publishing.schedule(EDITOR, f"{taken.code} off")
    await room.wait_until(NOW + 3 * HOUR)
    assert (await room.state(taken.code), await room.is_out(taken.code)) == (StoryState.APPROVED, False)
    await room.desk.publishing.approve(EDITOR, taken.code)
    assert await room.is_out(taken.code)


async def test_an_embargo_that_comes_later_outranks_the_schedule(room: Room) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW, name="quay")
    await room.desk.publishing.schedule(EDITOR, f"{taken.code} 12:30")
    await room.file(MORE, name="quay", embargo=NOW + HOUR, trust=Trust.REVIEW)
    await room.wait_until(NOW + timedelta(minutes=45))
    assert (await room.state(taken.code), await room.is_out(taken.code)) == (StoryState.EMBARGOED, False)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "time_missing"),
        ("soon", "time_unclear"),
        ("2026-03-01 11:00", "time_past"),
        ("off", "not_while_review"),
    ],
)
async def test_a_schedule_that_cannot_be(room: Room, typed: str, reason: str) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW)
    with pytest.raises(Refusal, match=reason):
        await room.desk.publishing.schedule(EDITOR, f"{taken.code} {typed}")


async def test_what_is_published_cannot_be_scheduled(room: Room) -> None:
    taken = await room.file()
    with pytest.raises(Refusal, match="not_while_published"):
        await room.desk.publishing.schedule(EDITOR, f"{taken.code} 18:00")


async def test_rejected_copy_is_a_draft_that_a_source_cannot_bring_back(room: Room) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW)
    await room.desk.publishing.reject(EDITOR, taken.code)
    again = await room.file(urgency=1, trust=Trust.PUSH)
    assert (again.code, again.state, again.push) == (taken.code, StoryState.DRAFT, None)
    assert not await room.is_out(taken.code)
    await room.desk.publishing.approve(EDITOR, taken.code)
    assert await room.is_out(taken.code)


async def test_every_step_is_in_the_audit(room: Room, db: Database) -> None:
    taken = await room.file(urgency=1, trust=Trust.REVIEW)
    await room.desk.publishing.schedule(EDITOR, f"{taken.code} 12:30")
    await room.wait_until(NOW + HOUR)
    entries = await db.read(lambda tx: audit.recent(tx, 9))
    told = [
        (entry.actor, entry.action) for entry in reversed(entries) if entry.subject == f"story:{taken.code}"
    ]
    assert told == [("editor:7", "story.approve"), ("editor:7", "story.schedule"), ("clock", "story.open")]


async def test_an_update_under_embargo_leaves_the_story_as_it_was_until_then(room: Room) -> None:
    first = await room.file(name="quay")
    later = await room.file(MORE, name="quay", embargo=NOW + HOUR)
    assert (later.outcome, later.revision, later.kept_back) == (Outcome.UPDATE, 2, True)
    assert await room.is_out(first.code)
    assert "الخميس" not in (await room.desk.story(READER, first.code)).text
    with pytest.raises(Refusal, match="search_empty"):
        await room.desk.search(READER, "الخميس")
    again = await room.file(MORE, name="quay", embargo=NOW + HOUR)
    assert (again.outcome, again.revision) == (Outcome.DUPLICATE, 2)
    await room.wait_until(NOW + HOUR)
    assert "الخميس" in (await room.desk.story(READER, first.code)).text
    assert first.code in (await room.desk.search(READER, "الخميس")).text


async def test_the_next_take_of_an_update_under_embargo_is_under_it_too(room: Room) -> None:
    first = await room.file(name="quay")
    await room.file(MORE, name="quay", embargo=NOW + HOUR)
    third = await room.file(MORE + " والقبطان من صور.", name="quay")
    assert (third.revision, third.kept_back) == (3, True)
    await room.wait_until(NOW + HOUR)
    shown = (await room.desk.story(EDITOR, first.code)).text
    assert "القبطان" in shown


async def test_an_older_telling_that_comes_out_late_replaces_no_newer_one(room: Room) -> None:
    first = await room.file(name="quay")
    await room.file(MORE, name="quay", embargo=NOW + HOUR)
    await room.file(MORE + " والقبطان من صور.", name="quay", embargo=NOW)
    await room.wait_until(NOW + HOUR)
    assert "القبطان" in (await room.desk.story(READER, first.code)).text


@pytest.mark.parametrize("kind", [RevisionKind.CORRECTION, RevisionKind.HOLD, RevisionKind.KILL])
async def test_what_weighs_waits_for_an_editor_where_its_source_is_not_trusted(
    room: Room, kind: RevisionKind
) -> None:
    first = await room.file(name="quay", trust=Trust.REVIEW)
    taken = await room.file(MORE, name="quay", kind=kind, trust=Trust.REVIEW)
    assert (taken.code, taken.kept_back, taken.state) == (first.code, True, StoryState.PUBLISHED)
    assert await room.is_out(first.code)
    assert first.code in (await room.desk.publishing.queue(EDITOR)).text
    await room.desk.publishing.reject(EDITOR, first.code)
    assert "الخميس" not in (await room.desk.story(READER, first.code)).text
    with pytest.raises(Refusal, match="not_while_published"):
        await room.desk.publishing.reject(EDITOR, first.code)


async def test_an_approved_correction_is_what_the_story_says(room: Room) -> None:
    first = await room.file(name="quay", trust=Trust.REVIEW)
    await room.file(MORE, name="quay", kind=RevisionKind.CORRECTION, trust=Trust.REVIEW)
    await room.approve(first.code)
    assert "الخميس" in (await room.desk.story(READER, first.code)).text


@pytest.mark.parametrize(
    ("kind", "state"), [(RevisionKind.KILL, StoryState.KILLED), (RevisionKind.HOLD, StoryState.HELD)]
)
async def test_a_cancellation_that_comes_before_its_story_keeps_it_out(
    room: Room, kind: RevisionKind, state: StoryState
) -> None:
    first = await room.file(name="quay", kind=kind)
    later = await room.file(MORE, name="quay", urgency=1)
    assert (first.state, later.code, later.state, later.push) == (state, first.code, state, None)
    assert not await room.is_out(first.code)


async def test_only_the_correction_that_was_shown_is_let_in(room: Room) -> None:
    first = await room.file(name="quay", trust=Trust.REVIEW)
    await room.file(MORE, name="quay", kind=RevisionKind.CORRECTION, trust=Trust.REVIEW)
    asked = await room.desk.publishing.approve(EDITOR, first.code)
    assert isinstance(asked, Proposal)
    token = str(asked.question.buttons[0][0].data).partition(":")[2]
    await room.file(MORE + " والقبطان من صور.", name="quay", trust=Trust.PUBLISH)
    with pytest.raises(Refusal, match="proposal_gone"):
        await room.desk.amending.amend(EDITOR, token)


async def test_of_a_source_whose_all_waits_the_next_takes_wait_too(room: Room) -> None:
    first = await room.file(name="quay")
    taken = await room.file(MORE, name="quay", trust=Trust.WAIT)
    assert (taken.code, taken.kept_back) == (first.code, True)
    await room.approve(first.code)
    assert "الخميس" in (await room.desk.story(READER, first.code)).text
