"""A poll of a feed: asked, read, filed, written down. What goes wrong is an outcome of this feed alone."""

from __future__ import annotations

import hashlib
import logging
import random
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from newsroom.feeds import hubs, pace, places
from newsroom.feeds.outcomes import Outcome, Report
from newsroom.feeds.reading import Reading
from newsroom.feeds.taking import take, trouble
from newsroom.outside import Fetched, FetchError
from newsroom.wire import CopyRefused
from storage import feeds
from storage.database import Transaction
from storage.errors import StorageError
from storage.feeds import Feed, Kept

_LOG = logging.getLogger(__name__)


async def claim(reading: Reading, most: int) -> list[Feed]:
    """Feeds whose turn it is, and which nobody else polls now."""
    now = reading.now()
    if most < 1 or not await reading.db.read(lambda tx: feeds.any_due(tx, now)):
        return []
    return await reading.db.write(lambda tx: feeds.claim(tx, now, most=most, hold=reading.hold))


async def poll(reading: Reading, feed: Feed) -> Report:
    """Raises `StorageError`; the claim then runs out, and the feed has its turn again."""
    report = await _attempt(reading, feed)
    now = reading.now()
    next_at = pace.next_at(report, feed.failures, reading.every, now, jitter=random.random())  # noqa: S311 - it only spreads
    free_at = pace.host_free_at(report, now)

    def settle(tx: Transaction) -> None:
        if not feeds.settle(tx, feed, report.at(now), report.kept, next_at=next_at, free_at=free_at):
            return
        if report.outcome is Outcome.GONE:
            feeds.end(tx, feed)
        if report.offer is not None and reading.callbacks is not None:
            hubs.heed(tx, feed, report.offer, now)

    await reading.db.write(settle)
    return report


async def _attempt(reading: Reading, feed: Feed) -> Report:
    try:
        fetched = await reading.outside.get(feed.url, pace.conditions(feed.kept))
        return await _answered(reading, feed, fetched)
    except FetchError as error:
        return trouble(feed, error.fault)
    except CopyRefused as refused:
        return trouble(feed, Outcome.REFUSED, detail=str(refused))
    except StorageError:
        raise
    except Exception:
        _LOG.exception("feed %d brought out a fault of ours", feed.id)
        return trouble(feed, Outcome.FAULT)


async def _answered(reading: Reading, feed: Feed, fetched: Fetched) -> Report:
    now = reading.now()
    if fetched.status == HTTPStatus.NOT_MODIFIED:
        return Report(outcome=Outcome.UNCHANGED, kept=replace(feed.kept, good_at=now), status=fetched.status)
    if fetched.status != HTTPStatus.OK:
        gone = fetched.status == HTTPStatus.GONE
        wait = pace.retry_after(fetched.retry_after, now)
        report = trouble(feed, Outcome.GONE if gone else Outcome.STATUS)
        return replace(report, status=fetched.status, retry_after=wait)
    kept = _kept(feed, fetched, now)
    if kept.body_hash == feed.kept.body_hash:
        return Report(outcome=Outcome.UNCHANGED, kept=kept, status=fetched.status)
    return await take(reading, feed, fetched, kept)


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
