"""Addresses of feeds, and what was found at them: pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from newsroom.feeds.outcomes import Offer
from newsroom.incoming import Copy, Trust
from newsroom.outside import Fetched
from newsroom.wire import Bundle, CopyRefused, Feed, Reason

LONGEST_TITLE: Final = 120
LONGEST_NAME: Final = 64
XML, JSON = "application/xml", "application/json"
_UNTOLD: Final = frozenset({"text/plain", "text/html", "application/octet-stream", "text/xml", ""})
_HEAD: Final = 2048
_LOOKS: Final = (
    (re.compile(rb"<(?:rss|feed|rdf:RDF|newsItem|newsMessage|nitf)[\s>]"), XML),
    (re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{"), JSON),
)
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


def host_of(url: str) -> str:
    """By what politeness counts."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def name_of(url: str) -> str:
    """What its host is called, as the name of a source."""
    return (urlsplit(url).hostname or "").removeprefix("www.")[:LONGEST_NAME]


def copy_of(fetched: Fetched, source: str) -> Copy:
    """Until somebody trusts it, it waits for an editor."""
    return Copy(
        body=fetched.body,
        source=source,
        trust=Trust.WAIT,
        media_type=media_type(fetched),
        charset=fetched.charset,
        at=fetched.url,
    )


def media_type(fetched: Fetched) -> str:
    """As the server says, or as the body looks: many feeds are served as plain text, or as pages."""
    told = fetched.media_type.lower()
    if told not in _UNTOLD:
        return told
    return next((kind for look, kind in _LOOKS if look.search(fetched.body[:_HEAD])), told)


def as_feed(bundle: Bundle, copy: Copy) -> Bundle:
    """What is polled is a feed, or a document of a news standard; a page that can be read is neither."""
    if bundle.feed is None and copy.media_type in _PAGES:
        raise CopyRefused(Reason.FOREIGN, "What is there is a page, not a feed")
    return bundle


def offer_of(fetched: Fetched, bundle: Bundle) -> Offer:
    """WebSub §4: what the headers say outranks what the feed says."""
    told = bundle.feed or Feed()
    found = (*fetched.links.get("hub", ()), *told.hubs)
    topics = (*fetched.links.get("self", ()), *filter(None, [told.topic]), fetched.url)
    return Offer(found[0], topics[0]) if found else Offer()


def title_of(bundle: Bundle) -> str | None:
    title = " ".join((bundle.feed.title or "").split()) if bundle.feed else ""
    return title[:LONGEST_TITLE] or None
