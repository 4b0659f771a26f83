"""The Desk on real databases: copy in, questions answered, pushes made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from newsroom import copies, steps
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.message import Message
from newsroom.visitor import Visitor
from storage import audit, chats, pushes, stories
from storage.database import Database, Transaction
from storage.records import ChatKind, ChatState, Composed, Lane, PushKind, PushState, StoryState, Variant

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="ar")
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, title="Samir", language="en")
GROUP = Visitor(chat_id=-900, kind=ChatKind.GROUP, user_id=501, title="Neighbours")


class Watch:
    """The clock of a test, how often the courier was woken, and how often an editor's word was asked for."""

    def __init__(self) -> None:
        self.now = NOW
        self.woken = 0
        self.asked = 0

    def tell(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def wake(self) -> None:
        self.woken += 1

    def ask(self) -> None:
        self.asked += 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(db: Database, watch: Watch) -> Desk:
    return Desk(db, House(owners=frozenset({7})), now=watch.tell, pushed=watch.wake, asked=watch.ask)


def sample(name: str) -> bytes:
    return next(SAMPLES.glob(f"{name}*")).read_bytes()


def copy(body: bytes, *, source: str = "wire", trust: Trust = Trust.PUSH) -> Copy:
    return Copy(body=body, source=source, trust=trust)


async def take(desk: Desk, name: str) -> Taken:
    return await desk.take(copy(sample(name)))


def kill(tx: Transaction, code: str) -> None:
    story = stories.by_code(tx, code)
    assert story is not None
    copies.kill(tx, story, by=steps.by_editor(7), now=NOW)


def pressed(message: Message, prefix: str) -> str:
    found = [b.data for row in message.buttons for b in row if b.data and b.data.startswith(f"{prefix}:")]
    return found[0].partition(":")[2]


async def test_copy_becomes_a_story_that_readers_find(desk: Desk) -> None:
    taken = await take(desk, "03")
    assert (taken.outcome, taken.revision, taken.state) == (Outcome.NEW, 1, StoryState.PUBLISHED)
    card = await desk.story(READER, taken.code.lower())
    assert card.about == taken.code
    assert "بلغت العاصفة البحرية ساحل النور" in card.text
    listed = await desk.latest(READER, "")
    assert taken.code in listed.text


async def test_the_same_copy_again_is_a_duplicate_whatever_its_spelling(desk: Desk) -> None:
    first = await take(desk, "03")
    text = sample("03").decode()
    for again in (text.replace("\n", "\r\n"), "\ufeff" + text, text.replace("شخص", "شخـص")):
        taken = await desk.take(copy(again.encode(), source="other"))
        assert (taken.outcome, taken.code, taken.revision) == (Outcome.DUPLICATE, first.code, 1)


async def test_the_same_item_with_other_words_is_an_update(desk: Desk, db: Database) -> None:
    item = replace(copy(sample("07")), item_id="rail-1")
    first = await desk.take(item)
    second = await desk.take(replace(item, body=sample("07").replace(b"41", b"44")))
    assert (second.outcome, second.code, second.revision) == (Outcome.UPDATE, first.code, 2)
    back = await desk.take(item)
    assert (back.outcome, back.revision) == (Outcome.UPDATE, 3)
    again = await desk.take(item)
    assert (again.outcome, again.revision) == (Outcome.DUPLICATE, 3)
    stranger = await desk.take(replace(copy(sample("05"), source="other"), item_id="rail-1"))
    assert stranger.outcome is Outcome.NEW


async def test_a_name_of_one_story_on_the_words_of_another_changes_neither(desk: Desk) -> None:
    rail = await desk.take(replace(copy(sample("07")), item_id="rail-1"))
    rate = await desk.take(replace(copy(sample("04")), item_id="rate-1"))
    mixed = await desk.take(replace(copy(sample("04")), item_id="rail-1"))
    assert (mixed.outcome, mixed.code) == (Outcome.DUPLICATE, rate.code)
    again = await desk.take(replace(copy(sample("07")), item_id="rail-1"))
    assert (again.outcome, again.code) == (Outcome.DUPLICATE, rail.code)


async def test_a_duplicates_new_name_is_remembered(desk: Desk) -> None:
    first = await desk.take(copy(sample("07")))
    await desk.take(replace(copy(sample("07")), item_id="rail-1"))
    take = sample("07").replace(b"41", b"44")
    second = await desk.take(replace(copy(take), item_id="rail-1"))
    assert (second.outcome, second.code) == (Outcome.UPDATE, first.code)


async def test_many_at_once_make_one_story(desk: Desk) -> None:
    taken = await asyncio.gather(*(take(desk, "04") for _ in range(8)))
    assert len({one.code for one in taken}) == 1
    outcomes = [one.outcome for one in taken]
    assert (outcomes.count(Outcome.NEW), outcomes.count(Outcome.DUPLICATE)) == (1, 7)


async def test_a_killed_story_is_nowhere_and_stays_dead(desk: Desk, db: Database) -> None:
    taken = await take(desk, "06")
    other = await take(desk, "05")
    await db.write(lambda tx: kill(tx, taken.code))
    for who in (READER, EDITOR):
        with pytest.raises(Refusal, match="story_killed"):
            await desk.story(who, taken.code)
    assert taken.code not in (await desk.latest(READER, "")).text
    assert other.code in (await desk.latest(READER, "")).text
    with pytest.raises(Refusal, match="search_empty"):
        await desk.search(READER, "المرجان")
    again = await take(desk, "06")
    assert (again.outcome, again.code) == (Outcome.KILLED, taken.code)


@pytest.mark.parametrize(
    ("trust", "state", "is_pushed"),
    [
        (Trust.PUSH, StoryState.PUBLISHED, True),
        (Trust.PUBLISH, StoryState.PUBLISHED, False),
        (Trust.REVIEW, StoryState.REVIEW, False),
    ],
)
async def test_what_urgent_copy_may_do_hangs_on_its_source(
    desk: Desk, watch: Watch, trust: Trust, state: StoryState, is_pushed: bool
) -> None:
    taken = await desk.take(replace(copy(sample("03"), trust=trust), urgency=1))
    assert (taken.state, taken.push is not None, watch.woken) == (state, is_pushed, int(is_pushed))
    assert watch.asked == (state is StoryState.REVIEW)


async def test_ordinary_copy_of_any_source_is_published_and_pushes_nothing(desk: Desk, watch: Watch) -> None:
    for name, trust in (("04", Trust.REVIEW), ("05", Trust.PUBLISH), ("06", Trust.PUSH)):
        taken = await desk.take(copy(sample(name), trust=trust))
        assert (taken.state, taken.push) == (StoryState.PUBLISHED, None)
    assert watch.woken == 0


async def test_a_story_breaks_once_however_often_it_is_updated(desk: Desk) -> None:
    urgent = replace(copy(sample("03")), urgency=1, item_id="storm")
    first = await desk.take(urgent)
    second = await desk.take(replace(urgent, body=sample("03") + "\n\nوأعيد فتح المدارس.".encode()))
    assert first.push is not None
    assert (second.outcome, second.push) == (Outcome.UPDATE, None)


async def test_what_waits_for_review_is_for_editors_only(desk: Desk) -> None:
    taken = await desk.take(replace(copy(sample("03"), trust=Trust.REVIEW), urgency=1))
    with pytest.raises(Refusal, match="unknown_code"):
        await desk.story(READER, taken.code)
    with pytest.raises(Refusal, match="nothing_yet"):
        await desk.latest(READER, "")
    assert "بلغت العاصفة" in (await desk.story(EDITOR, taken.code)).text
    assert taken.code in (await desk.publishing.queue(EDITOR)).text


async def test_what_waits_is_out_once_a_source_brings_it_that_needs_no_editor(
    desk: Desk, watch: Watch
) -> None:
    urgent = replace(copy(sample("03")), urgency=1)
    waits = await desk.take(replace(urgent, trust=Trust.REVIEW))
    brought = await desk.take(replace(urgent, source="agency"))
    again = await desk.take(replace(urgent, source="agency"))
    assert (brought.outcome, brought.code) == (Outcome.DUPLICATE, waits.code)
    assert (brought.state, brought.push is not None, again.push) == (StoryState.PUBLISHED, True, None)
    assert waits.code in (await desk.latest(READER, "")).text
    assert watch.woken == 1


async def test_an_older_telling_that_comes_again_changes_and_breaks_nothing(desk: Desk, watch: Watch) -> None:
    named = replace(copy(sample("03")), item_id="storm")
    first = await desk.take(named)
    await desk.take(replace(named, body=sample("03") + "\n\nوأعيد فتح المدارس.".encode()))
    late = await desk.take(replace(named, item_id=None, urgency=1))
    assert (late.outcome, late.code, late.push) == (Outcome.DUPLICATE, first.code, None)
    assert watch.woken == 0


async def test_a_code_alone_is_a_story_only_for_who_may_read_it(desk: Desk) -> None:
    taken = await desk.take(replace(copy(sample("03"), trust=Trust.REVIEW), urgency=1))
    assert not (await desk.hint(READER, taken.code)).buttons
    assert pressed(await desk.hint(EDITOR, taken.code), "op") == taken.code


async def test_related_headlines_are_linked_also_when_their_story_comes_later(desk: Desk) -> None:
    storm = await take(desk, "03")
    before = await desk.related(READER, storm.code)
    warning = await take(desk, "01")
    train = await take(desk, "07")
    after = await desk.related(READER, storm.code)
    assert "قطار الساحل يعود إلى العمل بعد توقف يوم واحد" in before.text
    assert warning.code not in before.text
    assert {warning.code, train.code} <= set(after.text.replace("\u2068", " ").replace("\u2069", " ").split())


async def test_related_finds_stories_by_shared_rare_words(desk: Desk) -> None:
    for name in ("04", "05", "06"):
        await take(desk, name)
    port = await take(desk, "02")
    warning = await take(desk, "01")
    answer = await desk.related(READER, port.code)
    assert warning.code in answer.text
    rate = [await take(desk, "10")]
    assert rate[0].code not in answer.text


async def test_related_without_a_code_is_about_what_the_chat_saw(desk: Desk) -> None:
    for name in ("01", "02", "03"):
        await take(desk, name)
    first = await take(desk, "01")
    third = await take(desk, "03")
    with pytest.raises(Refusal, match="code_missing"):
        await desk.related(READER, "")
    await desk.shown(READER, 41, first.code)
    await desk.shown(READER, 42, third.code)
    assert (await desk.related(READER, "", replied_to=41)).about == first.code
    assert (await desk.related(READER, "")).about == third.code


async def test_an_unknown_code_suggests_what_was_meant(desk: Desk) -> None:
    taken = await take(desk, "05")
    slip = taken.code[1] + taken.code[0] + taken.code[2:]
    if slip == taken.code:
        slip = taken.code[:-1] + ("2" if taken.code[-1] != "2" else "3")
    with pytest.raises(Refusal) as refused:
        await desk.story(READER, slip)
    answer = await desk.refuse(READER, refused.value)
    assert [b.text for row in answer.buttons for b in row] == [taken.code]


async def test_a_topic_without_stories_is_told_from_no_news_at_all(desk: Desk) -> None:
    await take(desk, "05")
    with pytest.raises(Refusal, match="topic_empty") as refused:
        await desk.latest(READER, "economy")
    assert "economy" in (await desk.refuse(READER, refused.value)).text


async def test_topics_are_listed_counted_and_opened_by_any_name(desk: Desk) -> None:
    cup, rate = await take(desk, "05"), await take(desk, "04")
    page = await desk.topics(READER, "")
    assert "رياضة: خبر واحد" in page.text
    assert pressed(page, "to") == "economy"
    for name in ("sport", "رياضه", "medtop:15000000"):
        shown = (await desk.latest(READER, name)).text
        assert (cup.code in shown, rate.code in shown) == (True, False)


async def test_an_editors_topics_outlive_the_next_take(desk: Desk) -> None:
    first = await desk.take(replace(copy(sample("05")), item_id="cup"))
    answer = await desk.topics(EDITOR, f"{first.code} society، health")
    assert "Health and Society" in answer.text
    await desk.take(replace(copy(sample("05") + "\n\nوانتهت المباراة.".encode()), item_id="cup"))
    assert first.code in (await desk.latest(READER, "health")).text
    with pytest.raises(Refusal, match="topic_empty"):
        await desk.latest(READER, "sport")


@pytest.mark.parametrize("typed", ["{code}", "{code} nonsense", "{code} sport, nonsense"])
async def test_topics_that_are_none_are_refused(desk: Desk, typed: str) -> None:
    taken = await take(desk, "05")
    with pytest.raises(Refusal, match="topic_unknown"):
        await desk.topics(EDITOR, typed.format(code=taken.code))
    with pytest.raises(Refusal, match="not_editor"):
        await desk.topics(READER, f"{taken.code} sport")


async def test_search_forgives_the_spelling(desk: Desk) -> None:
    taken = await take(desk, "06")
    for typed in ("الشعاب المرجانية", "الشِّعاب المرجانيه", "شعاب مرجانية"):
        assert taken.code in (await desk.search(READER, typed)).text


async def test_coming_and_going(desk: Desk, db: Database) -> None:
    first = await desk.start(READER)
    again = await desk.start(READER)
    assert first.text != again.text
    assert await _audience(db) == 1
    await desk.stop(READER)
    assert await _audience(db) == 0
    await desk.start(READER)
    await desk.left(READER.chat_id, ChatState.BLOCKED, "blocked")
    assert await _audience(db) == 0
    await desk.help(READER)
    assert await _audience(db) == 1


async def test_a_group_is_set_by_its_administrators(desk: Desk, db: Database) -> None:
    with pytest.raises(Refusal, match="admins_only"):
        await desk.start(GROUP)
    await desk.start(replace(GROUP, administrator=True, thread_id=33))
    chat = await db.read(lambda tx: chats.by_telegram_id(tx, -900))
    assert chat is not None
    assert (chat.subscribed, chat.thread_id, chat.language) == (True, 33, "ar")
    await desk.moved(-900, -1000900)
    moved = await db.read(lambda tx: chats.by_telegram_id(tx, -1000900))
    assert moved is not None
    assert (moved.id, moved.subscribed) == (chat.id, True)


async def test_a_new_chat_speaks_its_users_language(desk: Desk) -> None:
    assert await desk.words_of(EDITOR) == "en"
    assert await desk.words_of(replace(READER, chat_id=9, language="fr")) == "ar"
    await desk.choose_language(EDITOR, "العربية")
    assert await desk.words_of(EDITOR) == "ar"
    with pytest.raises(Refusal, match="language_unknown"):
        await desk.choose_language(EDITOR, "klingon")


ACTS: dict[str, Callable[[Desk, Visitor], Awaitable[object]]] = {
    "publish": lambda desk, who: desk.publishing.publish(who, copy(b"News")),
    "breaking": lambda desk, who: desk.publishing.propose_breaking(who, "ABCD"),
    "broadcast": lambda desk, who: desk.publishing.propose_broadcast(
        who, Composed(method="sendMessage", params={"text": "x"})
    ),
    "send": lambda desk, who: desk.publishing.send(who, "token"),
    "drop": lambda desk, who: desk.publishing.drop(who, "token"),
    "queue": lambda desk, who: desk.publishing.queue(who),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "reason"), [(READER, "not_editor"), (replace(GROUP, user_id=7), "private_only")]
)
async def test_nobody_else_edits(desk: Desk, act: str, who: Visitor, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        await ACTS[act](desk, who)


async def test_breaking_is_proposed_shown_and_sent_once(desk: Desk, db: Database, watch: Watch) -> None:
    await desk.start(READER)
    taken = await desk.take(replace(copy(sample("03"), trust=Trust.REVIEW), urgency=1))
    proposal = await desk.publishing.propose_breaking(EDITOR, taken.code)
    assert isinstance(proposal.shown, Message)
    assert await _due(db) == []
    token = pressed(proposal.question, "go")
    results = await asyncio.gather(
        *(desk.publishing.send(EDITOR, token) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, Message) for one in results) == 1
    assert {str(one) for one in results if isinstance(one, Exception)} == {"proposal_gone"}
    assert await _due(db) == [(PushKind.BREAKING, Lane.BREAKING)]
    assert watch.woken == 1
    assert taken.code in (await desk.latest(READER, "")).text
    with pytest.raises(Refusal, match="already_pushed"):
        await desk.publishing.propose_breaking(EDITOR, taken.code)
    assert await db.read(audit.verify) is None


async def test_readers_get_exactly_what_the_editor_was_shown(desk: Desk, db: Database, watch: Watch) -> None:
    await desk.start(READER)
    taken = await take(desk, "03")
    proposal = await desk.publishing.propose_breaking(EDITOR, taken.code)
    await desk.publishing.send(EDITOR, pressed(proposal.question, "go"))
    [pushed] = await db.read(lambda tx: pushes.due(tx, watch.now))
    variant = Variant(language="en", zone="UTC", kind=ChatKind.PRIVATE)
    assert await desk.prepare(pushed, variant) == proposal.shown


async def test_a_story_that_changed_refuses_its_old_button(desk: Desk, db: Database) -> None:
    await desk.start(READER)
    item = replace(copy(sample("03")), item_id="storm")
    taken = await desk.take(item)
    proposal = await desk.publishing.propose_breaking(EDITOR, taken.code)
    await desk.take(replace(item, body=item.body + "\n\nوأعيد فتح المدارس.".encode()))
    with pytest.raises(Refusal, match="proposal_gone"):
        await desk.publishing.send(EDITOR, pressed(proposal.question, "go"))
    assert await _due(db) == []


async def test_a_broadcast_waits_for_its_button_and_may_be_dropped(desk: Desk, db: Database) -> None:
    composed = Composed(method="sendPhoto", params={"photo": "file-1", "caption": "صباح الخير"})
    with pytest.raises(Refusal, match="nobody_subscribed"):
        await desk.publishing.propose_broadcast(EDITOR, composed)
    await desk.start(READER)
    dropped = await desk.publishing.propose_broadcast(EDITOR, composed)
    await desk.publishing.drop(EDITOR, pressed(dropped.question, "no"))
    with pytest.raises(Refusal, match="proposal_gone"):
        await desk.publishing.send(EDITOR, pressed(dropped.question, "go"))
    sent = await desk.publishing.propose_broadcast(EDITOR, composed)
    await desk.publishing.send(EDITOR, pressed(sent.question, "go"))
    [pushed] = await db.read(lambda tx: pushes.due(tx, NOW + timedelta(days=1)))
    assert (pushed.composed, pushed.state, pushed.created_by) == (composed, PushState.APPROVED, 7)


async def test_an_editor_publishes_and_sees_what_was_understood(desk: Desk) -> None:
    answer = await desk.publishing.publish(EDITOR, copy(sample("03"), source="chat", trust=Trust.PUBLISH))
    assert "«لم نر مثلها»" in answer.text
    assert answer.about is not None
    assert answer.about in (await desk.latest(READER, "")).text


async def _audience(db: Database) -> int:
    def count(tx: Transaction) -> int:
        proposed = pushes.propose(
            tx,
            kind=PushKind.BROADCAST,
            lane=Lane.BROADCAST,
            composed=Composed(method="sendMessage", params={"text": "?"}),
            created_by=7,
            token=uuid4().hex,
            now=NOW,
        )
        return pushes.audience_size(tx, proposed)

    return await db.write(count)


async def _due(db: Database) -> list[tuple[PushKind, Lane]]:
    due = await db.read(lambda tx: pushes.due(tx, NOW + timedelta(days=1)))
    return [(one.kind, one.lane) for one in due]
