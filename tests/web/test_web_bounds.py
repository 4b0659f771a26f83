"""The laws of pace, room and keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.bounds import Bucket, Pace, Slots
from web.keyring import Keyring, Sender
from web.problems import Problem


@given(
    per_second=st.floats(0.1, 100),
    burst=st.integers(1, 50),
    gaps=st.lists(st.floats(0, 5), max_size=200),
)
def test_no_more_than_the_burst_and_what_time_has_added(
    per_second: float, burst: int, gaps: list[float]
) -> None:
    pace, bucket, now, passed = Pace(per_second, burst), None, 0.0, 0
    for gap in gaps:
        now += gap
        bucket, wait = pace.take(bucket, now)
        passed += not wait
    assert passed <= burst + now * per_second + 1e-6


@given(per_second=st.floats(0.1, 100), burst=st.integers(1, 50))
def test_who_waits_as_told_gets_in(per_second: float, burst: int) -> None:
    pace, bucket = Pace(per_second, burst), Bucket(0.0, 100.0)
    bucket, wait = pace.take(bucket, 100.0)
    assert wait > 0
    assert pace.take(bucket, 100.0 + wait * 1.000001)[1] == 0.0


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    assert Pace(1, 5).take(Bucket(0.0, 100.0), 50.0) == (Bucket(0.0, 50.0), 1.0)


async def test_slots_are_given_back_whatever_happens() -> None:
    slots = Slots(1, patience=0.01)
    with pytest.raises(KeyError):
        async with slots.one():
            raise KeyError
    async with slots.one():
        with pytest.raises(Problem) as full:
            async with slots.one():
                pass
    assert (full.value.status, full.value.headers) == (503, {"Retry-After": "5"})
    async with slots.one():
        pass


def test_a_keyring_shows_no_key() -> None:
    keyring = Keyring([(Sender("hill", trusted=False), "open-sesame")])
    assert keyring.sender("Bearer open-sesame") == Sender("hill", trusted=False)
    assert "sesame" not in f"{keyring!r}{vars(keyring)!r}"
