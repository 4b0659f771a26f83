"""What editors do with feeds: each function is one act inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsroom.errors import Refusal
from newsroom.feeds import asking, places
from newsroom.feeds.asking import Wanted
from newsroom.feeds.trust import FeedTrust
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import feeds as pages
from storage import audit, facts, feed_log, feeds, hubs
from storage.database import Transaction
from storage.feeds import Feed

NAMED = "feeds"
"""The fact that holds which addresses of the settings were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that was looked at before it is added. `by_page` where a page named it."""

    url: str
    title: str | None
    by_page: bool = False


def listed(tx: Transaction, asker: Asker, _: int) -> Message:
    return pages.listed(feeds.every(tx), asker.words, asker.now)


def shown(tx: Transaction, asker: Asker, _: int, typed: str) -> Message:
    feed = find(tx, typed)
    hub, log = hubs.of(tx, feed.id), feed_log.last(tx, feed.id)
    return pages.shown(feed, hub, log, asker.words, asker.now)


def add(tx: Transaction, asker: Asker, editor: int, wanted: Wanted, found: Found) -> Message:
    made = feeds.add(
        tx,
        url=found.url,
        host=places.host_of(found.url),
        source=wanted.source or places.name_of(found.url),
        language=wanted.language,
        topics=wanted.topics,
        trust=wanted.trust,
        title=found.title,
        now=asker.now,
    )
    if made is None:
        raise known(tx, found.url)
    _note(tx, asker, editor, "add", made)
    return pages.added(made, asker.words, by_page=found.by_page)


def add_named(tx: Transaction, urls: Sequence[str], now: datetime) -> None:
    """Those of the settings, each once: one that an editor removed, or that moved, does not come back."""
    before: list[str] = json.loads(facts.get(tx, NAMED) or "[]")
    fresh = [url for url in dict.fromkeys(urls) if url not in before]
    for url in fresh:
        _add_named(tx, url, now)
    if fresh:
        facts.put(tx, NAMED, json.dumps([*before, *fresh]))


def _add_named(tx: Transaction, url: str, now: datetime) -> None:
    host, source = places.host_of(url), places.name_of(url)
    made = feeds.add(tx, url=url, host=host, source=source, trust=FeedTrust.PUBLISH, now=now)
    if made is not None:
        detail, subject = {"url": url, "trust": made.trust}, f"feed:{made.id}"
        audit.append(tx, actor="settings", action="feed.add", subject=subject, detail=detail, now=now)


def refuse_known(tx: Transaction, _: Asker, __: int, url: str) -> None:
    if feeds.by_url(tx, url) is not None:
        raise known(tx, url)


def known(tx: Transaction, url: str) -> Refusal:
    feed = feeds.by_url(tx, url)
    return Refusal("feed_known", id=str(feed.id) if feed else "")


def pause(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    feed = find(tx, typed)
    if not feeds.pause(tx, feed.id):
        raise Refusal("feed_paused", id=str(feed.id))
    return _changed(tx, asker, editor, "pause", feed)


def resume(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    feed = find(tx, typed)
    if not feeds.resume(tx, feed.id, asker.now):
        raise Refusal("feed_active", id=str(feed.id))
    return _changed(tx, asker, editor, "resume", feed)


def trust(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    number, given = asking.number_and_trust(typed)
    feed = find(tx, str(number))
    if feed.trust != given:
        feeds.set_trust(tx, feed.id, given, asker.now)
    return _changed(tx, asker, editor, "trust", feed)


def remove(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    feed = find(tx, typed)
    feeds.remove(tx, feed.id)
    _note(tx, asker, editor, "remove", feed)
    return pages.removed(feed, asker.words)


def find(tx: Transaction, typed: str) -> Feed:
    number = asking.number(typed)
    feed = feeds.by_id(tx, number)
    if feed is None:
        raise Refusal("feed_unknown", typed=str(number))
    return feed


def _changed(tx: Transaction, asker: Asker, editor: int, action: str, feed: Feed) -> Message:
    now_so = find(tx, str(feed.id))
    _note(tx, asker, editor, action, now_so)
    return pages.changed(now_so, asker.words, asker.now)


def _note(tx: Transaction, asker: Asker, editor: int, action: str, feed: Feed) -> None:
    detail = {"url": feed.url, "trust": feed.trust}
    subject, actor = f"feed:{feed.id}", f"editor:{editor}"
    audit.append(tx, actor=actor, action=f"feed.{action}", subject=subject, detail=detail, now=asker.now)
