"""RSS 2.0, with the whole text of each story and the time of its last change."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from lxml import etree

from newsroom.syndication import item
from newsroom.syndication.item import About
from newsroom.wire.markup import looks_like
from storage.records import Story, StoryState

MEDIA_TYPE = "application/rss+xml"

_NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def write(stories: Sequence[Story], about: About) -> bytes:
    out = [story for story in stories if story.state is StoryState.PUBLISHED]
    root = etree.Element("rss", nsmap=_NAMES, version="2.0")
    channel = etree.SubElement(root, "channel")
    for name, text in (("title", about.title), ("link", about.home), ("description", about.description)):
        _add(channel, name, text)
    _add(channel, "language", about.language)
    if out:
        _add(channel, "lastBuildDate", format_datetime(max(story.updated_at for story in out), usegmt=True))
    for relation, address in (("self", about.here), ("next", about.next)):
        if address:
            etree.SubElement(channel, _name("atom:link"), rel=relation, href=address, type=MEDIA_TYPE)
    for story in out:
        _item(channel, story)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _item(channel: etree._Element, story: Story) -> None:
    told = story.revision
    entry = etree.SubElement(channel, "item")
    title = item.title(told)
    _add(entry, "title", escape(title, quote=False) if looks_like(title) else title)
    _add(entry, "guid", item.uri(story)).set("isPermaLink", "false")
    _add(entry, "link", told.link)
    _add(entry, "pubDate", format_datetime(story.published_at or story.created_at, usegmt=True))
    _add(entry, "atom:updated", item.moment(story.updated_at))
    _add(entry, "dc:creator", told.byline)
    _add(entry, "dc:creator", told.credit)
    _add(entry, "dc:language", told.language)
    for name in item.topic_names(told):
        _add(entry, "category", name)
    if told.image:
        etree.SubElement(entry, _name("media:content"), url=told.image, medium="image")
    _add(entry, "description", escape(item.lead(told), quote=False))
    _add(entry, "content:encoded", item.html(story))


def _add(parent: etree._Element, name: str, text: str | None) -> etree._Element:
    """Without text there is no element: what is returned then is in no document."""
    element = etree.Element(_name(name)) if not text else etree.SubElement(parent, _name(name))
    element.text = text
    return element


def _name(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_NAMES[prefix]}}}{local}" if prefix else local
