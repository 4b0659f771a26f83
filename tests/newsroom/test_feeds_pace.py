"""When a feed is asked again: laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.feeds import alternates, pace
from newsroom.feeds.outcomes import Outcome, Report
from newsroom.outside import Fault
from storage.feeds import Kept

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEPT = Kept(url="https://news.example/rss", host="news.example")
outcomes = st.sampled_from([*Outcome, *Fault])
waits = st.none() | st.timedeltas(timedelta(0), timedelta(days=400))
reports = st.builds(Report, outcome=outcomes, kept=st.just(KEPT), retry_after=waits)
everies = st.floats(0.1, 86_400).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=200)
@given(reports, st.integers(0, 10_000), everies, st.floats(0, 1))
def test_a_feed_is_never_asked_early_nor_forgotten(
    report: Report, failures: int, every: timedelta, jitter: float
) -> None:
    wait = pace.next_at(report, failures, every, NOW, jitter=jitter) - NOW
    asked = min(report.retry_after or timedelta(0), pace.LONGEST_RETRY)
    assert wait >= max(every, asked)
    assert wait <= 1.1 * max(every, asked, pace.LONGEST_BACK_OFF) + timedelta(seconds=1)
    if not report.is_trouble and report.retry_after is None:
        assert wait <= 1.1 * every + timedelta(milliseconds=1)


@settings(max_examples=100)
@given(st.integers(0, 100), everies, st.floats(0, 1))
def test_more_failures_never_bring_it_sooner(failures: int, every: timedelta, jitter: float) -> None:
    report = Report(outcome=Fault.TIMEOUT, kept=KEPT)
    sooner = pace.next_at(report, failures, every, NOW, jitter=jitter)
    assert pace.next_at(report, failures + 1, every, NOW, jitter=jitter) >= sooner


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999999999999999", 86_400),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), 0),
        ("Sun, 01 Mar 2026 12:01:00 -0000", 60),
    ],
)
def test_how_long_a_server_asks_to_wait(value: str, seconds: int) -> None:
    assert pace.retry_after(value, NOW) == timedelta(seconds=seconds)


@given(st.text(max_size=60))
def test_no_header_breaks_it(value: str) -> None:
    wait = pace.retry_after(value, NOW)
    assert wait is None or wait >= timedelta(0)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (b'<link rel="alternate" type="application/atom+xml" href="a">', ["https://news.example/x/a"]),
        (
            b'<base href="/b/"><link REL="home ALTERNATE" type="Application/Feed+JSON; x=y" href="c&amp;d">',
            ["https://news.example/b/c&d"],
        ),
        (
            b'<link rel="alternate" type="text/html" href="a"><a rel="alternate" type="application/rss+xml">',
            [],
        ),
        (b'<link rel="alternate" type="application/rss+xml">', []),
        (b'<link rel="alternate" type="application/rss+xml" href="http://[">', []),
        (b"\xff\xfe<<<!--", []),
    ],
)
def test_the_feeds_that_a_page_names(page: bytes, found: list[str]) -> None:
    assert alternates.feeds_of(page, "https://news.example/x/y") == found


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_no_page_breaks_it(page: bytes) -> None:
    assert alternates.feeds_of(b"<link " + page, "https://news.example/") is not None
