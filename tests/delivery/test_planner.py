"""How much may be under way, and who has the room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import planner
from delivery.planner import BIGGEST_WINDOW, SMALLEST_WINDOW, Room
from storage.records import Lane

LANES = st.lists(st.sampled_from(Lane), min_size=1, max_size=6).map(sorted)


@pytest.mark.parametrize(("rate", "latency", "window"), [(30, 0.1, 20), (30, 1.0, 47), (1000, 0.04, 167)])
def test_the_window_follows_rate_and_latency(rate: float, latency: float, window: int) -> None:
    assert planner.window(rate, latency) == window


@given(rate=st.floats(0, 1e6), latency=st.floats(0, 1e3))
def test_the_window_is_bounded(rate: float, latency: float) -> None:
    assert SMALLEST_WINDOW <= planner.window(rate, latency) <= BIGGEST_WINDOW


@given(rate=st.floats(0, 1e6))
def test_turns_are_neither_rare_nor_endless(rate: float) -> None:
    assert 0.075 <= planner.flush_every(rate) <= 0.25


def test_the_urgent_has_all_but_a_foot_in_the_door() -> None:
    room = Room(10, [Lane.BREAKING, Lane.BROADCAST, Lane.DIGEST], {})
    assert (room.of(Lane.BREAKING), room.of(Lane.BROADCAST)) == (8, 9)
    room.take(Lane.BREAKING, 8)
    assert (room.of(Lane.BROADCAST), room.of(Lane.DIGEST)) == (1, 1)
    room.take(Lane.BROADCAST, 1)
    assert (room.of(Lane.BROADCAST), room.of(Lane.DIGEST)) == (0, 1)


def test_a_lane_that_has_something_under_way_needs_no_foot() -> None:
    room = Room(10, [Lane.BREAKING, Lane.DIGEST], {Lane.DIGEST: 1})
    assert (room.of(Lane.BREAKING), room.of(Lane.DIGEST)) == (10, 10)
    room.take(Lane.BREAKING, 10)
    assert room.of(Lane.DIGEST) == 0


def test_where_there_is_hardly_room_the_urgent_has_it() -> None:
    room = Room(1, [Lane.BREAKING, Lane.DIGEST], {})
    assert room.of(Lane.BREAKING) == 1
    room.take(Lane.BREAKING, 1)
    assert room.of(Lane.DIGEST) == 0


@given(
    size=st.integers(0, 300), lanes=LANES, under_way=st.dictionaries(st.sampled_from(Lane), st.integers(0, 3))
)
def test_no_more_is_given_than_there_is(size: int, lanes: list[Lane], under_way: dict[Lane, int]) -> None:
    room = Room(size, lanes, under_way)
    given_out = 0
    for lane in lanes:
        taken = room.of(lane)
        room.take(lane, taken)
        given_out += taken
    assert given_out == size
