"""A poll of a feed: asked, read, filed, written down. What goes wrong is an outcome of this feed alone."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from newsroom import identity
from newsroom.feeds import pace, places, trust
from newsroom.feeds.outcomes import Outcome, Report
from newsroom.filing import Copy, Taken
from newsroom.outside import Fault, Fetched, FetchError, Outside
from newsroom.wire import Bundle, CopyRefused
from storage import feeds
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.feeds import Feed, Kept
from storage.records import Draft

HOLD: Final = timedelta(minutes=5)
"""A claim outlasts the longest poll: 20 seconds to fetch, then to read, then to file up to 1,000 items."""
READ_SECONDS: Final = 30.0
LONGEST_DETAIL: Final = 300
_FINGERPRINT: Final = 16

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a poll works with. `read` and `file` are the Desk's; `every` is the time between polls."""

    db: Database
    outside: Outside
    read: Callable[[Copy], Awaitable[Bundle]]
    file: Callable[[Copy, Draft], Awaitable[Taken]]
    now: Callable[[], datetime]
    every: timedelta
    read_seconds: float = READ_SECONDS


async def claim(reading: Reading, most: int) -> list[Feed]:
    """Feeds whose turn it is, and which nobody else polls now."""
    now = reading.now()
    if most < 1 or not await reading.db.read(lambda tx: feeds.any_due(tx, now)):
        return []
    return await reading.db.write(lambda tx: feeds.claim(tx, now, most=most, hold=HOLD))


async def poll(reading: Reading, feed: Feed) -> Report:
    """Raises `StorageError`; the claim then runs out, and the feed has its turn again."""
    report = await _attempt(reading, feed)
    now = reading.now()
    next_at = pace.next_at(report, feed.failures, reading.every, now, jitter=random.random())  # noqa: S311 - it only spreads
    free_at = pace.host_free_at(report, now)

    def settle(tx: Transaction) -> None:
        feeds.settle(tx, feed, report.at(now), report.kept, next_at=next_at, free_at=free_at)
        if report.outcome is Outcome.GONE:
            feeds.end(tx, feed)

    await reading.db.write(settle)
    return report


async def _attempt(reading: Reading, feed: Feed) -> Report:
    try:
        fetched = await reading.outside.get(feed.url, pace.conditions(feed.kept))
        return await _answered(reading, feed, fetched)
    except FetchError as error:
        return _trouble(feed, error.fault)
    except CopyRefused as refused:
        return _trouble(feed, Outcome.REFUSED, detail=str(refused))
    except StorageError:
        raise
    except Exception:
        _LOG.exception("feed %d brought out a fault of ours", feed.id)
        return _trouble(feed, Outcome.FAULT)


async def _answered(reading: Reading, feed: Feed, fetched: Fetched) -> Report:
    now = reading.now()
    if fetched.status == HTTPStatus.NOT_MODIFIED:
        return Report(outcome=Outcome.UNCHANGED, kept=replace(feed.kept, good_at=now), status=fetched.status)
    if fetched.status != HTTPStatus.OK:
        gone = fetched.status == HTTPStatus.GONE
        wait = pace.retry_after(fetched.retry_after, now)
        report = _trouble(feed, Outcome.GONE if gone else Outcome.STATUS)
        return replace(report, status=fetched.status, retry_after=wait)
    kept = _kept(feed, fetched, now)
    if kept.body_hash == feed.kept.body_hash:
        return Report(outcome=Outcome.UNCHANGED, kept=kept, status=fetched.status)
    return await _changed(reading, feed, fetched, kept)


def _kept(feed: Feed, fetched: Fetched, now: datetime) -> Kept:
    return replace(
        feed.kept,
        url=fetched.permanent,
        host=places.host_of(fetched.permanent),
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=hashlib.sha256(fetched.body).hexdigest(),
        good_at=now,
    )


async def _changed(reading: Reading, feed: Feed, fetched: Fetched, kept: Kept) -> Report:
    copy = places.copy_of(fetched, feed.source)
    try:
        async with asyncio.timeout(reading.read_seconds):
            bundle = places.as_feed(await reading.read(copy), copy)
    except TimeoutError:
        return _trouble(feed, Outcome.SLOW)
    title = places.title_of(bundle) or kept.title
    return await _file(reading, feed, copy, bundle, replace(kept, title=title))


async def _file(reading: Reading, feed: Feed, copy: Copy, bundle: Bundle, kept: Kept) -> Report:
    """The oldest first, as it was told. One bad item does not lose the others."""
    drafts = [item for item in bundle.items if isinstance(item, Draft)]
    refusals = [item for item in bundle.items if isinstance(item, CopyRefused)]
    prints = {fingerprint(draft): draft for draft in reversed(drafts)}
    results = list[Taken]()
    for one, draft in prints.items():
        if one not in feed.kept.seen:
            results.append(await _file_one(reading, feed, copy, draft, results))
    report = _counted(results, refusals, replace(kept, seen=tuple(prints)))
    nothing_good = bool(refusals) and not drafts
    return _trouble(feed, Outcome.REFUSED, detail=report.detail) if nothing_good else report


async def _file_one(reading: Reading, feed: Feed, copy: Copy, draft: Draft, before: Sequence[Taken]) -> Taken:
    pushed = sum(taken.push is not None for taken in before)
    told = trust.as_told(feed, draft)
    given = trust.trust_of(feed, told, reading.every, reading.now(), pushed=pushed)
    return await reading.file(replace(copy, trust=given), told)


def _counted(results: Sequence[Taken], refusals: Sequence[CopyRefused], kept: Kept) -> Report:
    fresh = sum(taken.outcome is identity.Outcome.NEW for taken in results)
    same = (identity.Outcome.NEW, identity.Outcome.DUPLICATE, identity.Outcome.KILLED)
    changed = sum(taken.outcome not in same for taken in results)
    return Report(
        outcome=Outcome.TAKEN if fresh or changed else Outcome.UNCHANGED,
        kept=kept,
        status=HTTPStatus.OK,
        fresh=fresh,
        changed=changed,
        refused=len(refusals),
        pushed=sum(taken.push is not None for taken in results),
        detail=str(refusals[0])[:LONGEST_DETAIL] if refusals else None,
    )


def fingerprint(draft: Draft) -> str:
    """Of all that was understood: an item that says the same as at the last poll is not filed again."""
    return hashlib.sha256(repr(replace(draft, copy=b"")).encode()).hexdigest()[:_FINGERPRINT]


def _trouble(feed: Feed, outcome: Outcome | Fault, *, detail: str | None = None) -> Report:
    """What was known before stays known."""
    return Report(outcome=outcome, kept=feed.kept, detail=detail[:LONGEST_DETAIL] if detail else None)
