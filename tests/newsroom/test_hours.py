"""Quiet hours and digest times: as typed, and as instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import hours
from newsroom.errors import Refusal
from newsroom.hours import Quiet

NIGHT = Quiet("22:00", "07:00")
BERLIN, NEW_YORK, KATHMANDU = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Asia/Kathmandu"),
)
CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@pytest.mark.parametrize(
    "typed",
    [
        "22:00-07:00",
        "22-7",
        " 22:00 – 7:00 ",
        "٢٢:٠٠-٠٧:٠٠",
        "22:00 to 07:00",
        "من 22:00 إلى 7:00",
        "22:00 حتى 7",
    ],
)
def test_quiet_hours_are_read_as_people_type_them(typed: str) -> None:
    assert hours.read_quiet(typed) == NIGHT


@pytest.mark.parametrize("typed", ["off", "OFF", " إيقاف ", "none", "بلا"])
def test_off_ends_them(typed: str) -> None:
    assert hours.read_quiet(typed) is None
    assert hours.read_times(typed) == ()


@pytest.mark.parametrize(
    "typed",
    ["25:00-07:00", "22:60-07:00", "22:00", "22:00-", "night", "24:00-07:00", "22:00-07:00 x"],
)
def test_what_no_clock_shows_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="quiet_unknown") as refused:
        hours.read_quiet(typed)
    assert refused.value.facts == {"typed": typed}


def test_a_night_of_no_hours_is_refused_and_a_whole_day_is_not() -> None:
    with pytest.raises(Refusal, match="quiet_empty"):
        hours.read_quiet("08:00-08:00")
    assert hours.read_quiet("00:00-24:00") == Quiet("00:00", "24:00")


def test_digest_times_are_in_order_and_each_once() -> None:
    assert hours.read_times("18:30 8") == ("08:00", "18:30")
    assert hours.read_times("٨:٠٠، ١٨:٣٠ و 8:00") == ("08:00", "18:30")
    with pytest.raises(Refusal, match="digest_unknown"):
        hours.read_times("08:00 noon")
    with pytest.raises(Refusal, match="digest_too_many"):
        hours.read_times("1 2 3 4 5 6 7")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_a_night_goes_over_midnight(clock: str, quiet: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    now = datetime(2026, 3, 1, hour, minute, tzinfo=BERLIN).astimezone(UTC)
    assert hours.is_quiet(now, BERLIN, NIGHT) is quiet


def test_the_hours_are_those_of_the_chats_wall_in_summer_and_winter() -> None:
    """22:00 in New York is 02:00 UTC in July and 03:00 in January."""
    for day in (datetime(2026, 7, 2, 2, tzinfo=UTC), datetime(2026, 1, 2, 3, tzinfo=UTC)):
        assert hours.is_quiet(day, NEW_YORK, NIGHT)
        assert not hours.is_quiet(day - timedelta(minutes=1), NEW_YORK, NIGHT)
    assert hours.is_quiet(datetime(2026, 1, 1, 16, 15, tzinfo=UTC), KATHMANDU, NIGHT)
    assert not hours.is_quiet(datetime(2026, 1, 1, 16, 14, tzinfo=UTC), KATHMANDU, NIGHT)


def test_an_hour_that_comes_twice_is_quiet_both_times_and_one_that_never_comes_hurts_nobody() -> None:
    twice = Quiet("02:00", "03:00")
    autumn = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 02:00 in summer time; an hour later 02:00 again
    assert [hours.is_quiet(autumn + timedelta(hours=n), BERLIN, twice) for n in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    spring = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 01:59; a minute later it is 03:00
    assert [hours.is_quiet(spring + timedelta(minutes=n), BERLIN, twice) for n in (0, 1)] == [False, False]


@given(start=CLOCKS, end=CLOCKS, now=st.datetimes(timezones=st.just(UTC)))
def test_what_is_not_quiet_by_one_pair_is_quiet_by_its_reverse(start: str, end: str, now: datetime) -> None:
    if start == end or now.year in (1, 9999):
        return
    either = [hours.is_quiet(now, BERLIN, Quiet(*pair)) for pair in ((start, end), (end, start))]
    assert sorted(either) == [False, True]


@given(start=CLOCKS, end=CLOCKS)
def test_what_is_read_is_what_was_typed(start: str, end: str) -> None:
    if start != end:
        assert hours.read_quiet(f"{start}-{end}") == Quiet(start, end)


@given(st.text(max_size=30))
def test_anything_can_be_typed(typed: str) -> None:
    for read in (hours.read_quiet, hours.read_times):
        try:
            read(typed)
        except Refusal:
            continue
