"""What an editor's address leads to, before it becomes a feed."""

from __future__ import annotations

from newsroom.errors import Refusal
from newsroom.feeds import alternates, places
from newsroom.feeds.acts import Found
from newsroom.feeds.reading import Reading
from newsroom.outside import Fetched, asked
from newsroom.wire import Bundle

PAGES = frozenset({"text/html", "application/xhtml+xml"})


async def look(reading: Reading, url: str, source: str) -> Found:
    """The feed that is there, or the first that the page there names. Raises `Refusal` and `CopyRefused`."""
    fetched = await asked(reading.outside, url)
    is_page = places.media_type(fetched) in PAGES
    if is_page:
        fetched = await asked(reading.outside, _named_by(fetched))
    bundle = await _read(reading, fetched, source)
    return Found(url=fetched.permanent, title=places.title_of(bundle), by_page=is_page)


def _named_by(page: Fetched) -> str:
    named = alternates.feeds_of(page.body, page.url)
    if not named:
        raise Refusal("feed_not_there")
    return named[0]


async def _read(reading: Reading, fetched: Fetched, source: str) -> Bundle:
    copy = places.copy_of(fetched, source)
    return places.as_feed(await reading.read(copy), copy)
