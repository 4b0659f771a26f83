"""What holds for every page, whatever the story is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hostile
import pytest
import tdlib
from hostile import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.engine import EngineState
from newsroom.errors import Refusal
from newsroom.events import MOST_SHOWN, Company
from newsroom.feeds.outcomes import EVERY
from newsroom.feeds.trust import FeedTrust
from newsroom.hours import Quiet
from newsroom.identity import Outcome
from newsroom.message import Message
from newsroom.related import Relation
from newsroom.render import (
    advising,
    approving,
    cards,
    commands,
    control,
    digest,
    doubting,
    editing,
    following,
    greetings,
    lists,
    queue,
    refusals,
    related,
    sections,
    stats,
)
from newsroom.render import feeds as feed_pages
from newsroom.render import settings as settings_pages
from newsroom.render.approving import Asking
from newsroom.render.doubting import Listed
from newsroom.render.stats import Standing, Whole
from newsroom.topics import SLUGS
from newsroom.words import Words, words_for
from storage.advisories import Matter, Pending
from storage.doubts import Doubt, Doubts
from storage.feed_log import Poll
from storage.feeds import Feed, FeedState, Kept
from storage.figures import Refused, Totals
from storage.records import (
    Chat,
    ChatKind,
    ChatState,
    Composed,
    Counts,
    Lane,
    Push,
    PushKind,
    PushState,
    RelatedLink,
    Revision,
    RevisionKind,
    Section,
    SectionKind,
    Story,
    StoryLine,
    StoryState,
)
from storage.waiting import Waiting

tellings = st.builds(
    Waiting,
    story_id=st.just(1),
    code=hostile.codes,
    state=st.just(StoryState.PUBLISHED),
    number=st.just(2),
    kind=st.sampled_from(sorted(set(RevisionKind) - {RevisionKind.NEW})),
    headline=st.none() | hostile.texts,
    language=st.sampled_from(["ar", "en"]),
    source=hostile.texts,
    created_at=st.just(NOW),
    until=st.none(),
)
NIGHT = Quiet("22:00", "07:00")
VARIANTS = [words_for("ar", "Africa/Cairo"), words_for("ar"), words_for("en")]
all_words = st.sampled_from(VARIANTS)
facts = st.dictionaries(
    st.sampled_from(["code", "typed", "wanted", "near", "other"]),
    st.one_of(hostile.texts, st.tuples(hostile.codes, hostile.codes), st.none(), st.integers()),
)
shared = st.lists(hostile.texts, max_size=3).map(tuple)
relations = st.builds(Relation, line=hostile.story_lines, score=st.just(0.5), shared=shared)
links = st.builds(
    RelatedLink, ordinal=st.integers(0, 9), headline=hostile.texts, code=st.none() | hostile.codes
)
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


def push(state: PushState = PushState.PROPOSED, number: int = 3) -> Push:
    return Push(id=number, kind=PushKind.BREAKING, lane=Lane.BREAKING, state=state, created_at=NOW)


def chat(**chosen: Any) -> Chat:
    """One that chose digests, and what is named."""
    return Chat(
        id=1,
        telegram_id=1,
        kind=ChatKind.PRIVATE,
        state=ChatState.ACTIVE,
        language="ar",
        zone="Africa/Cairo",
        subscribed=True,
        digest_times=("08:00", "18:30"),
        **chosen,
    )


def pages_of(told: Story, words: Words) -> Iterator[Message]:
    yield cards.alert(told, words, NOW)
    yield cards.story(told, words, NOW, for_editor=True)
    yield following.followed(words, told)
    yield following.unfollowed(words, told)
    yield editing.filed(told, Outcome.NEW, words, NOW)
    yield from sections_of(told, words)


def sections_of(told: Story, words: Words) -> Iterator[Message]:
    try:
        yield sections.contents(told, words)
    except Refusal as refused:
        yield refusals.refusal(words, refused)
    for section in told.revision.sections:
        yield sections.section(told, section.anchor, 2, words)


@given(hostile.stories, all_words)
@slow
def test_every_page_of_a_story_can_be_sent_and_read(told: Story, words: Words) -> None:
    for message in pages_of(told, words):
        hostile.assert_sendable(message)
        assert_telegram_keeps(message)


def advisories(line: StoryLine, kept: Waiting) -> Iterator[Pending]:
    for matter in Matter:
        said = line if matter in (Matter.BREAKING, Matter.DOUBTFUL) else kept
        yield Pending(matter=matter, story_id=1, code=said.code, number=99_999, said=said)


@given(hostile.stories, hostile.story_lines, tellings, all_words)
@slow
def test_every_advisory_can_be_sent_and_read(
    told: Story, line: StoryLine, kept: Waiting, words: Words
) -> None:
    company = Company(others=(line,) * MOST_SHOWN, why=None, matched=None)
    pages = [advising.pending(one, told, company, words, NOW) for one in advisories(line, kept)]
    for message in (*pages, advising.decided(told, words), advising.decided(None, words)):
        hostile.assert_sendable(message)
        hostile.assert_every_line_reads(message, words.direction)
        assert_telegram_keeps(message)


@given(st.lists(hostile.story_lines, max_size=20), st.lists(tellings, max_size=12), hostile.texts, all_words)
@slow
def test_every_list_can_be_sent_and_read(
    found: list[StoryLine], kept: list[Waiting], wanted: str, words: Words
) -> None:
    for message in (
        lists.latest(found, words, NOW),
        lists.search(found, wanted, words, NOW),
        queue.queue(
            found, kept, [push(state, 10**9) for state in PushState], words, NOW, passed_over=found, kin={}
        ),
    ):
        hostile.assert_sendable(message)
        hostile.assert_every_line_reads(message, words.direction)
        assert_telegram_keeps(message)


@given(hostile.stories, st.lists(links, max_size=9), st.lists(relations, max_size=6), all_words)
@slow
def test_related_can_be_sent_and_read(
    told: Story, own: list[RelatedLink], others: list[Relation], words: Words
) -> None:
    message = related.related(replace(told, related=tuple(own)), others, words, NOW)
    hostile.assert_sendable(message)
    hostile.assert_every_line_reads(message, words.direction)
    assert_telegram_keeps(message)


@given(st.sampled_from(sorted(refusals.REASONS)) | st.text(max_size=20), facts, all_words)
def test_every_refusal_can_be_sent_whatever_its_facts(
    reason: str, said: dict[str, object], words: Words
) -> None:
    message = refusals.refusal(words, Refusal(reason, **said))
    hostile.assert_sendable(message)
    hostile.assert_every_line_reads(message, words.direction)


def standing() -> Standing:
    composed = Composed(method="sendMessage", params={"text": "Mixed خبر عاجل 12 (اختبار)"})
    refused = (Refused("blocked: Forbidden", 3), Refused(None, 1))
    brake = ("halted",)
    mixed = replace(
        push(), story_id=None, composed=composed, deliver_by=NOW, counts=Counts(planned=9, sent=2)
    )
    unchanged = (Refused("copy_unchanged: message is not modified", 1),)
    return Standing(push=mixed, rate=7.5, brake=brake, refused=refused, unchanged=unchanged, unsure=3)


def whole() -> Whole:
    engine = EngineState(sends=True, window=20, rate=29.5, permitted=30.0, penalty=65.0)
    totals = Totals(pushes=11, counts=Counts(planned=9, sent=2))
    return Whole(totals=totals, going=[push()], engine=engine, brake=["halted"])


def asking() -> Asking:
    return Asking(standing=standing(), audience=1200, seconds=40, given=1, needed=2, may_approve=True)


def unsure() -> Listed:
    names = (None, "مجموعة News (2)")
    chats = [
        Doubt(telegram_id=-1001, kind=ChatKind.SUPERGROUP, title=name, copies=2, at=NOW) for name in names
    ]
    found = Doubts(unsure=30, resendable=11, mark="30_1_1")
    return Listed(push=push(), doubts=found, chats=chats, page=1, rest=28)


@given(hostile.texts, all_words)
def test_every_hint_can_be_sent_whatever_was_typed(typed: str, words: Words) -> None:
    for message in (greetings.hint(words, typed), greetings.hint(words, f"/{typed}")):
        hostile.assert_sendable(message)
        hostile.assert_every_line_reads(message, words.direction)


@pytest.mark.parametrize("words", VARIANTS)
def test_every_fixed_page_reads_the_way_of_its_language(words: Words) -> None:
    for message in (
        greetings.start(words),
        greetings.start(words, again=True),
        greetings.start(words, in_group=True),
        greetings.help_page(words, for_editor=True),
        greetings.stop(words),
        greetings.languages(words),
        greetings.language_chosen(words),
        editing.proposal(push(), 4, 400, words, token="a" * 16),
        editing.sending(push(PushState.APPROVED), 4, words),
        approving.noted(push(PushState.PROPOSED), 1, 2, words),
        approving.rejected(push(PushState.CANCELLED), words),
        approving.asking(asking(), words, NOW),
        stats.of_push(standing(), words, NOW),
        stats.of_all(whole(), words, NOW),
        doubting.listed(unsure(), words, NOW),
        doubting.resent(push(), 5, words),
        doubting.left(push(), 1, words),
        editing.dropped(words),
        control.status(push(), words, NOW),
        control.stopped(push(PushState.PAUSED), 3, words, NOW),
        control.stopped(push(PushState.CANCELLED), 0, words, NOW),
        control.going_on(push(), control.brake(words, "editor:7", "/srv/ajil.halt"), words, NOW),
        control.halted(2, words),
        control.unhalted([push(), push()], "ajil.halt", words, NOW),
        queue.queue([], [], [], words, NOW, passed_over=[], kin={}),
        settings_pages.card(chat(), None, 0, words, NOW),
        settings_pages.card(chat(everything=True, whole=True), NIGHT, 3, words, NOW, changed=True),
        digest.digest(digest.Listing(lines=[], count=14, withdrawn=3), NOW, words, NOW),
        greetings.joined(words, "Harbour"),
    ):
        hostile.assert_sendable(message)
        hostile.assert_every_line_reads(message, words.direction)
        assert_telegram_keeps(message)


@pytest.mark.parametrize("opening", hostile.OPENINGS)
def test_every_arabic_line_reads_right_to_left(opening: str) -> None:
    told = arabic_story(opening)
    for words in VARIANTS[:2]:
        for message in pages_of(told, words):
            hostile.assert_every_line_reads(message, "rtl")


@given(hostile.texts.filter(lambda text: "عاجل" not in text and "breaking" not in text.casefold()))
def test_breaking_is_said_once(headline: str) -> None:
    for label in ("", "عاجل: ", "#عاجل ", "خبر عاجل | "):
        told = arabic_story("نص", headline=label + headline)
        assert cards.alert(told, VARIANTS[1], NOW).text.count("عاجل") == 1


@given(st.sampled_from(VARIANTS))
def test_the_menu_is_within_the_limits_of_telegram(words: Words) -> None:
    for for_editor in (False, True):
        menu = commands.menu(words, for_editor=for_editor)
        assert len({command for command, _ in menu}) == len(menu) <= 100
        assert all(command.isascii() and len(command) <= 32 for command, _ in menu)
        assert all(1 <= len(description) <= 256 for _, description in menu)


def assert_telegram_keeps(message: Message) -> None:
    if any(sign in message.text for sign in tdlib.SIGNS):
        return
    kept, entities = tdlib.received(message)
    assert kept == message.text
    assert tdlib.covered(entities) == tdlib.covered(tdlib.placed(message))


def arabic_story(text: str, headline: str | None = None) -> Story:
    lead = Section(kind=SectionKind.LEAD, heading=None, paragraphs=(text, text), anchor="lead")
    body = Section(kind=SectionKind.BODY, heading=text, paragraphs=(text,), anchor="s1")
    revision = Revision(
        story_id=1,
        number=2,
        kind=RevisionKind.CORRECTION,
        language="ar",
        urgency=1,
        created_at=NOW,
        sections=(lead, body),
        headline=headline or text,
        credit=text,
        source_code="AP",
        correction_note=text,
    )
    return Story(
        id=1, code="K7MP", state=StoryState.PUBLISHED, created_at=NOW, updated_at=NOW, revision=revision
    )


kept_of_feeds = st.builds(
    Kept, url=hostile.texts, host=st.just("news.example"), title=st.none() | hostile.texts
)
fed = st.builds(
    Feed,
    id=st.integers(1, 10**9),
    source=hostile.texts.map(lambda said: said[:64]),  # as its column is
    language=st.sampled_from([None, "ar", "en"]),
    topics=st.lists(st.sampled_from(sorted(SLUGS)), max_size=17, unique=True).map(tuple),
    trust=st.sampled_from(list(FeedTrust)),
    state=st.sampled_from(FeedState),
    kept=kept_of_feeds,
    next_at=st.just(NOW),
    failures=st.integers(0, 10**6),
    epoch=st.just(1),
    polled_at=st.none() | st.just(NOW),
    outcome=st.none() | st.sampled_from(sorted(EVERY)),
    status=st.none() | st.integers(100, 599),
)
some = st.integers(0, 10**6)
polls = st.builds(
    Poll,
    at=st.just(NOW),
    outcome=st.sampled_from(sorted(EVERY)),
    status=st.integers(100, 599),
    fresh=some,
    changed=some,
    refused=some,
    pushed=some,
    detail=st.none() | hostile.texts,
    times=st.integers(1, 10**6),
    since=st.just(NOW),
)


@given(st.lists(fed, min_size=1, max_size=40), st.lists(polls, max_size=30), all_words)
@slow
def test_feeds_can_be_told_of_whatever_they_are_called(
    every: list[Feed], log: list[Poll], words: Words
) -> None:
    first = every[0]
    for message in (
        feed_pages.listed(every, words, NOW),
        feed_pages.shown(first, None, log, words, NOW),
        feed_pages.added(first, words, by_page=True),
        feed_pages.changed(first, words, NOW),
        feed_pages.removed(first, words),
    ):
        hostile.assert_sendable(message)
        hostile.assert_every_line_reads(message, words.direction)
        assert_telegram_keeps(message)


@pytest.mark.parametrize("words", VARIANTS)
def test_the_longest_log_of_a_feed_fits_a_message(words: Words) -> None:
    kept = Kept(url="https://news.example/" + "😀" * 2000, host="news.example", title="😀" * 300)
    feed = Feed(
        id=10**9,
        source="س" * 5000,
        language="ar",
        topics=tuple(sorted(SLUGS)),
        trust="review",
        state=FeedState.GONE,
        kept=kept,
        next_at=NOW,
        failures=10**6,
        epoch=1,
        polled_at=NOW,
        outcome="gone",
        status=410,
    )
    many = 10**6
    line = Poll(at=NOW, outcome="gone", fresh=many, changed=many, refused=many, pushed=many, times=many)
    message = feed_pages.shown(feed, None, [replace(line, detail="😀" * 300)] * 50, words, NOW)
    hostile.assert_sendable(message)
