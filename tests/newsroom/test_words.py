"""The reader's language: plurals, months, digits, hours; what is not known falls back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.words import words_for

NOON = datetime(2026, 1, 9, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "لا أخبار"),
        (1, "خبر واحد"),
        (2, "خبران"),
        (3, "3 أخبار"),
        (10, "10 أخبار"),
        (11, "11 خبرًا"),
        (99, "99 خبرًا"),
        (100, "100 خبر"),
        (102, "102 خبر"),
        (103, "103 أخبار"),
        (1_000_000, "1,000,000 خبر"),
    ],
)
def test_arabic_counts_in_six_ways(n: int, said: str) -> None:
    assert words_for("ar").count(n, "count.stories") == said


@pytest.mark.parametrize(("n", "said"), [(0, "0 stories"), (1, "1 story"), (2, "2 stories")])
def test_english_counts_in_two_ways(n: int, said: str) -> None:
    assert words_for("en").count(n, "count.stories") == said


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Africa/Cairo", "٩ يناير ٢٠٢٦"),
        ("Asia/Riyadh", "٩ يناير ٢٠٢٦"),
        ("Asia/Dubai", "9 يناير 2026"),
        ("Asia/Beirut", "٩ كانون الثاني ٢٠٢٦"),
        ("Asia/Damascus", "٩ كانون الثاني ٢٠٢٦"),
        ("Asia/Amman", "٩ كانون الثاني ٢٠٢٦"),
        ("Asia/Baghdad", "٩ كانون الثاني ٢٠٢٦"),
        ("Africa/Tunis", "9 جانفي 2026"),
        ("Africa/Algiers", "9 جانفي 2026"),
        ("Africa/Casablanca", "9 يناير 2026"),
        ("Europe/Paris", "9 يناير 2026"),
        ("UTC", "9 يناير 2026"),
    ],
)
def test_months_and_digits_are_those_of_where_the_reader_is(zone: str, shown: str) -> None:
    assert words_for("ar", zone).date(NOON) == shown


@pytest.mark.parametrize(
    ("zone", "shown"), [("Africa/Cairo", "١٬٢٣٤"), ("Africa/Tunis", "1.234"), ("UTC", "1,234")]
)
def test_numbers_are_written_as_there(zone: str, shown: str) -> None:
    assert words_for("ar", zone).number(1234) == shown


def test_the_hour_is_that_of_the_reader() -> None:
    assert words_for("ar", "Asia/Riyadh").time(NOON, NOON) == "اليوم ١٥:٠٥"
    assert words_for("en", "Asia/Tokyo").time(NOON, NOON) == "today 21:05"
    assert words_for("en", "UTC").time(NOON, NOON) == "today 12:05 UTC"


def test_a_time_is_told_from_the_readers_own_day() -> None:
    late = datetime(2026, 1, 9, 22, 30, tzinfo=UTC)
    in_paris, in_tunis = words_for("en", "Europe/Paris"), words_for("en", "America/New_York")
    assert in_paris.time(late, late + timedelta(hours=1)) == "yesterday 23:30"
    assert in_tunis.time(late, late + timedelta(hours=1)) == "today 17:30"
    assert in_paris.time(late, late + timedelta(days=3)) == "9 January, 23:30"
    assert in_paris.time(late, late + timedelta(days=365)) == "9 January 2026, 23:30"


@pytest.mark.parametrize(
    ("seconds", "arabic", "english"),
    [
        (0, "ثانية واحدة", "1 second"),
        (2, "ثانيتان", "2 seconds"),
        (60, "دقيقة واحدة", "1 minute"),
        (125, "دقيقتان و5 ثوانٍ", "2 minutes and 5 seconds"),
        (33_333, "9 ساعات و15 دقيقة", "9 hours and 15 minutes"),
        (90_000, "يوم واحد وساعة واحدة", "1 day and 1 hour"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, arabic: str, english: str) -> None:
    assert words_for("ar").duration(seconds) == arabic
    assert words_for("en", "Europe/London").duration(seconds) == english


def test_a_list_ends_as_the_language_ends_it() -> None:
    assert words_for("ar").listed(["ألف", "باء", "جيم"]) == "ألف وباء وجيم"
    assert words_for("en", "Europe/London").listed(["a", "b", "c"]) == "a, b and c"


def test_directions() -> None:
    assert (words_for("ar").direction, words_for("en").direction) == ("rtl", "ltr")


@pytest.mark.parametrize("tag", ["fr", "", "xx-YY", "../en", "a" * 500])
def test_an_unknown_language_is_the_default(tag: str) -> None:
    assert words_for(tag) is words_for("ar")
    assert words_for(tag, default="en") is words_for("en")


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en_US"])
def test_a_language_is_known_by_its_tag(tag: str) -> None:
    assert words_for(tag).language == "en"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Africa", "x\0y", "A" * 5000])
def test_an_unknown_zone_is_utc(zone: str) -> None:
    assert words_for("ar", zone).zone == "UTC"


def test_words_are_made_once() -> None:
    assert words_for("ar", "Africa/Cairo") is words_for("ar", "Africa/Cairo")


def test_facts_are_never_read_as_placeholders() -> None:
    assert words_for("en").say("search.title", wanted="{wanted} {0} %s") == "Found for: {wanted} {0} %s"
