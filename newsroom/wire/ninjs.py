"""IPTC ninjs 1, 2 and 3: one reader, since they differ in the case of names and in lists for objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsroom.wire import jsons, markup, said, story
from newsroom.wire.bundle import Bundle, Item, bounded
from newsroom.wire.jsons import Object
from newsroom.wire.links import safe
from newsroom.wire.refused import CopyRefused, Reason
from newsroom.wire.story import Notes, Source
from storage.records import Draft, RevisionKind

_LISTS = ("items", "newsitems", "_items", "results", "ninjs")
_TEXTS = frozenset(("text", "composite", "component"))
_TELLING = frozenset(("headline", "headlines", "bodies", "pubstatus", "versioncreated", "descriptions"))
_BEST_RENDITIONS = ("main", "base", "web", "preview", "large", "medium")
_PICTURES = frozenset(("picture", "graphic"))


def read(document: object, source: Source) -> Bundle:
    items = _items_of(document)
    if items and not any(map(_is_item, items[:1])):
        raise CopyRefused(Reason.FOREIGN, "This JSON is neither ninjs nor JSON Feed")
    alone = len(items) == 1
    return Bundle(items=bounded((_item(item, source, alone=alone) for item in items), len(items)))


def _items_of(document: object) -> list[Any]:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict) or _is_item(document):
        return [document]
    named = _lower(document)
    return next((named[name] for name in _LISTS if isinstance(named.get(name), list)), [document])


def _is_item(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    names = {name.lower() for name in item}
    return not _TELLING.isdisjoint(names) or any(name.startswith("body_") for name in names)


def _item(item: object, source: Source, *, alone: bool) -> Item:
    if not isinstance(item, dict):
        return CopyRefused(Reason.FOREIGN, "An item of the list is not an object")
    try:
        copy = source.copy if alone else jsons.written(item)
        return _draft(_lower(item), Source(copy=copy, media_type=source.media_type, at=source.at))
    except CopyRefused as refused:
        return refused


def _draft(item: Object, source: Source) -> Draft:
    kind = said.kind(_signs(item))
    is_about = item.get("type")
    if kind is not RevisionKind.KILL and isinstance(is_about, str) and is_about.lower() not in _TEXTS:
        raise CopyRefused(Reason.FOREIGN, f"The item is of type {is_about[:20]!r} and not text")
    text, is_markup = _text(item)
    told = story.html if is_markup else story.plain
    return told(
        text,
        source,
        title=_headline(item),
        credit=said.credit(_names(item, "infosource", "infosources")),
        language=item.get("language"),
        notes=_notes(item, kind, source.at),
    )


def _notes(item: Object, kind: RevisionKind, at: str | None) -> Notes:
    note = said.line(item.get("ednote"))
    return Notes(
        kind=kind,
        urgency=said.urgency(item.get("urgency")),
        slugline=said.line(item.get("slugline")),
        byline=said.line(item.get("byline") or item.get("by")),
        dateline=said.line(_name(item.get("located"))),
        topics=_topics(item),
        embargo=said.moment(item.get("embargoeduntil") or item.get("embargoed")),
        correction_note=said.line(item.get("correctionnote")),
        editor_note=note,
        uri=said.line(item.get("uri")),
        version=_version(item.get("version")),
        alt_ids=said.distinct(_alt_ids(item.get("altids")), said.MOST_NAMES),
        evolved_from=said.line(item.get("evolvedfrom")),
        version_created=said.moment(item.get("versioncreated")),
        rights=_rights(item),
        link=safe(item.get("link") or item.get("url"), at),
        image=_image(item, at),
    )


def _signs(item: Object) -> Iterator[str | None]:
    """Status and signals by whatever they are called."""
    yield said.line(item.get("pubstatus"))
    for signal in _objects(item, "signal", "signals"):
        yield from (said.line(signal.get(name)) for name in ("code", "literal", "uri", "name", "value"))


def _headline(item: Object) -> str | None:
    """The main one of several: `alert` and the like are for other places than above the story."""
    headlines = _objects(item, "headlines")
    main = [one for one in headlines if said.is_main(said.line(one.get("role")))] or headlines
    if not main:
        return said.line(item.get("headline") or item.get("title"))
    is_markup = "ml" in str(main[0].get("contenttype"))
    return (said.title if is_markup else said.line)(main[0].get("value"))


def _text(item: Object) -> tuple[str, bool]:
    """The body, else the description, and whether it is markup, which goes first: it has the structure."""
    for prefix, name in (("body_", "bodies"), ("description_", "descriptions")):
        found = [*_by_name(item, prefix), *_by_type(item, name)]
        best = max(found, key=lambda text: text[1], default=None)
        if best is not None:
            return best
    return "", False


def _by_name(item: Object, prefix: str) -> Iterator[tuple[str, bool]]:
    for name, value in item.items():
        if name.startswith(prefix) and isinstance(value, str) and value.strip():
            kind = name.removeprefix(prefix)
            yield value, kind in {"html", "xhtml", "nitf"} or (kind != "text" and markup.looks_like(value))


def _by_type(item: Object, name: str) -> Iterator[tuple[str, bool]]:
    for one in _objects(item, name):
        value = one.get("value")
        if isinstance(value, str) and value.strip():
            kind = str(one.get("contenttype") or "").lower()
            yield value, ("ml" in kind or "nitf" in kind) if kind else markup.looks_like(value)


def _topics(item: Object) -> tuple[str, ...]:
    subjects = _objects(item, "subject", "subjects")
    return said.subjects(map(_called, subjects))


def _called(subject: Object) -> Iterator[str | None]:
    return (said.line(subject.get(name)) for name in ("uri", "code", "literal", "name"))


def _names(item: Object, *lists: str) -> Iterator[str | None]:
    for one in _objects(item, *lists):
        yield from (said.line(one.get(name)) for name in ("literal", "name", "code"))


def _alt_ids(written: object) -> Iterator[str | None]:
    """An object in ninjs 1, a list of roles and values after it."""
    if isinstance(written, Mapping):
        yield from map(said.line, written.values())
    for one in written if isinstance(written, list) else ():
        yield said.line(_lower(one).get("value") if isinstance(one, dict) else one)


def _rights(item: Object) -> str | None:
    info = item.get("rightsinfo")
    inside = _lower(info) if isinstance(info, dict) else {}
    names = ("copyrightnotice", "usageterms", "copyrightholder")
    told = (said.line(place.get(name)) for place in (item, inside) for name in names)
    return next(filter(None, told), None)


def _image(item: Object, at: str | None) -> str | None:
    """The best rendition of the first picture that goes with it."""
    pictures = [one for one in _objects(item, "associations") if one.get("type", "picture") in _PICTURES]
    found = (safe(url, at) for picture in [*pictures, item] for url in _renditions(picture))
    return next(filter(None, found), None)


def _renditions(picture: Object) -> list[object]:
    written = picture.get("renditions")
    named = written.items() if isinstance(written, dict) else enumerate(_objects(picture, "renditions"))
    found = [
        (_rank(f"{rendition.get('name') or name} {rendition.get('usage') or ''}"), rendition.get("href"))
        for name, one in named
        if isinstance(one, dict) and _shows(rendition := _lower(one))
    ]
    return [href for _, href in sorted(found, key=lambda ranked: ranked[0])]


def _shows(rendition: Object) -> bool:
    kind = rendition.get("contenttype") or rendition.get("mimetype") or "image/"
    return isinstance(kind, str) and kind.startswith("image/")


def _rank(name: str) -> int:
    lower = name.lower()
    return next((at for at, best in enumerate(_BEST_RENDITIONS) if best in lower), len(_BEST_RENDITIONS))


def _objects(item: Object, *names: str) -> list[Object]:
    """The objects of a list, or those that an object holds under names of their own."""
    found: list[Object] = []
    for name in names:
        written = item.get(name)
        members = written.values() if isinstance(written, dict) else written
        if isinstance(members, (list, type({}.values()))):
            found += [_lower(one) for one in members if isinstance(one, dict)]
    return found[: said.MOST_TOPICS]


def _version(written: object) -> str | None:
    is_number = isinstance(written, int) and not isinstance(written, bool)
    return said.line(str(written) if is_number else written)


def _name(written: object) -> object:
    return written.get("name") if isinstance(written, dict) else written


def _lower(item: Object) -> Object:
    return {name.lower(): value for name, value in item.items()}
