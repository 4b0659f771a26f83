"""From what came of a feed to stories: what is new or changed is filed, as far as the feed is trusted."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final

from newsroom import identity, placing
from newsroom.feeds import places, trust
from newsroom.feeds.outcomes import Outcome, Report
from newsroom.feeds.reading import Reading
from newsroom.filing import Taken
from newsroom.incoming import Copy
from newsroom.outside import Fault, Fetched
from newsroom.wire import Bundle, CopyRefused
from storage import feeds
from storage.feeds import Feed, FeedState, Kept
from storage.records import Draft

LONGEST_DETAIL: Final = 300
_FINGERPRINT: Final = 16


async def take(reading: Reading, feed: Feed, fetched: Fetched, kept: Kept) -> Report:
    """Raises `CopyRefused` where nothing can be read."""
    copy = places.copy_of(fetched, feed.source)
    try:
        async with reading.threads, asyncio.timeout(reading.read_seconds):
            bundle = places.as_feed(await reading.read(copy), copy)
    except TimeoutError:
        return trouble(feed, Outcome.SLOW)
    title = places.title_of(bundle) or kept.title
    report = await _file(reading, feed, copy, bundle, replace(kept, title=title))
    return replace(report, offer=places.offer_of(fetched, bundle))


async def _file(reading: Reading, feed: Feed, copy: Copy, bundle: Bundle, kept: Kept) -> Report:
    """The oldest first, as it was told. One bad item does not lose the others."""
    drafts = [item for item in bundle.items if isinstance(item, Draft)]
    refusals = [item for item in bundle.items if isinstance(item, CopyRefused)]
    prints = {fingerprint(draft): draft for draft in reversed(drafts)}
    fresh = [draft for one, draft in prints.items() if one not in feed.kept.seen]
    results = [taken async for taken in _file_each(reading, replace(feed, kept=kept), copy, fresh)]
    report = _counted(results, refusals, replace(kept, seen=tuple(prints)))
    nothing_good = bool(refusals) and not drafts
    return trouble(feed, Outcome.REFUSED, detail=report.detail) if nothing_good else report


async def _file_each(
    reading: Reading, feed: Feed, copy: Copy, drafts: Sequence[Draft]
) -> AsyncIterator[Taken]:
    """An editor may pause, remove or trust the feed otherwise in the middle of it, and is heeded at once."""
    pushed, held_at = 0, reading.now()
    for draft in drafts:
        standing = await reading.db.read(lambda tx: feeds.by_id(tx, feed.id))
        if standing is None or standing.state is FeedState.PAUSED:
            return
        told, now = trust.as_told(standing, draft, feed.kept.title), reading.now()
        if now - held_at >= reading.hold / 3:
            held_at = await _hold(reading, feed, now)
        if not told.sections and not await reading.db.read(partial(placing.knows, copy=copy, draft=told)):
            continue  # the withdrawal of what never came here
        backlog = trust.is_backlog(standing, told, reading.every, now)
        given = trust.trust_of(standing, told, pushed=pushed)
        taken = await reading.file(replace(copy, trust=given, backlog=backlog), told)
        pushed += taken.push is not None
        yield taken


async def _hold(reading: Reading, feed: Feed, now: datetime) -> datetime:
    await reading.db.write(lambda tx: feeds.hold(tx, feed, until=now + reading.hold))
    return now


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


def trouble(feed: Feed, outcome: Outcome | Fault, *, detail: str | None = None) -> Report:
    """What was known before stays known."""
    return Report(outcome=outcome, kept=feed.kept, detail=detail[:LONGEST_DETAIL] if detail else None)
