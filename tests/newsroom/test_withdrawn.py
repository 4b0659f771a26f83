"""What was withdrawn or is on hold does not come back in nearly the same words, whoever sends it."""

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
from newsroom.terms import bag_of
from newsroom.visitor import Visitor
from newsroom.wire import parse
from newsroom.withdrawn import ALIKE, likeness
from storage import stories
from storage.database import Database
from storage.records import ChatKind, RevisionKind, StoryState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, title="Samir", language="en")
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="en")
FALSE = "رئيس البلدية يستقيل\n\nأعلن رئيس بلدية صور استقالته من منصبه مساء الأحد بعد خلاف على ميزانية المرفأ."
NEARLY = "رئيس البلدية يستقيل\n\nأعلن رئيس بلدية صور استقالته من منصبه ليل الأحد إثر خلاف على ميزانية المرفأ."
OTHER = "رئيس البلدية يفتتح الرصيف\n\nافتتح رئيس بلدية صور الرصيف الشمالي للمرفأ أمام السفن الكبيرة."
MORE = OTHER + " وحضر الافتتاح عدد من البحارة."
TRUSTS = [Trust.PUSH, Trust.HAND, Trust.PUBLISH, Trust.REVIEW]


class Room:
    def __init__(self, db: Database) -> None:
        self.now = NOW
        self.db = db
        self.desk = Desk(db, House(owners=frozenset({7})), now=self.tick, pushed=lambda: None)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    async def take(self, text: str, source: str, trust: Trust = Trust.PUSH, **told: Any) -> Taken:
        draft = replace(parse(text.encode()), **told)
        return await self.desk.file(Copy(body=text.encode(), source=source, trust=trust), draft)

    async def kill(self, code: str) -> None:
        proposal = await self.desk.amending.propose_kill(EDITOR, code)
        await self.desk.amending.amend(EDITOR, str(proposal.question.buttons[0][0].data).partition(":")[2])

    async def state(self, code: str) -> StoryState:
        found = await self.db.read(lambda tx: stories.by_code(tx, code))
        assert found is not None
        return found.state


@pytest.fixture
def room(db: Database) -> Room:
    return Room(db)


@pytest.mark.parametrize("trust", TRUSTS)
async def test_nearly_the_words_of_a_withdrawn_story_wait_for_an_editor(room: Room, trust: Trust) -> None:
    false = await room.take(FALSE, "agency")
    await room.kill(false.code)
    again = await room.take(NEARLY, "paper", trust, urgency=1)
    assert (again.outcome, again.state, again.push) == (Outcome.NEW, StoryState.REVIEW, None)
    with pytest.raises(Refusal):
        await room.desk.latest(READER, "")
    queue = (await room.desk.publishing.queue(EDITOR)).text
    assert f"looks like {false.code}, which was withdrawn" in queue


@pytest.mark.parametrize("trust", TRUSTS)
async def test_a_second_source_does_not_let_out_what_waits_for_its_likeness(room: Room, trust: Trust) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    waits = await room.take(NEARLY, "paper")
    again = await room.take(NEARLY, "radio", trust, urgency=1)
    assert (again.outcome, again.code, again.push) == (Outcome.DUPLICATE, waits.code, None)
    assert await room.state(waits.code) is StoryState.REVIEW


async def test_an_editor_lets_it_out_all_the_same(room: Room) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    waits = await room.take(NEARLY, "paper")
    await room.desk.publishing.approve(EDITOR, waits.code)
    assert await room.state(waits.code) is StoryState.PUBLISHED
    assert waits.code in (await room.desk.latest(READER, "")).text


async def test_a_take_that_turns_into_it_is_kept_back(room: Room) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    first = await room.take(OTHER, "paper", uri="urn:quay")
    take = await room.take(NEARLY, "paper", uri="urn:quay")
    assert (take.code, take.kept_back) == (first.code, True)
    assert "يستقيل" not in (await room.desk.story(READER, first.code)).text
    assert "which was withdrawn" in (await room.desk.publishing.queue(EDITOR)).text


async def test_under_embargo_it_does_not_open_by_itself(room: Room) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    hour = timedelta(hours=1)
    waits = await room.take(NEARLY, "paper", embargo=room.now + hour)
    first = await room.take(OTHER, "paper", uri="urn:quay", embargo=room.now + hour)
    await room.take(NEARLY + " ولم يعلق.", "paper", uri="urn:quay")
    room.now += 2 * hour
    await room.desk.open_due()
    assert await room.state(waits.code) is StoryState.REVIEW
    assert "يستقيل" not in (await room.desk.story(READER, first.code)).text


async def test_of_a_story_on_hold_too_and_not_of_its_own_takes(room: Room) -> None:
    held = await room.take(FALSE, "agency", uri="urn:mayor")
    await room.desk.amending.hold(EDITOR, held.code)
    waits = await room.take(NEARLY, "paper", urgency=1)
    assert (waits.state, waits.push) == (StoryState.REVIEW, None)
    assert f"looks like {held.code}, which is on hold" in (await room.desk.publishing.queue(EDITOR)).text
    take = await room.take(NEARLY + " ولم يعلق.", "agency", uri="urn:mayor")
    assert (take.code, take.kept_back, take.state) == (held.code, False, StoryState.HELD)


async def test_other_news_goes_out_as_ever(room: Room) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    other = await room.take(OTHER, "paper", urgency=1)
    assert other.push is not None


async def test_a_withdrawal_of_the_same_words_is_no_shadow(room: Room) -> None:
    first = await room.take(FALSE, "agency", uri="urn:1")
    second = await room.take(OTHER, "agency", uri="urn:2")
    await room.kill(first.code)
    ended = await room.take(NEARLY, "agency", uri="urn:2", kind=RevisionKind.KILL)
    assert (ended.code, ended.state) == (second.code, StoryState.KILLED)


async def test_what_was_withdrawn_days_ago_is_forgotten(room: Room) -> None:
    await room.kill((await room.take(FALSE, "agency")).code)
    room.now += timedelta(hours=97)
    again = await room.take(NEARLY, "paper")
    assert again.state is StoryState.PUBLISHED


def test_a_few_other_words_are_alike_and_another_story_is_not() -> None:
    false, nearly, other, more = (
        bag_of(draft.headline, draft.sections).words
        for draft in (parse(text.encode()) for text in (FALSE, NEARLY, OTHER, MORE))
    )
    assert likeness(false, false) == pytest.approx(1.0, abs=0.001)
    assert likeness(false, nearly) >= ALIKE > likeness(false, other) + 0.2
    assert likeness(other, more) >= ALIKE
