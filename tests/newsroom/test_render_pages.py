"""Sections, lists and related stories, as a reader turns them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import hostile
import pytest
from hostile import NOW

from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.related import Relation
from newsroom.render import lists, related, sections
from newsroom.terms import terms_of
from newsroom.words import words_for
from storage.records import (
    RelatedLink,
    Revision,
    RevisionKind,
    Section,
    SectionKind,
    Story,
    StoryLine,
    StoryState,
)

AR, EN = words_for("ar"), words_for("en")
SENTENCES = " ".join(f"قالت الهيئة في بيانها رقم {number} إن العمل مستمر." for number in range(200))

STORY = Story(
    id=7,
    code="K7MP",
    state=StoryState.PUBLISHED,
    created_at=NOW,
    updated_at=NOW,
    related=(
        RelatedLink(ordinal=0, headline="عودة الملاحة", code="ABCD"),
        RelatedLink(ordinal=1, headline="«أسعار الشحن» ترتفع"),
        RelatedLink(ordinal=2, headline="تأجيل المعرض", code="EFGH"),
    ),
    revision=Revision(
        story_id=7,
        number=1,
        kind=RevisionKind.NEW,
        language="ar",
        urgency=5,
        created_at=NOW,
        headline="إغلاق مينائين على البحر",
        sections=(
            Section(kind=SectionKind.LEAD, heading=None, paragraphs=("مقدمة.", "تتمة."), anchor="lead"),
            Section(kind=SectionKind.BODY, heading="«إغلاق»", paragraphs=("هبت عاصفة.",), anchor="s1"),
            Section(kind=SectionKind.BODY, heading="خلفية", paragraphs=(SENTENCES,), anchor="s2"),
        ),
    ),
)


def line(code: str, headline: str, urgency: int = 5, language: str = "ar", hours: int = 0) -> StoryLine:
    return StoryLine(
        id=1,
        code=code,
        headline=headline,
        language=language,
        urgency=urgency,
        source_code="AP",
        credit="أ ب",
        published_at=NOW - timedelta(hours=hours),
    )


def labels(message: Message) -> list[list[str]]:
    return [[button.text for button in row] for row in message.buttons]


def data(message: Message) -> list[list[str | None]]:
    return [[button.data for button in row] for row in message.buttons]


def test_contents_number_the_sections_and_open_each() -> None:
    message = sections.contents(STORY, AR)
    assert hostile.bare(message.text) == (
        "أقسام الخبر\nإغلاق مينائين على البحر\n\n1. «إغلاق» · فقرة واحدة\n2. خلفية · فقرة واحدة"
    )
    assert labels(message) == [["المقدمة"], ["«إغلاق»"], ["خلفية"], ["العودة إلى الخبر"]]
    assert data(message) == [["se:K7MP:lead:1"], ["se:K7MP:s1:1"], ["se:K7MP:s2:1"], ["st:K7MP"]]


def test_many_sections_get_a_keyboard_of_numbers() -> None:
    many = tuple(replace(STORY.revision.sections[1], anchor=f"s{n}") for n in range(1, 13))
    told = replace(STORY, revision=replace(STORY.revision, sections=STORY.revision.sections[:1] + many))
    rows = labels(sections.contents(told, AR))
    assert rows[1:-1] == [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"], ["11", "12"]]


def test_a_story_without_sections_is_refused() -> None:
    only_lead = replace(STORY, revision=replace(STORY.revision, sections=STORY.revision.sections[:1]))
    with pytest.raises(Refusal) as refused:
        sections.contents(only_lead, AR)
    assert (refused.value.reason, refused.value.facts) == ("no_sections", {"code": "K7MP"})


def test_a_section_opens_with_the_ways_on_and_back() -> None:
    message = sections.section(STORY, "s1", 1, AR)
    assert hostile.bare(message.text) == "إغلاق مينائين على البحر\n\n«إغلاق»\n\nهبت عاصفة."
    assert labels(message) == [["القسم السابق", "القسم التالي"], ["الأقسام", "العودة إلى الخبر"]]
    assert data(message) == [["se:K7MP:lead:1", "se:K7MP:s2:1"], ["sl:K7MP", "st:K7MP"]]


def test_a_long_section_turns_pages_and_loses_nothing() -> None:
    shown, page, told = 0, 1, list[str]()
    while shown != page:
        shown = page
        message = sections.section(STORY, "s2", page, AR)
        text = hostile.bare(message.text)
        told.append(text.split("\n\n")[2])
        after = [button for row in message.buttons for button in row if button.text == "الصفحة التالية"]
        page += len(after)
    assert len(told) == 4
    assert text.split("\n\n")[-1] == "صفحة 4 من 4"
    assert " ".join(told) == SENTENCES


def test_pages_and_anchors_of_an_older_telling_lead_to_the_nearest() -> None:
    assert sections.section(STORY, "s2", 99, AR) == sections.section(STORY, "s2", 4, AR)
    assert sections.section(STORY, "gone", 1, AR) == sections.section(STORY, "lead", 1, AR)


def test_the_latest_are_numbered_with_a_keyboard_of_the_same_numbers() -> None:
    found = [line("ABCD", "إغلاق مينائين", urgency=1), line("EFGH", "Port reopens", language="en", hours=30)]
    message = lists.latest(found, AR, NOW)
    assert hostile.bare(message.text) == (
        "آخر الأخبار\n"
        "\n"
        "1. عاجل | إغلاق مينائين\n"
        "أ ب (AP) · اليوم 12:05 غرينتش · ABCD\n"
        "\n"
        "2. Port reopens\n"
        "أ ب (AP) · أمس 06:05 غرينتش · EFGH"
    )
    assert (labels(message), data(message)) == ([["1", "2"]], [["op:ABCD", "op:EFGH"]])


def test_breaking_news_of_yesterday_is_no_longer_marked() -> None:
    assert "عاجل" not in lists.latest([line("ABCD", "إغلاق", urgency=1, hours=25)], AR, NOW).text


def test_numbers_follow_the_readers_digits() -> None:
    message = lists.latest([line("ABCD", "إغلاق")], words_for("ar", "Africa/Cairo"), NOW)
    assert labels(message) == [["١"]]
    assert "\n\u200f١. " in message.text


def test_what_was_searched_for_is_said_with_how_much_was_found() -> None:
    text = hostile.bare(lists.search([line("ABCD", "إغلاق")], "ميناء", AR, NOW).text)
    assert text.startswith("نتائج البحث عن: ميناء\nخبر واحد\n\n1. إغلاق\n")


def test_related_gives_its_own_first_then_others_with_their_why() -> None:
    relation = Relation(line=line("QRST", "عاصفة على الساحل"), score=0.5, shared=tuple(terms_of("الهيئة")))
    message = related.related(STORY, [relation], AR, NOW)
    assert hostile.bare(message.text) == (
        "أخبار ذات صلة\n"
        "إغلاق مينائين على البحر\n"
        "\n"
        "1. عودة الملاحة · ABCD\n"
        "• «أسعار الشحن» ترتفع · لم يصل بعد\n"
        "2. تأجيل المعرض · EFGH\n"
        "\n"
        "3. عاصفة على الساحل\n"
        "أ ب (AP) · اليوم 12:05 غرينتش · QRST\n"
        "كلمات مشتركة: الهيئة"
    )
    assert data(message) == [["op:ABCD", "op:EFGH", "op:QRST"]]
    assert message.about == "K7MP"


def test_words_in_common_are_shown_as_the_story_writes_them() -> None:
    stems = (*terms_of("العاصفة"), *terms_of("هيئات"), *terms_of("نيبال"))
    told = related.related(STORY, [Relation(line=line("QRST", "خبر"), score=1, shared=stems)], AR, NOW)
    assert hostile.bare(told.text).split("\n")[-1] == "كلمات مشتركة: عاصفة والهيئة"


def test_a_name_in_common_is_shown_as_the_story_writes_it_and_takes_are_counted() -> None:
    takes = (line("TAKE", "خبر"), line("TOOK", "خبر"))
    shared = Relation(line=line("QRST", "Story"), score=1, shared=("=nbl", *terms_of("نيبال")), takes=takes)
    told = replace(STORY, revision=replace(STORY.revision, headline="زلزال في نيبال"))
    page = hostile.bare(related.related(told, [shared], AR, NOW).text)
    assert page.split("\n")[-1] == "كلمات مشتركة: نيبال · وخبران آخران عن الحدث نفسه"


@pytest.mark.parametrize(("written", "shown"), [("وأصاب", "أصاب"), ("والسفن", "السفن"), ("وزير", "وزير")])
def test_a_word_in_common_is_shown_without_the_and_before_it(written: str, shown: str) -> None:
    told = replace(
        STORY, revision=replace(STORY.revision, headline=f"الريح قوية {written} كثيرون", sections=())
    )
    shared = Relation(line=line("QRST", "خبر"), score=1, shared=tuple(terms_of(written)))
    page = hostile.bare(related.related(told, [shared], AR, NOW).text)
    assert page.split("\n")[-1] == f"كلمات مشتركة: {shown}"


@pytest.mark.parametrize("number", ["4.25", "1,200", "٣٫٦", "4.25%", "G20"])
def test_a_number_in_common_is_shown_whole(number: str) -> None:
    told = replace(STORY, revision=replace(STORY.revision, headline=f"الفائدة عند {number} للمرة الثالثة"))
    shared = Relation(line=line("QRST", "Story"), score=1, shared=tuple(terms_of(number)))
    page = hostile.bare(related.related(told, [shared], AR, NOW).text)
    assert page.split("\n")[-1] == f"كلمات مشتركة: {number.removesuffix('%')}"


def test_a_word_in_common_is_found_behind_its_vowel_signs() -> None:
    told = replace(STORY, revision=replace(STORY.revision, headline="مطار جزيرة سُهى يُغلق"))
    shared = Relation(line=line("QRST", "خبر"), score=1, shared=tuple(terms_of("سهى")))
    page = related.related(told, [shared], AR, NOW)
    assert hostile.bare(page.text).split("\n")[-1] == "كلمات مشتركة: سُهى"
