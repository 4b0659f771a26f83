"""Long text in pages, and short text of long: nothing lost, nothing torn, nothing too long."""

from __future__ import annotations

import hostile
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.bidi import Direction, clean
from newsroom.paging import ELLIPSIS, clip, fit, pages
from newsroom.text import Text, utf16_length

directions: st.SearchStrategy[Direction] = st.sampled_from(["rtl", "ltr"])
paragraphs = st.lists(hostile.texts, max_size=5)
limits = st.integers(60, 400)


def letters(text: str) -> str:
    return "".join(clean(text).split())


def laid_size(page: tuple[str, ...], direction: Direction) -> int:
    return Text(direction).paragraphs(page).size


@given(paragraphs, limits, directions)
@example(["كلمة" * 25_000], 3000, "rtl")
@example(["😀" * 50_000], 3000, "rtl")
@example(["a ع " * 5_000], 100, "rtl")
@example(["e" + "\u0301" * 10_000], 100, "ltr")
def test_pages_hold_all_of_it_and_each_fits(told: list[str], limit: int, direction: Direction) -> None:
    turned = pages(told, limit, direction)
    assert letters("".join(part for page in turned for part in page)) == letters("".join(map(clean, told)))
    assert all(laid_size(page, direction) <= limit for page in turned)
    assert all(page for page in turned)


def test_pages_turn_at_a_paragraph_then_a_sentence_then_a_word() -> None:
    assert pages(["aaaa", "bbbb", "cccc"], 13, "ltr") == [("aaaa", "bbbb"), ("cccc",)]
    assert pages(["One two. Three four. Five"], 15, "ltr") == [("One two.",), ("Three four.",), ("Five",)]
    assert pages(["one two three four"], 10, "ltr") == [("one two",), ("three",), ("four",)]
    assert pages([], 100, "ltr") == []
    assert pages([" \n", ""], 100, "ltr") == []


@pytest.mark.parametrize(
    "cluster", ["👨‍👩‍👧‍👦", "🇪🇬", "e\u0301", "عَ", "👍🏽", "क्षि", "각", "\u1100\u1161\u11a8"]
)
@pytest.mark.parametrize("limit", [20, 21, 22, 23, 24, 25])
def test_what_people_see_as_one_character_is_never_torn(cluster: str, limit: int) -> None:
    parts = [part for page in pages([cluster * 40], limit, "ltr") for part in page]
    assert "".join(parts) == cluster * 40
    assert {part.replace(cluster, "") for part in parts} == {""}


@given(hostile.texts, st.integers(2, 100))
def test_a_clipped_line_fits_and_begins_as_the_text_does(text: str, limit: int) -> None:
    flat, clipped = " ".join(clean(text).split()), clip(text, limit)
    assert "\n" not in clipped
    assert utf16_length(clipped) <= limit + 1
    assert clipped == flat or flat.startswith(clipped.removesuffix(ELLIPSIS).rstrip())


def test_a_clipped_line_ends_with_a_whole_word() -> None:
    assert clip("رئيس الوزراء يعلن خطة جديدة", 20) == "رئيس الوزراء يعلن…"
    assert clip("short", 20) == "short"
    assert clip("one, two", 5) == "one…"


@given(paragraphs, limits, directions)
def test_what_is_fitted_fits_and_says_when_more_was_said(
    told: list[str], limit: int, direction: Direction
) -> None:
    fitted = fit(told, limit, direction)
    assert laid_size(fitted, direction) <= limit
    whole = [clean(paragraph).strip() for paragraph in told]
    is_all = list(fitted) == [paragraph for paragraph in whole if paragraph]
    assert is_all or fitted[-1].endswith(ELLIPSIS)


def test_a_fitted_lead_is_cut_at_a_word() -> None:
    first = "المجلس يجتمع اليوم لبحث الأزمة."
    assert fit([first, "كلمة " * 40], 90, "rtl") == (first, "كلمة " * 9 + "كلمة…")
