"""Button data: what we write we read, and what others write does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.actions import Action, Verb, decode, encode

codes = st.from_regex(re.compile(r"[0-9A-Z]{4,6}", re.ASCII), fullmatch=True)
anchors = st.from_regex(re.compile(r"[A-Za-z0-9_.-]{1,16}", re.ASCII), fullmatch=True)
tokens = st.from_regex(re.compile(r"[A-Za-z0-9_-]{1,48}", re.ASCII), fullmatch=True)
numbers = st.integers(1, 10**18 - 1).map(str)
about_stories = st.sampled_from(
    [Verb.STORY, Verb.CONTENTS, Verb.RELATED, Verb.OPEN, Verb.FOLLOW, Verb.UNFOLLOW]
)
actions = st.one_of(
    st.builds(Action, about_stories, codes),
    st.builds(Action, st.just(Verb.SECTION), codes, anchors, st.integers(1, 999_999)),
    st.builds(Action, st.sampled_from([Verb.SEND, Verb.DROP]), tokens),
    st.builds(Action, st.just(Verb.LANGUAGE), st.sampled_from(["ar", "en", "pt-BR"])),
    st.builds(Action, st.sampled_from([Verb.PAUSE, Verb.UNPAUSE, Verb.CANCEL]), numbers),
    st.just(Action(Verb.UNHALT, "bot")),
    st.builds(Action, st.just(Verb.UNSURE), st.builds("{}.{}".format, numbers, st.integers(1, 999_999))),
    st.builds(
        Action, st.sampled_from([Verb.RESEND, Verb.LET_BE]), st.builds("{}.{}_9".format, numbers, numbers)
    ),
)


@given(actions)
def test_what_is_written_is_read(action: Action) -> None:
    data = encode(action)
    assert len(data.encode()) <= 64
    assert decode(data) == action


@given(st.one_of(st.text(max_size=80), st.builds(":".join, st.lists(st.text(max_size=8), max_size=5))))
def test_any_data_is_an_action_that_writes_the_same_or_nothing(data: str) -> None:
    action = decode(data)
    assert action is None or encode(action) == data


def test_the_data_of_each_button_stays_as_it_is() -> None:
    assert encode(Action(Verb.SECTION, "K7MP", "s1", 2)) == "se:K7MP:s1:2"
    assert encode(Action(Verb.STORY, "K7MP")) == "st:K7MP"
    assert encode(Action(Verb.SEND, "mJ3_-a")) == "go:mJ3_-a"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "st",
        "st:",
        "st:k7mp",
        "st:K7MP:s1:2",
        "st:K7MP\n",
        "se:K7MP",
        "se:K7MP:s1",
        "se:K7MP:s1:0",
        "se:K7MP:s1:٢",
        "se:K7MP:s 1:2",
        "xx:K7MP",
        "la:../ar",
        "go:" + "a" * 62,
    ],
)
def test_forged_data_does_nothing(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "action",
    [Action(Verb.STORY, "too long a code"), Action(Verb.SECTION, "K7MP", "a:b"), Action(Verb.SEND, "a" * 49)],
)
def test_what_no_button_can_carry_is_refused_where_it_is_made(action: Action) -> None:
    with pytest.raises(ValueError, match="no button can carry"):
        encode(action)
