"""A whole story in parts: nothing lost, nothing too long, the same count in every language."""

from __future__ import annotations

from dataclasses import replace

import hostile
from hostile import bare, entity_texts
from hypothesis import HealthCheck, given, settings
from test_render_cards import AR, EN, section, story

from newsroom.render import cards, whole
from newsroom.words import words_for
from storage.records import RevisionKind, SectionKind, Story, StoryState

LONG = tuple(f"فقرة {n}: " + "كلام كثير عن المرفأ. " * 60 for n in range(8))


def long_story(**changes: object) -> Story:
    sections = (
        section(SectionKind.LEAD, "lead", "أعلنت هيئة الموانئ إغلاق مينائين."),
        section(SectionKind.BODY, "s1", *LONG[:3], heading="خلفية"),
        section(SectionKind.BODY, "s2", *LONG[3:], heading="ما بعد الإغلاق"),
    )
    return story(sections=sections, **changes)


def told(found: Story) -> list[str]:
    return [bare(whole.part(found, n, AR).text) for n in range(1, whole.count(found.revision))]


def test_every_paragraph_is_in_the_parts_once_and_in_order() -> None:
    found = long_story()
    text = "\n\n".join(told(found))
    places = [text.index(paragraph.strip()) for paragraph in LONG]
    assert places == sorted(places)
    assert len(told(found)) > 2


def test_headings_are_bold_and_never_close_a_part() -> None:
    found = long_story()
    parts = [whole.part(found, n, AR) for n in range(1, whole.count(found.revision))]
    bold = [text for part in parts for kind, text in entity_texts(part) if kind == "bold"]
    assert [bare(text) for text in bold] == ["خلفية", "ما بعد الإغلاق"]
    assert not any(bare(part.text).rstrip().endswith(("خلفية", "ما بعد الإغلاق")) for part in parts)


def test_parts_are_numbered_with_the_alert_as_the_first_and_the_last_has_the_code() -> None:
    found = long_story()
    parts = told(found)
    total = len(parts) + 1
    for number, text in enumerate(parts, start=2):
        place = AR.say("whole.part", part=number, parts=total)
        assert text.splitlines()[0].endswith(place)
        assert (found.code in text) is (number == total)


def test_a_lead_that_the_alert_cuts_is_told_again_whole_and_one_that_it_shows_is_not() -> None:
    short = long_story()
    assert "أعلنت هيئة الموانئ" not in "".join(told(short))
    lead = section(SectionKind.LEAD, "lead", *LONG[:2])
    cut = replace(short, revision=replace(short.revision, sections=(lead, *short.revision.sections[1:])))
    assert LONG[1].strip() in told(cut)[0] + told(cut)[1]


def test_a_story_that_the_alert_tells_whole_has_no_other_part() -> None:
    only = story(sections=(section(SectionKind.LEAD, "lead", "أعلنت هيئة الموانئ إغلاق مينائين."),))
    assert whole.count(only.revision) == 1


def test_a_killed_story_says_nothing_in_any_part() -> None:
    killed = replace(long_story(), state=StoryState.KILLED)
    assert whole.part(killed, 2, AR) == cards.withdrawn(killed, AR)


def test_a_part_that_a_newer_telling_does_not_fill_says_so() -> None:
    text = whole.part(story(), 5, EN).text
    assert EN.say("whole.none") in text


def test_a_correction_is_marked_in_every_part() -> None:
    corrected = long_story(kind=RevisionKind.CORRECTION, number=2)
    assert all(AR.say("story.corrected") in text for text in told(corrected))


@given(hostile.stories)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
def test_any_story_can_be_sent_in_parts(found: Story) -> None:
    for words in (words_for("ar", "Africa/Cairo"), words_for("en")):
        for number in range(1, whole.count(found.revision) + 2):
            hostile.assert_sendable(whole.part(found, number, words))
