"""What the items of a feed may do without an editor: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from newsroom import cycle
from newsroom.incoming import Trust
from storage.feeds import Feed
from storage.records import Draft

STALE: Final = timedelta(hours=3)
"""An item older than that is no breaking news any more; nor is what a feed holds that was silent so long."""
MOST_PUSHES: Final = 3
"""Of one poll: a feed in which everything is breaking at once has gone wrong."""


class FeedTrust(StrEnum):
    """As editors type it. What a feed in review brings waits for an editor, all of it."""

    REVIEW = "review"
    PUBLISH = "publish"
    PUSH = "push"


_TRUST = {
    FeedTrust.REVIEW: Trust.WAIT,
    FeedTrust.PUBLISH: Trust.PUBLISH,
    FeedTrust.PUSH: Trust.PUSH,
}


def trust_of(feed: Feed, draft: Draft, *, pushed: int) -> Trust:
    """For the next item of a poll; `pushed` counts those before it.

    What corrects or takes back a story waits for an editor, but where the feed is trusted like one.
    """
    given = FeedTrust(feed.trust)
    if given is FeedTrust.PUBLISH and draft.kind in cycle.WEIGHTY:
        return Trust.REVIEW
    if given is FeedTrust.PUSH and pushed >= MOST_PUSHES:
        return Trust.PUBLISH
    return _TRUST[given]


def is_backlog(feed: Feed, draft: Draft, every: timedelta, now: datetime) -> bool:
    """Of what is no news any more nobody is told: it is old, or gathered while the feed was not read."""
    is_old = draft.version_created is not None and draft.version_created < now - STALE
    return is_old or _was_silent(feed, every, now)


def as_told(feed: Feed, draft: Draft, title: str | None) -> Draft:
    """With what the editor who added the feed said of it; whoever signs nothing is signed for by the feed."""
    return replace(
        draft,
        credit=draft.credit or title or feed.source,
        language=feed.language or draft.language,
        topics=tuple(dict.fromkeys((*draft.topics, *feed.topics))),
    )


def _was_silent(feed: Feed, every: timedelta, now: datetime) -> bool:
    """Never read before, or not for long."""
    return feed.kept.good_at is None or feed.kept.good_at < now - max(STALE, 3 * every)
