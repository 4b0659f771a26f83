"""Time zones by the names that people give them."""

from __future__ import annotations

from contextlib import suppress
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import zones
from newsroom.errors import Refusal


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Africa/Cairo", "Africa/Cairo"),
        ("africa/cairo", "Africa/Cairo"),
        ("القاهرة", "Africa/Cairo"),
        ("قاهره", "Africa/Cairo"),
        ("مصر", "Africa/Cairo"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("مكه المكرمه", "Asia/Riyadh"),
        ("السعودية", "Asia/Riyadh"),
        ("jeddah", "Asia/Riyadh"),
        ("أبو ظبي", "Asia/Dubai"),
        ("لندن", "Europe/London"),
        ("France", "Europe/Paris"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("utc", "Etc/UTC"),
        ("Etc/GMT+3", "Etc/GMT+3"),
    ],
)
def test_cities_countries_and_iana_names_are_known(typed: str, zone: str) -> None:
    assert zones.read(typed) == zone


def test_every_iana_name_leads_to_a_clock() -> None:
    read = {zones.read(zone) for zone in available_timezones() if zone != "Factory"}
    assert read <= available_timezones()


def test_every_city_of_the_list_is_found_by_each_of_its_names() -> None:
    for zone, names in zones.CITIES.items():
        for name in names:
            assert zones.read(name) == zones.read(zone), name


def test_one_name_for_two_times_is_not_guessed() -> None:
    with pytest.raises(Refusal, match="zone_several") as refused:
        zones.read("عمان")
    assert refused.value.facts == {"typed": "عمان", "first": "Asia/Amman", "second": "Asia/Muscat"}


def test_a_slip_is_met_with_the_name_that_was_meant() -> None:
    with pytest.raises(Refusal, match="zone_near") as refused:
        zones.read("Lndon")
    assert refused.value.facts["code"] == "Europe/London"
    with pytest.raises(Refusal, match="zone_unknown"):
        zones.read("xyzzy")


def test_a_zone_is_called_by_its_city() -> None:
    assert zones.city("Africa/Cairo", "ar") == "القاهرة"
    assert zones.city("America/New_York", "en") == "New York"


@given(st.text(max_size=80))
def test_anything_can_be_typed(typed: str) -> None:
    with suppress(Refusal):
        ZoneInfo(zones.read(typed))
