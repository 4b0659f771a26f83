"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsroom.wire import entries, jsons, markup, said
from newsroom.wire.bundle import Bundle, Feed
from newsroom.wire.entries import Entry
from newsroom.wire.jsons import Object
from newsroom.wire.links import safe
from newsroom.wire.markup import Body
from newsroom.wire.refused import CopyRefused, Reason
from newsroom.wire.story import Source

_VERSION = "jsonfeed.org/version/"


def is_jsonfeed(document: object) -> bool:
    return isinstance(document, dict) and _VERSION in str(document.get("version"))


def read(document: Object, source: Source) -> Bundle:
    items = document.get("items")
    if not isinstance(items, list):
        raise CopyRefused(Reason.MALFORMED, "A JSON Feed has a list of items")
    return entries.bundle(items, _entry, jsons.written, source, _about(document, source.at))


def _about(document: Object, at: str | None) -> Feed:
    hubs = (safe(hub.get("url"), at) for hub in _objects(document.get("hubs")))
    return Feed(
        title=said.line(document.get("title")),
        language=said.line(document.get("language")),
        hubs=tuple(filter(None, hubs)),
        topic=safe(document.get("feed_url"), at),
        home=safe(document.get("home_page_url"), at),
    )


def _entry(item: Any, source: Source) -> Entry:
    if not isinstance(item, dict):
        return Entry(id=None, link=None, title=None, body="")
    at = source.at
    authors = [*_objects(item.get("authors")), *_objects([item.get("author")])]
    tags = item.get("tags")
    called = map(said.line, tags) if isinstance(tags, list) else ()
    return Entry(
        id=_id(item.get("id")),
        link=safe(item.get("url"), at),
        title=said.line(item.get("title")),
        body=_body(item, at),
        language=said.line(item.get("language")),
        created=said.moment(item.get("date_modified")) or said.moment(item.get("date_published")),
        names=tuple(filter(None, (said.line(author.get("name")) for author in authors))),
        topics=said.subjects([tag] for tag in called),
        image=next(filter(None, _images(item, at)), None),
    )


def _id(written: object) -> str | None:
    """A string, or a number from those who did not read the specification."""
    is_number = isinstance(written, (int, float)) and not isinstance(written, bool)
    return said.line(str(written) if is_number else written)


def _body(item: Object, at: str | None) -> Body | str:
    written = item.get("content_html")
    if isinstance(written, str) and written.strip():
        return markup.body(written, at)
    texts = (item.get("content_text"), item.get("summary"))
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")


def _images(item: Object, at: str | None) -> Iterator[str | None]:
    yield safe(item.get("image"), at)
    yield safe(item.get("banner_image"), at)
    for attached in _objects(item.get("attachments")):
        if str(attached.get("mime_type")).startswith("image/"):
            yield safe(attached.get("url"), at)


def _objects(written: object) -> list[Object]:
    return [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []
