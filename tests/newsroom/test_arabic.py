"""Search spelling: pairs that must meet, pairs that must not, and laws."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import arabic
from newsroom.arabic import fold, normal, tokens

SAME_WORD = [
    ("إيران", "ايران"),
    ("أحمد", "احمد"),
    ("آسيا", "اسيا"),
    ("ٱلله", "الله"),
    ("مُحَمَّد", "محمد"),
    ("شكرًا", "شكرا"),
    ("مـــدرسة", "مدرسة"),
    ("مدرسة", "مدرسه"),
    ("مصطفى", "مصطفي"),
    ("مسؤول", "مسئول"),
    ("شؤون", "شئون"),
    ("کتاب", "كتاب"),
    ("علی", "علي"),
    ("پوتين", "بوتين"),
    ("ڤيينا", "فيينا"),
    ("چورچ", "جورج"),
    ("گردستان", "كردستان"),
    ("٢٠٣٠", "2030"),
    ("۲۰۳۰", "2030"),
    ("ﷲ", "الله"),
    ("ﻻ", "لا"),
    ("\u202bالقاهرة\u202c\u200f", "القاهرة"),
    ("رئيس", "رئی\u200cس"),
    ("Ｅｕｒｏ", "euro"),
    ("Élysée", "elysee"),
    ("STRASSE", "straße"),
    ("ﬁnance", "FINANCE"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORD)
def test_one_spelling_for_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("علم", "عالم"), ("سأل", "سال عليه"), ("حرب", "حزب"), ("2030", "2031")]
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("قال: «2,030 جندياً و250 مركبة»", ["قال", "2030", "جنديا", "و", "250", "مركبه"]),
        ("٢٬٠٣٠ و٣٫٥", ["2030", "و", "3.5"]),
        ("Iran's G20 talks, COVID-19", ["iran", "g20", "talks", "covid", "19"]),
        ("1,234,567 and 12,34", ["1234567", "and", "12", "34"]),
        ("snake_case #وسم_اخر", ["snake", "case", "وسم", "اخر"]),
        ("...", []),
        ("", []),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="اأإآىيةهؤئءوبتـ\u064b\u0651\u0654کی٣3aÉ \u200f", max_size=40))
def test_spelling_variants_meet(text: str) -> None:
    variant = unicodedata.normalize("NFD", text).replace("ـ", "").replace("\u0651", "")
    assert fold(variant) == fold(text)


@given(st.text())
def test_tokens_are_stable(text: str) -> None:
    words = tokens(text)
    assert tokens(" ".join(words)) == words


@given(st.text())
def test_normalising_is_unicodes(text: str) -> None:
    assert normal("NFC", text) == unicodedata.normalize("NFC", text)
    assert normal("NFKD", text) == unicodedata.normalize("NFKD", text)


@pytest.mark.parametrize("marks", ["\u0327\u0301", "\u0f73", "\u064b\u0653", "\U0001e8d0\u0301"])
def test_endless_marks_are_normalised_in_pieces_and_none_is_lost(marks: str) -> None:
    text = "ا" + marks * 300_000
    assert taken_apart(normal("NFC", text)) == taken_apart(text)


def test_no_row_of_marks_is_passed_over() -> None:
    safe = [chr(code) for code in range(0x3000) if not arabic._PERHAPS_MARKS.search(chr(code) * 100)]
    assert "م" in safe
    assert [letter for letter in safe if arabic._is_mark(letter)] == []


def taken_apart(text: str) -> Counter[str]:
    return Counter("".join(unicodedata.normalize("NFD", character) for character in text))
