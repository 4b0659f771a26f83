"""Names across scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.arabic import tokens
from newsroom.skeletons import names_of, skeleton

ONE_NAME = """
بايدن Biden Байден
بوتين Putin Путин
ماكرون Macron Макрон
زيلينسكي Zelensky Зеленский Zelenskyy
ترامب Trump ترمب وترامب
واشنطن Washington بواشنطن
هاريس Harris
بايلز Biles
نتنياهو Netanyahu Нетаньяху
خامنئي Khamenei
جوكوفيتش Джокович
الحفناوي Hafnaoui
فيلبس Phelps Фелпс
رونالدو Ronaldo Роналду
"""


def forms() -> list[tuple[str, str]]:
    lines = [line.split() for line in ONE_NAME.split("\n") if line]
    return [(names[0], name) for names in lines for name in names[1:]]


@pytest.mark.parametrize(("one", "other"), forms())
def test_a_name_is_one_in_every_script(one: str, other: str) -> None:
    assert list(names_of(one)) == list(names_of(other)) != []


@pytest.mark.parametrize(
    ("one", "other"), [("بايدن", "Putin"), ("ماكرون", "Merkel"), ("باريس", "Berlin"), ("هاريس", "Paris")]
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert list(names_of(one)) != list(names_of(other))


def test_short_words_numbers_and_other_scripts_have_none() -> None:
    assert list(names_of("في 2024 رئي the a io 東京 한국")) == []


@given(st.text())
def test_a_skeleton_is_short_and_plain(text: str) -> None:
    found = [skeleton(token) for token in tokens(text)]
    assert all(each is None or (each.isascii() and each.isalpha() and 3 <= len(each) <= 20) for each in found)
