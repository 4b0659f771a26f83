"""The seed story, by path: what DESIGN says of it, however it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsroom.wire import parse
from storage.records import Draft

SEED = Path(__file__).parents[3] / "shared" / "seed" / "kazakhstan.txt"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the seed story is not on this machine")

TEXT = SEED.read_text(encoding="utf-8") if SEED.exists() else ""


def tatweel_in_headings(story: str) -> str:
    for heading in ("استعراض الأحداث", "أخبار ذات صلة", "وحدة متعددة الجنسيات"):
        story = story.replace(heading, heading.replace("ا", "اـ").replace("ت", "تـــ"))
    return story


def outline(draft: Draft) -> list[tuple[str, int]]:
    return [(section.heading or "", len(section.paragraphs)) for section in draft.sections]


FORMS = {
    "as it is": TEXT.encode(),
    "final newline": (TEXT + "\n").encode(),
    "CRLF": TEXT.replace("\n", "\r\n").encode(),
    "CR": TEXT.replace("\n", "\r").encode(),
    "paragraph separators": TEXT.replace("\n", "\u2029").encode(),
    "BOM": TEXT.encode("utf-8-sig"),
    "UTF-16": TEXT.encode("utf-16"),
    "Windows-1256": TEXT.encode("cp1256"),
    "Windows-1256, CRLF": TEXT.replace("\n", "\r\n").encode("cp1256"),
    "bidi marks": "\n".join(f"\u202b{line}\u200f\u202c" for line in TEXT.split("\n")).encode(),
    "blank lines with blanks": TEXT.replace("\n\n", "\n \t\u00a0\n\n").encode(),
}


@pytest.mark.parametrize("copy", FORMS.values(), ids=FORMS.keys())
def test_the_seed_is_understood_in_every_form(copy: bytes) -> None:
    draft = parse(copy)
    assert (draft.credit, draft.source_code, draft.headline, draft.language) == ("أ ب", "AP", None, "ar")
    assert outline(draft) == [("", 2), ("استعراض الأحداث", 1), ("وحدة متعددة الجنسيات", 3), ("«إرهابيون»", 2)]
    assert [len(line.split()) for line in draft.related] == [10, 10]
    assert draft.related_headings == ("أخبار ذات صلة",)
    assert draft.copy == copy


def test_tatweel_does_not_hide_a_heading() -> None:
    draft = parse(tatweel_in_headings(TEXT).encode())
    plain = parse(TEXT.encode())
    assert [many for _, many in outline(draft)] == [2, 1, 3, 2]
    assert draft.related == plain.related
    assert [section.anchor for section in draft.sections] == [section.anchor for section in plain.sections]
