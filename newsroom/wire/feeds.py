"""RSS 0.9x, 1.0 and 2.0, and Atom."""

from __future__ import annotations

from collections.abc import Iterator

from newsroom.wire import entries, markup, said, tombstones, xmls
from newsroom.wire.bundle import Bundle, Feed
from newsroom.wire.entries import Entry
from newsroom.wire.links import safe
from newsroom.wire.markup import Body
from newsroom.wire.story import Source
from newsroom.wire.xmls import Element, child, children, text

ROOTS = frozenset(("rss", "RDF", "feed", "entry"))

_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_LATEST_FIRST = ("updated", "modified", "pubDate", "date", "published", "issued")
_FULLEST_FIRST = ("encoded", "content", "description", "summary")
_MOST_MINUTES = 6  # digits


def read(root: Element, source: Source) -> Bundle:
    if xmls.name(root) == "entry":
        return entries.bundle([root], _entry, xmls.written, source, None)
    channel = child(root, "channel")
    found = [*children(root, "item", "entry")]
    if channel is not None:
        found += children(channel, "item")
    about = _about(root if channel is None else channel, source)
    told = entries.bundle(found, _entry, xmls.written, source, about)
    return tombstones.over(told, root, source)


def _about(channel: Element, source: Source) -> Feed:
    links = list(_links(channel))
    minutes = text(child(channel, "ttl"))
    return Feed(
        title=said.title(text(child(channel, "title"))),
        language=said.line(text(child(channel, "language")) or channel.get(f"{_XML}lang")),
        hubs=tuple(address for rel, href, _ in links if rel == "hub" and (address := safe(href, source.at))),
        topic=safe(_first(links, "self"), source.at),
        home=safe(_first(links, "alternate"), source.at),
        ttl=int(minutes) if minutes.isdecimal() and len(minutes) < _MOST_MINUTES else None,
    )


def _entry(item: Element, source: Source) -> Entry:
    at = safe(item.get(f"{_XML}base"), source.at) or source.at
    links = list(_links(item))
    name = text(child(item, "guid", "id")) or item.get(f"{_RDF}about")
    subjects = children(item, "category", "subject")
    authors = [
        text(child(one, "name")) or text(one) for one in children(item, "author", "creator", "contributor")
    ]
    return Entry(
        id=said.line(name),
        link=safe(_first(links, "alternate"), at) or _permalink(item, at),
        title=_title(child(item, "title")),
        body=_body(item, at),
        language=text(child(item, "language")) or item.get(f"{_XML}lang"),
        created=next(filter(None, map(said.moment, _texts(item, _LATEST_FIRST))), None),
        names=tuple(filter(None, map(entries.person, authors))),
        sources=tuple(filter(None, (said.line(text(one)) for one in children(item, "source")))),
        topics=said.subjects(map(_called, subjects)),
        rights=said.line(text(child(item, "rights", "copyright"))),
        image=_image(item, links, at),
    )


def _links(element: Element) -> Iterator[tuple[str, str, str]]:
    """Relation, address and type: Atom's attributes, or the text of RSS, whose items have one each."""
    for link in children(element, "link"):
        if href := link.get("href"):
            yield link.get("rel") or "alternate", href, link.get("type") or ""
        elif told := text(link):
            yield "alternate", told, ""


def _first(links: list[tuple[str, str, str]], relation: str) -> str | None:
    return next((href for rel, href, _ in links if rel == relation), None)


def _permalink(item: Element, at: str | None) -> str | None:
    guid = child(item, "guid")
    return safe(text(guid), at) if guid is not None and guid.get("isPermaLink") != "false" else None


def _title(title: Element | None) -> str | None:
    return said.title(text(title)) if title is None or not len(title) else said.line(text(title))


def _body(item: Element, at: str | None) -> Body | str:
    """The fullest text that it has; the media namespace describes pictures, not the story."""
    for name in _FULLEST_FIRST:
        for found in children(item, name):
            if not found.tag.startswith(_MEDIA) and (told := _told(found, at)):
                return told
    return ""


def _told(found: Element, at: str | None) -> Body | str | None:
    kind = found.get("type") or ""
    if len(found):
        body = markup.element(found, at)
        return body if any(body.lines) else None
    written = text(found)
    if kind == "text" or not written:
        return written or None
    return markup.body(written, at) if "html" in kind else entries.told(written, at)


def _texts(item: Element, names: tuple[str, ...]) -> Iterator[str]:
    return (text(found) for name in names for found in children(item, name))


def _called(subject: Element) -> tuple[str | None, ...]:
    """Atom's attributes; what RSS writes may be a path."""
    term, label = subject.get("term"), subject.get("label")
    return (said.line(term), said.line(label), said.line(text(subject)))


def _image(item: Element, links: list[tuple[str, str, str]], at: str | None) -> str | None:
    """A picture that the item names; else the body's own is kept."""
    named = [
        found.get("url")
        for found in item.iter(f"{_MEDIA}content", f"{_MEDIA}thumbnail", "{*}enclosure")
        if _is_picture(found)
    ]
    attached = [href for rel, href, kind in links if rel == "enclosure" and kind.startswith("image/")]
    return next(filter(None, (safe(url, at) for url in (*named, *attached))), None)


def _is_picture(found: Element) -> bool:
    kind = found.get("medium") or found.get("type") or ("image" if found.tag == f"{_MEDIA}thumbnail" else "")
    return kind.startswith("image")
