"""Names of the wire that lead to a story: whose word on it counts, whatever door the copy came by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from newsroom import authority, slugs
from newsroom.authority import Say
from newsroom.desk import Desk
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from newsroom.wire import parse
from storage import stories, waiting
from storage.database import Database
from storage.records import ChatKind, RevisionKind, StoryState, Tellers

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, title="Samir", language="en")
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="en")
URI = "urn:newsml:agency.example:20260301:quay"
QUAY = "Northern quay opens\n\nThe harbour authority opened the northern quay to large ships on Sunday."
FERRY = "Ferry to Tyre returns\n\nThe ferry to Tyre sails again from Monday, its owners said after repairs."
STORM = "Storm closes mountain road\n\nSnow closed the road over the mountain on Sunday, the police said."
BELOW_PUSH = [Trust.WAIT, Trust.REVIEW, Trust.PUBLISH]


class Wires:
    """Sources that speak to one desk."""

    def __init__(self, db: Database) -> None:
        self.now = NOW
        self.db = db
        self.desk = Desk(
            db,
            House(owners=frozenset({7})),
            now=self.tick,
            pushed=lambda: None,
        )

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    async def take(self, text: str, source: str, trust: Trust = Trust.PUSH, **told: Any) -> Taken:
        draft = replace(parse(text.encode()), **{"uri": URI, **told})
        return await self.desk.file(Copy(body=text.encode(), source=source, trust=trust), draft)

    async def headline(self, code: str) -> str | None:
        found = await self.db.read(lambda tx: stories.by_code(tx, code))
        assert found is not None
        return found.revision.headline

    async def state(self, code: str) -> StoryState:
        found = await self.db.read(lambda tx: stories.by_code(tx, code))
        assert found is not None
        return found.state


@pytest.fixture
def wires(db: Database) -> Wires:
    return Wires(db)


async def test_one_item_relayed_by_two_sources_that_push_is_one_story(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency")
    second = await wires.take(FERRY, "relay")
    assert (second.outcome, second.code, second.revision) == (Outcome.UPDATE, first.code, 2)


@pytest.mark.parametrize("trust", BELOW_PUSH)
async def test_by_the_name_of_anothers_story_a_source_tells_a_story_of_its_own(
    wires: Wires, trust: Trust
) -> None:
    first = await wires.take(QUAY, "agency")
    second = await wires.take(FERRY, "paper", trust)
    assert (second.outcome, second.revision) == (Outcome.NEW, 1)
    assert second.code != first.code
    assert await wires.headline(first.code) == "Northern quay opens"
    seen = (await wires.desk.story(EDITOR, second.code)).text
    assert first.code in seen
    assert "gives both the same name" in seen


async def test_it_goes_on_with_its_own_and_the_others_with_theirs(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency")
    second = await wires.take(FERRY, "paper", Trust.REVIEW)
    third = await wires.take(STORM, "paper", Trust.REVIEW)
    assert (third.outcome, third.code, third.revision) == (Outcome.UPDATE, second.code, 2)
    fourth = await wires.take(QUAY + " Work goes on.", "agency")
    assert (fourth.outcome, fourth.code, fourth.revision) == (Outcome.UPDATE, first.code, 2)


@pytest.mark.parametrize("trust", BELOW_PUSH)
@pytest.mark.parametrize("kind", [RevisionKind.CORRECTION, RevisionKind.HOLD, RevisionKind.KILL])
async def test_what_it_says_against_anothers_story_waits_for_an_editor(
    wires: Wires, trust: Trust, kind: RevisionKind
) -> None:
    first = await wires.take(QUAY, "agency")
    against = await wires.take(FERRY, "paper", trust, kind=kind)
    assert (against.code, against.kept_back) == (first.code, True)
    assert await wires.headline(first.code) == "Northern quay opens"
    assert await wires.state(first.code) is StoryState.PUBLISHED
    [telling] = await wires.db.read(lambda tx: waiting.for_editors(tx, 5))
    assert (telling.code, telling.kind, telling.source) == (first.code, kind, "paper")


async def test_a_name_taken_beforehand_neither_keeps_out_nor_leads_astray(wires: Wires) -> None:
    squat = await wires.take(FERRY, "paper", Trust.REVIEW)
    await wires.desk.amending.amend(EDITOR, await _token(wires, squat.code))
    assert await wires.state(squat.code) is StoryState.KILLED
    told = await wires.take(QUAY, "agency", urgency=1)
    assert told.outcome is Outcome.NEW
    assert told.push is not None


async def test_what_two_plain_sources_call_by_one_name_is_linked(wires: Wires) -> None:
    first = await wires.take(FERRY, "paper", Trust.REVIEW)
    second = await wires.take(QUAY, "radio", Trust.REVIEW)
    agency = await wires.take(STORM, "agency")
    for code in (second.code, agency.code):
        assert first.code in (await wires.desk.story(EDITOR, code)).text


async def test_the_same_words_are_the_same_story_whoever_relays_them(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency")
    again = await wires.take(QUAY, "paper", Trust.REVIEW)
    assert (again.outcome, again.code) == (Outcome.DUPLICATE, first.code)
    later = await wires.take(FERRY, "paper", Trust.REVIEW)
    assert later.outcome is Outcome.NEW
    more = await wires.take(FERRY + " Tickets are sold.", "paper", Trust.REVIEW)
    assert (more.outcome, more.code) == (Outcome.UPDATE, later.code)


async def test_what_it_evolved_from_opens_no_back_door(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency")
    second = await wires.take(FERRY, "paper", Trust.PUBLISH, uri=None, evolved_from=URI)
    assert second.outcome is Outcome.NEW
    assert second.code != first.code
    assert await wires.headline(first.code) == "Northern quay opens"


async def test_a_story_under_embargo_is_not_told_apart_by_its_name(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency", embargo=NOW + timedelta(hours=1))
    relayed = await wires.take(FERRY, "paper", Trust.PUBLISH)
    assert (relayed.code, relayed.kept_back) == (first.code, True)
    assert await wires.state(first.code) is StoryState.EMBARGOED


async def test_what_an_editor_corrected_is_not_undone_by_the_next_take(wires: Wires) -> None:
    first = await wires.take(QUAY, "paper", Trust.REVIEW)
    copy = Copy(body=FERRY.encode(), source="chat", trust=Trust.HAND, charset="utf-8")
    proposal = await wires.desk.amending.propose_correction(EDITOR, first.code, copy)
    await wires.desk.amending.amend(EDITOR, str(proposal.question.buttons[0][0].data).partition(":")[2])
    take = await wires.take(QUAY + " Work goes on.", "paper", Trust.REVIEW)
    assert (take.code, take.kept_back) == (first.code, True)
    assert await wires.headline(first.code) == "Ferry to Tyre returns"


async def test_an_editors_hand_goes_on_with_any_story(wires: Wires) -> None:
    first = await wires.take(QUAY, "agency")
    second = await wires.take(FERRY, "chat", Trust.HAND)
    assert (second.outcome, second.code) == (Outcome.UPDATE, first.code)


@pytest.mark.parametrize(
    ("first", "newest", "kind", "state"),
    list(product(["paper", "agency"], ["paper", "agency"], RevisionKind, StoryState)),
)
def test_readers_words_of_another_are_never_replaced_by_its_word_alone(
    first: str, newest: str, kind: RevisionKind, state: StoryState
) -> None:
    said = authority.say("paper", kind, state, Tellers(first=first, newest=newest))
    assert (said is Say.GO_ON) == (first == newest == "paper")
    if said is Say.APART:
        assert (first, state) == ("agency", StoryState.PUBLISHED)


async def _token(wires: Wires, code: str) -> str:
    proposal = await wires.desk.amending.propose_kill(EDITOR, code)
    return str(proposal.question.buttons[0][0].data).partition(":")[2]


QUAKE = (
    "زلزال قوي يضرب شرق إيران\n\nضرب زلزال قوي شرق إيران صباح الأحد، وقالت وسائل إعلام محلية إن السكان "
    "خرجوا إلى الشوارع في عدة مدن، ولم ترد تقارير فورية عن إصابات."
)
AFTER = (
    "قتلى تحت الأنقاض بعد زلزال قوي في شرق إيران\n\nقال مسؤولون إن قتلى سقطوا حين ضرب زلزال قوي شرق إيران "
    "صباح الأحد، وإن فرق الإنقاذ تبحث عن ناجين تحت الأنقاض في عدة مدن خرج سكانها إلى الشوارع."
)
SUNNY = (
    "طقس مشمس في الساحل\n\nتوقعت الأرصاد طقسا مشمسا في الساحل يوم الاثنين، مع رياح خفيفة وأمواج هادئة أمام "
    "الشواطئ طوال النهار."
)


async def slugged(wires: Wires, text: str, slug: str, source: str = "agency", **told: Any) -> Taken:
    return await wires.take(text, source, Trust.REVIEW, uri=None, slugline=slug, **told)


async def test_takes_under_one_slug_are_one_story(wires: Wires) -> None:
    first = await slugged(wires, QUAKE, "IRAN-QUAKE")
    second = await slugged(wires, AFTER, "IRAN-QUAKE 2ND LD")
    assert (second.outcome, second.code, second.revision) == (Outcome.UPDATE, first.code, 2)
    seen = (await wires.desk.story(EDITOR, first.code)).text
    assert "Telling 2 has the slug of this story" in seen
    assert "iran-quake" in seen
    assert "slug" not in (await wires.desk.story(READER, first.code)).text


async def test_a_slug_is_its_sources(wires: Wires) -> None:
    first = await slugged(wires, QUAKE, "IRAN-QUAKE")
    other = await slugged(wires, AFTER, "IRAN-QUAKE", source="radio")
    assert other.outcome is Outcome.NEW
    assert first.code in (await wires.desk.story(EDITOR, other.code)).text


async def test_under_one_slug_other_words_are_another_story(wires: Wires) -> None:
    first = await slugged(wires, QUAKE, "/العين/")
    other = await slugged(wires, SUNNY, "/العين/")
    assert other.outcome is Outcome.NEW
    assert other.code != first.code
    again = await slugged(wires, SUNNY + " وتهب رياح مساء.", "/العين/")
    assert (again.outcome, again.code) == (Outcome.UPDATE, other.code)


@pytest.mark.parametrize(("hours", "outcome"), [(23, Outcome.UPDATE), (25, Outcome.NEW)])
async def test_yesterdays_slug_is_no_name_today(wires: Wires, hours: int, outcome: Outcome) -> None:
    first = await slugged(wires, QUAKE, "IRAN-QUAKE")
    wires.now += timedelta(hours=hours)
    again = QUAKE.split("\n\n", maxsplit=1)[1] + "\n\n" + AFTER.split("\n\n", maxsplit=1)[1]
    later = await slugged(wires, "زلزال قوي يضرب شرق إيران من جديد\n\n" + again, "IRAN-QUAKE")
    assert later.outcome is outcome
    assert first.code in (await wires.desk.story(EDITOR, later.code)).text, (
        "its words lead there all the same"
    )


async def test_a_story_that_an_editor_split_off_takes_no_more_by_its_slug(wires: Wires) -> None:
    first = await slugged(wires, QUAKE, "IRAN-QUAKE")
    other = await slugged(wires, AFTER, "IRAN-QUAKE", source="radio")
    await wires.desk.publishing.split(EDITOR, other.code)
    assert first.code not in (await wires.desk.story(EDITOR, other.code)).text


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "has the name of this story: " + URI),
        ({"uri": None, "evolved_from": URI}, "evolved from this story: " + URI),
        ({"uri": None, "alt_ids": ("q7",)}, "has its source’s name for this story: q7"),
    ],
)
async def test_editors_see_by_which_name_a_take_came(wires: Wires, told: dict[str, Any], why: str) -> None:
    first = await wires.take(QUAY, "agency", alt_ids=("q7",))
    second = await wires.take(FERRY, "agency", **told)
    assert second.code == first.code
    assert f"Telling 2 {why}" in (await wires.desk.story(EDITOR, first.code)).text


async def test_the_queue_says_whose_event_a_waiting_item_tells(wires: Wires) -> None:
    first = await wires.take(QUAKE, "agency")
    waits = await wires.take(AFTER, "paper", Trust.WAIT, uri=None)
    assert waits.state is StoryState.REVIEW
    queue = (await wires.desk.publishing.queue(EDITOR)).text
    assert f"Because it is like {first.code}" in queue
    assert waits.code in queue


async def test_the_queue_says_by_which_name_a_telling_came(wires: Wires) -> None:
    await wires.take(QUAY, "agency")
    await wires.take(FERRY, "paper", Trust.REVIEW, kind=RevisionKind.CORRECTION)
    assert "Telling 2 has the name of this story" in (await wires.desk.publishing.queue(EDITOR)).text


@pytest.mark.parametrize(
    ("slugline", "normal"),
    [
        ("IRAN-QUAKE", "iran-quake"),
        ("IRAN-QUAKE 2ND LD-WRITETHRU", "iran-quake"),
        ("URGENT IRAN-QUAKE/3", "iran-quake"),
        ("UPDATE 1-IRAN/QUAKE", "iran-quake"),
        ("G20-SUMMIT", "g20-summit"),
        ("/العين/", "العين"),
        ("2ND LD", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_slug_without_what_tells_its_takes_apart(slugline: str | None, normal: str | None) -> None:
    assert slugs.normal(slugline) == normal
