"""What holds for any copy: nothing is lost, nothing leaks, nothing but a draft or a refusal comes back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from newsroom.wire import CopyRefused, parse
from newsroom.wire.decode import BLANKS, decode
from storage.records import Draft, SectionKind

PIECES = [
    "أ ب",
    "(رويترز)",
    "AP",
    "القاهرة - رويترز",
    "القاهرة (رويترز) - قال الوزير إن الجسر يفتح غدا.",
    "CAIRO (AP) — The minister said so.",
    "عاجل",
    "عاجل: ",
    "BREAKING - ",
    "By Laila Haddad",
    "(يتبع)",
    "-- ends --",
    "(MORE)",
    "###",
    "/العين/",
    "STORM-SUHA/",
    "UPDATE 1-",
    "تصحيح: ",
    "(تصحيح السنة في الفقرة الثانية)",
    "(Adds details)",
    "KILL",
    "Eds: more to come",
    "محظور النشر حتى 12:00 بتوقيت غرينتش 25 نوفمبر 2026",
    "Embargoed until noon",
    "أخبار ذات صلة",
    "اقرأ أيضا: المطار يتوسع",
    "Related stories:",
    "المطار يتوسع في الربيع",
    "- قطار الساحل ينتظر",
    "كلفة المشروع",
    "«إرهابيون»",
    "What it cost",
    "قال الوزير إن الجسر يفتح غدا أمام السيارات.",
    "The minister said that the bridge opens to cars tomorrow and that",
    "نص طويل يمتد " * 15,
    "ـــ",
    "\u200f",
    "\u202e",
    "e\u0301",
    "٢٠٣٠",
    "😀",
    "...",
    "«",
]
JOINTS = ["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", " ", "\u2029", ""]

newsy = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), max_size=25).map(
    lambda parts: "".join(piece + joint for piece, joint in parts)
)
any_text = st.one_of(newsy, st.text(max_size=300))


def solid(text: str) -> str:
    """The characters that are not blank."""
    return "".join(c for c in text if c not in BLANKS and not c.isspace())


def body(draft: Draft) -> Iterator[str]:
    for section in draft.sections:
        yield section.heading or ""
        yield from section.paragraphs


def around(draft: Draft) -> Iterator[str]:
    yield from (draft.alert or "", draft.headline or "", draft.byline or "", draft.slugline or "")
    yield from (draft.correction_note or "", draft.editor_note or "", *draft.marks)
    yield from (*draft.related_headings, *draft.related)


def draft_of(text: str) -> Draft | None:
    try:
        return parse(text.encode())
    except CopyRefused:
        return None


def is_part(inner: str, outer: str) -> bool:
    """Whether `inner` is in `outer` in its order, with gaps."""
    letters = iter(outer)
    return all(letter in letters for letter in inner)


@given(any_text)
def test_nothing_is_lost_and_nothing_doubled(text: str) -> None:
    draft = draft_of(text)
    if draft is None:
        return
    whole = Counter(solid(decode(text.encode(), None)))
    kept = Counter(solid("".join((*body(draft), *around(draft)))))
    missing = whole - kept
    assert kept - whole == Counter()
    assert missing in (Counter(), Counter(solid(draft.credit or "")))


@given(any_text)
def test_every_part_keeps_its_order(text: str) -> None:
    draft = draft_of(text)
    if draft is None:
        return
    whole = solid(decode(text.encode(), None))
    assert is_part(solid("".join(body(draft))), whole)
    assert is_part(solid("".join(draft.related)), whole)
    assert is_part(solid("".join(draft.related_headings)), whole)


@given(any_text)
def test_a_draft_is_well_formed(text: str) -> None:
    draft = draft_of(text)
    if draft is None:
        return
    lead, *rest = draft.sections
    anchors = [section.anchor for section in draft.sections]
    assert draft.copy == text.encode()
    assert (lead.kind, lead.heading, lead.anchor) == (SectionKind.LEAD, None, "lead")
    assert all(section.kind is SectionKind.BODY and section.heading for section in rest)
    assert all(section.paragraphs and all(map(solid, section.paragraphs)) for section in draft.sections)
    assert len(set(anchors)) == len(anchors)
    assert all(anchor.isascii() and len(anchor) <= 16 for anchor in anchors)
    assert (draft.credit is None) == (draft.source_code is None)
    assert (draft.alert is None) == (draft.urgency is None)


@given(any_text)
def test_what_is_kept_is_composed_and_shows_no_controls(text: str) -> None:
    draft = draft_of(text)
    if draft is None:
        return
    for part in (*body(draft), *around(draft), draft.credit or ""):
        assert unicodedata.is_normalized("NFC", part)
        assert not any(
            c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00\x1b" for c in part
        )


@given(any_text)
def test_the_same_copy_is_understood_in_the_same_way(text: str) -> None:
    draft = draft_of(text)
    if draft is None:
        return
    again = parse(b"\xef\xbb\xbf" + text.encode())
    assert (again.headline, again.credit, again.related) == (draft.headline, draft.credit, draft.related)
    assert again.sections == draft.sections


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "windows-1256", "utf-16", "zlib_codec", "?"]))
def test_any_bytes_give_a_draft_or_a_refusal(copy: bytes, charset: str | None) -> None:
    with suppress(CopyRefused):
        assert parse(copy, charset=charset).copy == copy


WORDS = ["أعلن", "الوزير", "فتح", "الجسر", "أمام", "السيارات", "صباح", "الأحد"]
NAMES = ["مطار", "قطار", "ميناء", "مدينة", "ساحل", "ربيع"]
sentence = st.lists(st.sampled_from(WORDS), min_size=12, max_size=30).map(lambda words: " ".join(words) + ".")
title = st.lists(st.sampled_from(NAMES), min_size=3, max_size=9).map(" ".join)


@given(
    headline=st.none() | title,
    lead=st.lists(sentence, min_size=1, max_size=3),
    sections=st.lists(
        st.tuples(title.map(lambda words: words[:40].strip()), st.lists(sentence, min_size=1, max_size=3)),
        max_size=3,
    ),
    related=st.lists(title, max_size=4),
    where=st.integers(0, 3),
)
def test_what_was_written_is_what_is_read(
    headline: str | None,
    lead: list[str],
    sections: list[tuple[str, list[str]]],
    related: list[str],
    where: int,
) -> None:
    told = [("", lead), *sections]
    parts = ["أ ب", headline or ""]
    for at, (heading, paragraphs) in enumerate(told):
        parts += [heading, *paragraphs]
        if related[1:] and at == min(where, len(sections)):
            parts.append("\n".join(["أخبار ذات صلة", *related]))
    draft = parse("\n\n".join(filter(None, parts)).encode())
    assert (draft.credit, draft.headline) == ("أ ب", headline)
    assert [(s.heading or "", list(s.paragraphs)) for s in draft.sections] == told
    assert list(draft.related) == (related if related[1:] else [])
