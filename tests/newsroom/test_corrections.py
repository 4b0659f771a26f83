"""New copy as a correction: its note, and what it leaves as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsroom import wire
from newsroom.corrections import corrected, parted
from newsroom.errors import Refusal
from newsroom.wire import CopyRefused
from storage.records import Draft, RelatedLink, Revision, RevisionKind, Story, StoryState

NOW = datetime(2026, 3, 1, tzinfo=UTC)
COPY = """(رويترز)

عادت عبّارات الخليج الصغير إلى العمل صباح الأحد بعد توقف دام يومين.

وقالت هيئة الملاحة إن أول رحلة أقلت ثلاثمئة راكب.
"""


def draft(copy: str) -> Draft:
    item = wire.read(copy.encode(), "text/plain").only
    assert not isinstance(item, CopyRefused)
    return item


def story(copy: str = COPY, **told: object) -> Story:
    said = draft(copy)
    revision = Revision(
        story_id=1,
        number=1,
        kind=RevisionKind.NEW,
        language=said.language,
        urgency=2,
        created_at=NOW,
        sections=said.sections,
        credit=said.credit,
        source_code=said.source_code,
    )
    return Story(
        id=1,
        code="AAAA",
        state=StoryState.PUBLISHED,
        created_at=NOW,
        updated_at=NOW,
        revision=replace(revision, **told),  # type: ignore[arg-type]
        related=(RelatedLink(ordinal=0, headline="الضباب يغلق الخليج"),),
    )


def test_what_changed_is_the_note() -> None:
    made = corrected(story(), draft(COPY.replace("ثلاثمئة", "أربعمئة")))
    assert (made.kind, made.correction_note) == (RevisionKind.CORRECTION, "«ثلاثمئة» والصواب «أربعمئة»")


def test_it_is_told_in_the_language_of_the_story() -> None:
    english = "The first ferry of the morning carried three hundred passengers to the island.\n"
    made = corrected(story(english), draft(english.replace("three", "four")))
    assert made.correction_note == "“three” should read “four”"


@pytest.mark.parametrize(
    "copy",
    [
        "تصحيح: عدد الركاب أربعمئة\n\n" + COPY,
        "«تصحيح: عدد الركاب أربعمئة»\n\n" + COPY,
        COPY + "\nتصحيح: عدد الركاب أربعمئة\n",
    ],
)
def test_a_line_of_its_own_says_it_better(copy: str) -> None:
    rest, note = parted(copy)
    assert note == "عدد الركاب أربعمئة"
    assert rest.strip() == COPY.strip()


@pytest.mark.parametrize("copy", [COPY, "تصحيح: سطر واحد", "تصحيح المسار\n\n" + COPY, COPY + "\nتصحيح:\n"])
def test_another_line_is_part_of_the_story(copy: str) -> None:
    assert parted(copy) == (copy, None)


def test_the_note_of_the_copy_goes_before_what_is_derived() -> None:
    said = replace(draft(COPY.replace("ثلاثمئة", "أربعمئة")), correction_note="عدد الركاب أربعمئة")
    assert corrected(story(), said).correction_note == "عدد الركاب أربعمئة"


def test_what_is_too_much_for_a_line_has_the_mark_only() -> None:
    made = corrected(
        story(), draft("خبر آخر من أوله إلى آخره عن أمور أخرى تماما في مدينة بعيدة لم تذكر من قبل هنا.")
    )
    assert made.correction_note is None


def test_what_the_copy_says_nothing_of_stays() -> None:
    old = story(headline="عودة العبّارات", slugline="عبّارات", topics=("transport",), uri="urn:1")
    made = corrected(old, draft(COPY.replace("(رويترز)\n\n", "").replace("ثلاثمئة", "أربعمئة")))
    assert (made.headline, made.slugline, made.topics) == ("عودة العبّارات", "عبّارات", ("transport",))
    assert (made.credit, made.source_code, made.uri) == ("(رويترز)", "REUTERS", "urn:1")
    assert made.related == ("الضباب يغلق الخليج",)


def test_the_same_words_are_no_correction() -> None:
    with pytest.raises(Refusal) as refused:
        corrected(story(), draft(COPY))
    assert refused.value.reason == "copy_unchanged"


def test_a_lead_says_what_is_wrong_where_much_else_has_changed() -> None:
    sections = "\n\nازدحام على الأرصفة\n\n" + " ".join(f"كلمة{number}" for number in range(40)) + "."
    before = story(COPY + sections)
    told = corrected(before, draft(COPY.replace("ثلاثمئة", "أربعمئة")))
    assert told.correction_note == "«ثلاثمئة» والصواب «أربعمئة»"
