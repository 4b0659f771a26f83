"""The feeds that a page names: `<link rel="alternate" type="…">` in its head."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

FEED_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
LOOKED_AT: Final = 256 * 1024
MOST: Final = 10


def feeds_of(page: bytes, at: str) -> list[str]:
    """Whole addresses, in the order of the page. Only its beginning is looked at."""
    links = _Links(at)
    links.feed(page[:LOOKED_AT].decode("utf-8", "replace"))
    return list(dict.fromkeys(links.found))[:MOST]


class _Links(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._at = at

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "base" and told.get("href"):
            self._at = self._joined(told["href"]) or self._at
        kind = told.get("type", "").partition(";")[0].strip().lower()
        is_feed = "alternate" in told.get("rel", "").lower().split() and kind in FEED_TYPES
        address = self._joined(told.get("href", "")) if tag == "link" and is_feed else None
        self.found += [address] if address else []

    def _joined(self, href: str) -> str | None:
        try:
            return urljoin(self._at, href.strip()) if href.strip() else None
        except ValueError:
            return None
