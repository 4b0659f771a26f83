"""NewsML-G2: news items, alone or in a message; packages say which pictures go with which text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsroom.wire import entries, markup, nitf, said, story, xmls
from newsroom.wire.bundle import Bundle, Item, bounded
from newsroom.wire.credits import place_of
from newsroom.wire.links import safe
from newsroom.wire.markup import Body
from newsroom.wire.nitf import Parts
from newsroom.wire.refused import CopyRefused, Reason
from newsroom.wire.story import Notes, Source
from newsroom.wire.xmls import Element, child, children, text
from storage.records import Draft, RevisionKind

ROOTS = frozenset(("newsMessage", "newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem"))

_TEXTS = frozenset(("text", "composite", ""))
_SCHEME = re.compile(r"^.*[:/]")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(root: Element, source: Source) -> Bundle:
    """The texts; where there are none, a refusal that says what there is instead."""
    items = [root]
    if xmls.name(root) == "newsMessage":
        items = [item for part in children(root, "itemSet") for item in part.iterchildren("{*}*")]
    texts = [item for item in items if _is_text(item)]
    if items and not texts:
        kinds = " and ".join(sorted({_kind(item) for item in items})[:3])
        raise CopyRefused(Reason.FOREIGN, f"It holds {kinds[:60]} and no text")
    pictures = _pictures(items, source.at)
    found = (_item(item, source, pictures, alone=len(texts) == 1) for item in texts)
    return Bundle(items=bounded(found, len(texts)))


def _is_text(item: Element) -> bool:
    return xmls.name(item) == "newsItem" and (_kind(item) in _TEXTS or _status(item) is RevisionKind.KILL)


def _kind(item: Element) -> str:
    """What a news item is, else what the element is called."""
    if xmls.name(item) != "newsItem":
        return xmls.name(item)
    return _code(child(child(item, "itemMeta"), "itemClass")) or ""


def _status(item: Element) -> RevisionKind:
    about = child(item, "itemMeta")
    signs = [_code(child(about, "pubStatus"))]
    signs += [_code(signal) for signal in children(about, "signal")] if about is not None else []
    return said.kind(signs)


def _pictures(items: Sequence[Element], at: str | None) -> dict[str, str]:
    """The picture of each text, by the names of both: those of one package, or of a message with one text."""
    shown = {
        item.get("guid") or "": _remote(item, at) for item in items if _kind(item) in {"picture", "graphic"}
    }
    told = [item.get("guid") or "" for item in items if _is_text(item)]
    groups = [_referred(item) for item in items if xmls.name(item) == "packageItem"]
    if not groups and len(told) == 1:
        groups = [[*told, *shown]]
    found: dict[str, str] = {}
    for names in groups:
        picture = next((url for name in names if (url := shown.get(name))), None)
        if picture:
            found |= {name: picture for name in names if name not in shown}
    return found


def _referred(package: Element) -> list[str]:
    return [reference.get("residref") or "" for reference in package.iter("{*}itemRef")]


def _item(item: Element, source: Source, pictures: dict[str, str], *, alone: bool) -> Item:
    copy = source.copy if alone else xmls.written(item)
    source = Source(copy=copy, media_type=source.media_type, at=source.at)
    try:
        return _draft(item, source, pictures.get(item.get("guid") or ""))
    except CopyRefused as refused:
        return refused


def _draft(item: Element, source: Source, picture: str | None) -> Draft:
    management, content = child(item, "itemMeta"), child(item, "contentMeta")
    inside = _inside(item, source.at)
    body = inside.body if inside else _body(item, content, source.at)
    told = story.plain if isinstance(body, str) else story.of_body
    return told(
        body,  # type: ignore[arg-type]  # each takes its own kind
        source,
        title=_title(management, content) or (inside.title if inside else None),
        credit=said.credit(_sources(management, content)) or (inside.credit if inside else None),
        language=_language(item, content),
        notes=_notes(item, inside) | Notes(image=picture or _remote(item, source.at)),
    )


def _inside(item: Element, at: str | None) -> Parts | None:
    root = next((found for part in _parts(item, "inlineXML") for found in children(part, "nitf")), None)
    return None if root is None else nitf.parts(root, at)


def _body(item: Element, content: Element | None, at: str | None) -> Body | str:
    """XML before text, and the description where there is neither."""
    for part in _parts(item, "inlineXML"):
        if any((body := markup.element(part, at)).lines):
            return body
    for part in _parts(item, "inlineData"):
        if written := text(part):
            kind = part.get("contenttype") or ""
            return markup.body(written, at) if "html" in kind else entries.told(written, at)
    return text(child(content, "description"))


def _parts(item: Element, name: str) -> Iterator[Element]:
    content = child(item, "contentSet")
    return children(content, name) if content is not None else iter(())


def _remote(item: Element, at: str | None) -> str | None:
    pictures = (
        part for part in _parts(item, "remoteContent") if (part.get("contenttype") or "").startswith("image")
    )
    return next((url for part in pictures if (url := safe(part.get("href"), at))), None)


def _title(management: Element | None, content: Element | None) -> str | None:
    headlines = list(children(content, "headline")) if content is not None else []
    main = [one for one in headlines if said.is_main(one.get("role"))] or headlines
    return said.line(text(main[0] if main else child(management, "title")))


def _sources(management: Element | None, content: Element | None) -> Iterator[str | None]:
    places = ((content, "infoSource"), (content, "creditline"), (management, "provider"))
    for place, name in places:
        for found in children(place, name) if place is not None else ():
            yield from (
                said.line(text(child(found, "name")) or text(found)),
                found.get("literal"),
                _code(found),
            )


def _language(item: Element, content: Element | None) -> str | None:
    declared = child(content, "language")
    return (declared.get("tag") if declared is not None else None) or item.get(_LANGUAGE)


def _notes(item: Element, inside: Parts | None) -> Notes:
    management, content, rights = (child(item, name) for name in ("itemMeta", "contentMeta", "rightsInfo"))
    embargoed = child(management, "embargoed")
    until = said.moment(text(embargoed))
    kind = _status(item)
    is_endless = embargoed is not None and until is None and kind is not RevisionKind.KILL
    return Notes(
        kind=RevisionKind.HOLD if is_endless else kind,
        urgency=said.urgency(text(child(content, "urgency"))),
        slugline=said.line(text(child(content, "slugline"))),
        byline=_byline(content, inside),
        dateline=_dateline(content) or (inside.dateline if inside else None),
        topics=said.subjects(map(_called, _subjects(content))),
        embargo=until,
        editor_note=said.line(text(child(management, "edNote"))) or (inside.note if inside else None),
        uri=said.line(item.get("guid")),
        version=said.line(item.get("version")),
        alt_ids=said.distinct(
            map(said.line, (*_all(management, "altId"), *_all(content, "altId"))), said.MOST_NAMES
        ),
        evolved_from=_evolved_from(management, item),
        version_created=said.moment(text(child(management, "versionCreated"))),
        rights=_rights(rights) or (inside.rights if inside else None),
    )


def _all(place: Element | None, name: str) -> list[str]:
    return [told for found in children(place, name) if (told := text(found))] if place is not None else []


def _byline(content: Element | None, inside: Parts | None) -> str | None:
    """As it is to be printed, else who made it."""
    creators = (
        (text(child(creator, "name")) for creator in children(content, "creator"))
        if content is not None
        else ()
    )
    told = (
        ", ".join(_all(content, "by")),
        inside.byline if inside else None,
        ", ".join(filter(None, creators)),
    )
    return next((line for one in told if (line := said.line(one))), None)


def _dateline(content: Element | None) -> str | None:
    located = child(content, "located")
    place = None if located is None else text(child(located, "name")) or located.get("literal")
    return said.line(place) or said.line(place_of(text(child(content, "dateline"))))


def _subjects(content: Element | None) -> Iterator[Element]:
    """What it is about, without who and where."""
    for subject in children(content, "subject") if content is not None else ():
        if (subject.get("type") or "abstract").rpartition(":")[2] == "abstract":
            yield subject


def _called(subject: Element) -> Iterator[str | None]:
    """By code, by the codes of what it belongs to, by name."""
    codes = [subject, *children(subject, "sameAs", "broader")]
    yield from (said.line(one.get("qcode") or one.get("uri")) for one in codes)
    yield said.line(subject.get("literal"))
    yield said.line(text(child(subject, "name")))


def _evolved_from(management: Element | None, item: Element) -> str | None:
    links = [link for place in (management, item) if place is not None for link in children(place, "link")]
    found = (
        link for link in links if (link.get("rel") or "").lower().endswith(("evolvedfrom", "previousversion"))
    )
    return next((said.line(link.get("residref") or link.get("href")) for link in found), None)


def _rights(rights: Element | None) -> str | None:
    holder = child(rights, "copyrightHolder")
    named = None if holder is None else text(child(holder, "name")) or holder.get("literal")
    told = (text(child(rights, "copyrightNotice")), text(child(rights, "usageTerms")), named)
    return next((line for one in told if (line := said.line(one))), None)


def _code(found: Element | None) -> str | None:
    """A code without its scheme."""
    return None if found is None else _SCHEME.sub("", found.get("qcode") or found.get("uri") or "")
