"""Times as editors type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import instants

CAIRO, BERLIN = ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)  # 14:00 in Cairo


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("18:30", datetime(2026, 3, 1, 16, 30, tzinfo=UTC)),
        ("١٨:٣٠", datetime(2026, 3, 1, 16, 30, tzinfo=UTC)),
        ("9.05", datetime(2026, 3, 2, 7, 5, tzinfo=UTC)),
        ("14:00", datetime(2026, 3, 2, 12, 0, tzinfo=UTC)),
        ("2026-03-04 08:00", datetime(2026, 3, 4, 6, 0, tzinfo=UTC)),
        ("2026/3/4T08:00", datetime(2026, 3, 4, 6, 0, tzinfo=UTC)),
        ("+45m", NOW + timedelta(minutes=45)),
        ("+ 2 hours", NOW + timedelta(hours=2)),
        ("+2h", NOW + timedelta(hours=2)),
        ("+٣د", NOW + timedelta(minutes=3)),
        ("+1d", NOW + timedelta(days=1)),
    ],
)
def test_what_is_meant(typed: str, expected: datetime | None) -> None:
    assert instants.read(typed, CAIRO, NOW) == expected


@pytest.mark.parametrize(
    "typed", ["", "soon", "25:00", "12:60", "2026-02-30 10:00", "2031-01-01 10:00", "+9999d", "+x", "18:30 x"]
)
def test_what_is_no_instant(typed: str) -> None:
    assert instants.read(typed, CAIRO, NOW) is None


def test_an_hour_that_spring_skips_is_the_one_after_it() -> None:
    now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert instants.read("2026-03-29 02:30", BERLIN, now) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_autumn_brings_twice_is_the_first() -> None:
    now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert instants.read("2026-10-25 02:30", BERLIN, now) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.text(max_size=40))
def test_nothing_typed_is_an_error(typed: str) -> None:
    found = instants.read(typed, CAIRO, NOW)
    assert found is None or found.tzinfo is not None


@given(st.integers(0, 23), st.integers(0, 59), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001 - made aware below
def test_an_hour_alone_is_the_next_such(hour: int, minute: int, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    found = instants.read(f"{hour}:{minute:02}", BERLIN, now)
    assert found is not None
    assert now < found <= now + timedelta(hours=26)
