"""The breaking alert and the card of a story, as a reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import hostile
import pytest
from hostile import NOW

from newsroom.message import Message
from newsroom.render import cards
from newsroom.words import words_for
from storage.records import Revision, RevisionKind, Section, SectionKind, Story, StoryState

AR, EN = words_for("ar", "Asia/Beirut"), words_for("en", "Europe/London")
LEAD = ("أعلنت هيئة الموانئ إغلاق مينائين.", "وقالت الهيئة إن الإغلاق مؤقت.")


def section(kind: SectionKind, anchor: str, *paragraphs: str, heading: str | None = None) -> Section:
    return Section(kind=kind, heading=heading, paragraphs=paragraphs, anchor=anchor)


def story(**told: object) -> Story:
    """A breaking story of a lead and one section, told once."""
    fields: dict[str, object] = {
        "story_id": 7,
        "number": 1,
        "kind": RevisionKind.NEW,
        "language": "ar",
        "urgency": 1,
        "created_at": NOW,
        "headline": "إغلاق مينائين على البحر",
        "credit": "أ ب",
        "source_code": "AP",
        "sections": (
            section(SectionKind.LEAD, "lead", *LEAD),
            section(SectionKind.BODY, "s1", "هبت عاصفة.", heading="خلفية"),
        ),
    }
    revision = Revision(**(fields | told))  # type: ignore[arg-type]  # a test names the fields that matter to it
    return Story(
        id=7, code="K7MP", state=StoryState.PUBLISHED, created_at=NOW, updated_at=NOW, revision=revision
    )


def alert(told: Story, now: datetime = NOW) -> Message:
    return cards.alert(told, AR, now)


def labels(message: Message) -> list[list[str]]:
    return [[button.text for button in row] for row in message.buttons]


def data(message: Message) -> list[list[str | None]]:
    return [[button.data for button in row] for row in message.buttons]


def test_an_alert_says_breaking_headline_lead_credit_time_and_code() -> None:
    message = alert(story())
    assert hostile.bare(message.text) == (
        "عاجل | إغلاق مينائين على البحر\n"
        "\n"
        "أعلنت هيئة الموانئ إغلاق مينائين.\n"
        "\n"
        "وقالت الهيئة إن الإغلاق مؤقت.\n"
        "\n"
        "أ ب (AP) · ٩ كانون الثاني، ١٤:٠٥\n"
        "الرمز: K7MP"
    )
    assert labels(message) == [["الأقسام", "ذات صلة", "متابعة"]]
    assert data(message) == [["sl:K7MP", "re:K7MP", "fo:K7MP"]]
    assert hostile.entity_texts(message)[-1] == ("code", "K7MP")
    assert {kind for kind, _ in hostile.entity_texts(message)[:-1]} == {"bold"}
    assert message.about == "K7MP"


def test_an_alert_in_english_about_an_arabic_story() -> None:
    lines = hostile.bare(cards.alert(story(), EN, NOW).text).split("\n")
    assert lines[0] == "BREAKING | إغلاق مينائين على البحر"
    assert lines[-2:] == ["أ ب (AP) · 9 January, 12:05", "Code: K7MP"]


@pytest.mark.parametrize(
    "headline",
    [
        "عاجل: إغلاق مينائين",
        "عاجل | إغلاق مينائين",
        "عاجل.. إغلاق مينائين",
        "عاجل - إغلاق مينائين",
        "#عاجل إغلاق مينائين",
        "#عاجل | إغلاق مينائين",
        "🔴 عاجل/ إغلاق مينائين",
        "«عاجل» إغلاق مينائين",
        "[عاجل] إغلاق مينائين",
        "(خبر عاجل) إغلاق مينائين",
        "BREAKING: إغلاق مينائين",
        "إغلاق مينائين",
    ],
)
def test_breaking_is_said_once_however_the_agency_says_it(headline: str) -> None:
    first = hostile.bare(alert(story(headline=headline)).text).split("\n")[0]
    assert first == "عاجل | إغلاق مينائين"


def test_a_headline_that_opens_with_the_word_is_left_as_it_is() -> None:
    first = hostile.bare(alert(story(headline="عاجل الرئيس يصل")).text).split("\n")[0]
    assert first == "عاجل الرئيس يصل"
    assert "عاجل" not in hostile.bare(cards.story(story(headline="عاجل: وصل"), AR, NOW).text)


def test_quotation_marks_that_open_a_headline_are_kept() -> None:
    first = hostile.bare(alert(story(headline="عاجل: «لن نتراجع».. تصريح")).text).split("\n")[0]
    assert first == "عاجل | «لن نتراجع».. تصريح"


def test_a_lead_that_only_repeats_the_headline_is_not_told_twice() -> None:
    lead = section(SectionKind.LEAD, "lead", "إغلاق مينائين على البحر.", "وقالت الهيئة إنه مؤقت.")
    text = hostile.bare(alert(story(sections=(lead,))).text)
    assert text.count("إغلاق مينائين على البحر") == 1
    assert "وقالت الهيئة إنه مؤقت." in text


def test_a_long_lead_is_cut_and_the_rest_is_a_button_away() -> None:
    lead = section(SectionKind.LEAD, "lead", "قالت الهيئة كلامًا طويلًا جدًا. " * 200)
    message = alert(story(sections=(lead,)))
    assert "…" in message.text
    assert labels(message) == [["بقية المقدمة"], ["ذات صلة", "متابعة"]]
    assert data(message)[0] == ["se:K7MP:lead:1"]


def test_a_correction_is_marked_with_what_was_wrong() -> None:
    told = story(
        number=2,
        kind=RevisionKind.CORRECTION,
        correction_note="ميناءان لا ثلاثة",
        created_at=NOW + timedelta(hours=1),
    )
    lines = hostile.bare(alert(told).text).split("\n")
    assert lines[1] == "تصحيح: ميناءان لا ثلاثة"
    assert lines[-2] == "حُدِّث: ٩ كانون الثاني، ١٥:٠٥"
    bold = [text for kind, text in hostile.entity_texts(alert(told)) if kind == "bold"]
    assert "تصحيح" in bold


def test_a_story_that_is_being_checked_says_so() -> None:
    assert "قيد التحقق" in alert(story(kind=RevisionKind.HOLD, number=2)).text


@pytest.mark.parametrize("render", [cards.alert, cards.story])
def test_a_killed_story_says_nothing_of_what_it_said(render: object) -> None:
    killed = replace(story(), state=StoryState.KILLED)
    message = cards.alert(killed, AR, NOW) if render is cards.alert else cards.story(killed, AR, NOW)
    assert hostile.bare(message.text) == ("سُحب الخبر\nيُرجى عدم تداوله أو الاستناد إليه.\n\nالرمز: K7MP")
    assert message.buttons == ()


def test_a_preview_and_what_is_sent_later_are_the_same() -> None:
    assert alert(story(), NOW) == alert(story(), NOW + timedelta(hours=30))


def test_only_editors_see_how_the_headline_was_made_and_where_the_story_stands() -> None:
    told = replace(story(headline_derived=True), state=StoryState.REVIEW)
    for_editor = cards.story(told, AR, NOW, for_editor=True).text
    assert "عنوان مستخلص من المقدمة" in for_editor
    assert "قيد المراجعة" in for_editor
    assert "مستخلص" not in cards.story(told, AR, NOW).text
    assert "مستخلص" not in alert(told).text


def test_a_followed_story_offers_the_way_out() -> None:
    assert data(cards.story(story(), AR, NOW, followed=True))[0][-1] == "uf:K7MP"


def test_a_story_of_nobody_without_headline_or_text() -> None:
    message = cards.story(story(headline=None, credit=None, source_code=None, sections=()), AR, NOW)
    assert hostile.bare(message.text) == "خبر بلا عنوان\n\n٩ كانون الثاني، ١٤:٠٥\nالرمز: K7MP"


@pytest.mark.parametrize(
    ("credit", "source", "signed"),
    [
        ("رويترز", "REUTERS", "رويترز (REUTERS)"),
        ("(أ ب)", "AP", "أ ب (AP)"),
        ("(واس)", None, "(واس)"),
        ("AP", "AP", "AP"),
        (None, "AFP", "AFP"),
        ("واس", None, "واس"),
    ],
)
def test_a_credit_stands_as_written_with_the_agencys_code(
    credit: str | None, source: str | None, signed: str
) -> None:
    text = hostile.bare(alert(story(credit=credit, source_code=source)).text)
    assert f"\n{signed} · " in text
