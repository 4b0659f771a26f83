"""Stems: forms that must meet, words that must not, and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_forms import different_words, same_word

from newsroom.arabic import fold, tokens
from newsroom.names import PROTECTED, SPELT_OTHERWISE
from newsroom.plurals import PLURALS
from newsroom.stems import stem

CLITICS = ("", "و", "ب", "ل", "ف", "ال", "وال", "بال")


@pytest.mark.parametrize(("one", "other"), same_word())
def test_one_stem(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(("one", "other"), different_words())
def test_different_stems(one: str, other: str) -> None:
    assert stem(fold(one)) != stem(fold(other))


@pytest.mark.parametrize("name", sorted(PROTECTED))
def test_a_protected_name_stays_whole_whatever_is_written_to_it(name: str) -> None:
    kept = SPELT_OTHERWISE.get(name, name)
    assert [stem(clitic + name) for clitic in CLITICS if clitic + name not in PLURALS] == [kept] * len(
        CLITICS
    )


def test_the_lists_are_in_search_spelling_and_settled() -> None:
    listed = {*PROTECTED, *PLURALS, *PLURALS.values(), *SPELT_OTHERWISE.values()}
    assert [word for word in sorted(listed) if tokens(word) != [word]] == []
    assert set(SPELT_OTHERWISE.values()).isdisjoint(SPELT_OTHERWISE)


@given(st.text(alphabet="ابتحدرسعفقكلمنهويء", min_size=1, max_size=12))
def test_a_stem_is_a_piece_of_a_word_or_stands_in_a_list(word: str) -> None:
    found = stem(word)
    listed = PROTECTED | {stem(singular) for singular in PLURALS.values()}
    assert found
    assert found in word or found in listed


@given(st.text())
def test_every_token_has_a_stem(text: str) -> None:
    assert all(stem(token) for token in tokens(text))
