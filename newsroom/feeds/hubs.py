"""WebSub (https://www.w3.org/TR/websub/): hubs that bring the news of feeds. Polling goes on beside it.

Only where hubs can reach this program, at `Reading.callbacks`.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from newsroom.feeds.outcomes import Offer, Report
from newsroom.feeds.reading import Reading
from newsroom.feeds.taking import take
from newsroom.outside import Fetched, FetchError
from newsroom.wire import CopyRefused
from storage import feed_log, feeds, hubs
from storage.database import Transaction
from storage.feeds import Feed, FeedState
from storage.hubs import HubState, Subscription

LEASE: Final = timedelta(days=10)
"""Asked for; the hub decides."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
RENEW: Final = 0.8
"""Of a lease, after which it is renewed."""
AGAIN: Final = timedelta(hours=1)
"""After a hub that does not answer, or does not call back."""
AFTER_DENIAL: Final = timedelta(days=1)
AT_ONCE: Final = 8
LONGEST_URL: Final = 2048
_ALGORITHMS: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a hub says when it calls (WebSub §5.3). `lease` is in seconds."""

    mode: str
    topic: str
    challenge: str = ""
    lease: int | None = None


def heed(tx: Transaction, feed: Feed, offer: Offer, now: datetime) -> None:
    """Subscribe at the hub that the feed offers; forget the one that it offers no more."""
    if offer.hub is None or max(len(offer.hub), len(offer.topic)) > LONGEST_URL:
        hubs.clear(tx, feed.id)
        return
    token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    hubs.offer(tx, feed.id, hub=offer.hub, topic=offer.topic, token=token, secret=secret, now=now)


async def subscribe_due(reading: Reading) -> None:
    """Ask for what is new, and again for what soon runs out."""
    now = reading.now()
    if reading.callbacks is None or not await reading.db.read(lambda tx: hubs.any_due(tx, now)):
        return
    claimed = await reading.db.write(lambda tx: hubs.claim(tx, now, again_at=now + AGAIN, most=AT_ONCE))
    for one in claimed:
        await _subscribe(reading, reading.callbacks, one)


async def _subscribe(reading: Reading, callbacks: str, one: Subscription) -> None:
    form = {
        "hub.mode": "subscribe",
        "hub.topic": one.topic,
        "hub.callback": f"{callbacks}/{one.token}",
        "hub.secret": one.secret,
        "hub.lease_seconds": str(round(LEASE.total_seconds())),
    }
    try:
        answer = await reading.outside.post(one.hub, form)
    except FetchError as error:
        _LOG.warning("the hub of feed %d cannot be asked: %s", one.feed_id, error.fault.value)
        return
    if answer.status not in (HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT, HTTPStatus.OK):
        _LOG.warning("the hub of feed %d answers %d", one.feed_id, answer.status)


async def verify(reading: Reading, token: str, intent: Intent) -> str | None:
    """The challenge to be said back where this is what was asked for; None where it was not."""
    now = reading.now()
    return await reading.db.write(lambda tx: _verify(tx, token, intent, now))


def _verify(tx: Transaction, token: str, intent: Intent, now: datetime) -> str | None:
    known = hubs.by_token(tx, token)
    if known is None or intent.topic != known.topic:
        return None
    if intent.mode == "denied":
        hubs.deny(tx, token, again_at=now + AFTER_DENIAL)
        return ""
    if intent.mode != "subscribe":
        return None
    lease = lease_of(intent.lease)
    hubs.hold(tx, token, until=now + lease, renew_at=now + lease * RENEW)
    return intent.challenge


def lease_of(seconds: int | None) -> timedelta:
    """As the hub says, within reason."""
    if seconds is None:
        return LEASE
    return min(max(timedelta(seconds=min(seconds, LONGEST.total_seconds())), SHORTEST), LONGEST)


async def deliver(reading: Reading, token: str, signature: str | None, brought: Fetched) -> bool:
    """What a hub brings is filed like what a poll finds. False where no such subscription is known.

    A wrong signature is met with silence (WebSub §7.1): whoever guesses learns nothing.
    """
    known = await reading.db.read(lambda tx: hubs.by_token(tx, token))
    if known is None or known.state is HubState.DENIED:
        return False
    if not signed(known.secret, signature, brought.body):
        _LOG.warning("what came for feed %d is not signed by its hub", known.feed_id)
        return True
    feed = await reading.db.read(lambda tx: feeds.by_id(tx, known.feed_id))
    if feed is not None and feed.state is FeedState.ACTIVE:
        await _file(reading, feed, brought)
    return True


def signed(secret: str, signature: str | None, body: bytes) -> bool:
    """`X-Hub-Signature`: the algorithm, an equals sign, the HMAC in hexadecimal."""
    algorithm, _, given = (signature or "").strip().partition("=")
    if algorithm.lower() not in _ALGORITHMS:
        return False
    made = hmac.new(secret.encode(), body, getattr(hashlib, algorithm.lower())).hexdigest()
    return hmac.compare_digest(made.encode(), given.lower().encode())


async def _file(reading: Reading, feed: Feed, brought: Fetched) -> None:
    """Polls tell what is new by the last whole body, and this is a part of one: nothing is kept of it."""
    at = replace(brought, url=feed.url, permanent=feed.url)
    try:
        report: Report = await take(reading, feed, at, feed.kept)
    except CopyRefused as refused:
        _LOG.warning("what the hub of feed %d brought cannot be read: %s", feed.id, refused)
        return
    now = reading.now()
    await reading.db.write(lambda tx: feed_log.add(tx, feed.id, report.at(now)))
