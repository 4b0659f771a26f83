"""When a feed is asked again, and how: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from newsroom.feeds.outcomes import Report
from storage.feeds import Kept

JITTER: Final = 0.1
GAP: Final = timedelta(seconds=1)
"""Between two requests to one host."""
LONGEST_BACK_OFF: Final = timedelta(hours=6)
LONGEST_RETRY: Final = timedelta(hours=24)
LONGEST_REST: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 16


def conditions(kept: Kept) -> dict[str, str]:
    """Headers that let the server say that nothing has changed (RFC 9110 §13.1)."""
    told: Mapping[str, str | None] = {
        "If-None-Match": kept.etag,
        "If-Modified-Since": kept.last_modified,
    }
    return {name: value for name, value in told.items() if value}


def next_at(report: Report, failures: int, every: timedelta, now: datetime, *, jitter: float) -> datetime:
    """`failures` in a row before this poll; `jitter` from 0 to 1 spreads feeds that were added together."""
    wait = every
    if report.is_trouble:
        doubled = every * 2 ** min(failures + 1, _MOST_DOUBLINGS)
        wait = max(every, min(doubled, LONGEST_BACK_OFF))
    if report.retry_after is not None:
        wait = max(wait, min(report.retry_after, LONGEST_RETRY))
    return now + wait * (1 + JITTER * jitter)


def host_free_at(report: Report, now: datetime) -> datetime:
    """A server that asks for patience asks for it on behalf of all its feeds."""
    if report.retry_after is None:
        return now + GAP
    return now + max(GAP, min(report.retry_after, LONGEST_REST))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` (RFC 9110 §10.2.3): seconds, or the date of the next try. None for what is neither."""
    if value is None:
        return None
    told = value.strip()
    if told.isascii() and told.isdecimal():
        return timedelta(seconds=min(int(told[:10]), LONGEST_RETRY.total_seconds()))
    try:
        until = parsedate_to_datetime(told)
        return max(timedelta(0), (until if until.tzinfo else until.replace(tzinfo=UTC)) - now)
    except (ValueError, OverflowError):
        return None
