"""Feeds that are not well-formed XML, by feedparser: slow, so that it reads none but these."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

from newsroom.wire import entries, jsons, said
from newsroom.wire.bundle import Bundle, Feed
from newsroom.wire.entries import Entry
from newsroom.wire.links import safe
from newsroom.wire.refused import CopyRefused, Reason
from newsroom.wire.story import Source

LARGEST = 512 * 1024  # characters; it takes a few seconds for as many

_OPENING = re.compile(r"<(rss|rdf:RDF|feed)[\s>]")


def is_whole_feed(text: str) -> bool:
    """Whether it opens as a feed and is not broken off: half an item must not become a story."""
    found = _OPENING.search(text[:2_000])
    return found is not None and text.rstrip().endswith(f"</{found[1]}>")


def read(text: str, source: Source) -> Bundle:
    if len(text) > LARGEST:
        raise CopyRefused(Reason.MALFORMED, "This feed is not well-formed XML, and too large to be mended")
    import feedparser  # noqa: PLC0415 - few need it, and all would wait for it

    found = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=False)
    about = found.feed
    feed = Feed(
        title=said.title(about.get("title")),
        language=said.line(about.get("language")),
        home=safe(about.get("link"), source.at),
    )
    return entries.bundle(found.entries, _entry, _written, source, feed)


def _entry(item: Any, source: Source) -> Entry:
    return Entry(
        id=said.line(item.get("id")),
        link=safe(item.get("link"), source.at),
        title=said.title(item.get("title")),
        body=entries.told(_text(item), source.at),
        created=_moment(dict.get(item, "updated_parsed") or dict.get(item, "published_parsed")),
        names=tuple(
            filter(None, (entries.person(author.get("name") or "") for author in item.get("authors", ())))
        ),
        topics=said.subjects([said.line(tag.get("term"))] for tag in item.get("tags", ())),
        rights=said.line(item.get("rights")),
        image=next(
            filter(None, (safe(shown.get("url"), source.at) for shown in item.get("media_thumbnail", ()))),
            None,
        ),
    )


def _text(item: Any) -> str:
    full = (content.get("value") for content in item.get("content", ()))
    return next(filter(None, (*full, item.get("summary"))), "")


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


def _written(item: Any) -> bytes:
    """As it was understood: what was broken cannot be cut out of its feed."""
    plain = {name: value for name, value in item.items() if isinstance(value, str)}
    return jsons.written(plain)
