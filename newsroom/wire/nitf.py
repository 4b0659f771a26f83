"""NITF: a document of its own, or the body of a NewsML-G2 item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.wire import markup, said, story
from newsroom.wire.bundle import Bundle, Item
from newsroom.wire.credits import Credit, place_of
from newsroom.wire.links import safe
from newsroom.wire.markup import Body
from newsroom.wire.refused import CopyRefused
from newsroom.wire.story import Notes, Source
from newsroom.wire.xmls import Element, child, children, text

_EDITORS = frozenset(("hd", "editorsnote", "editor"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the body of a document says."""

    title: str | None
    byline: str | None
    dateline: str | None
    credit: Credit | None
    note: str | None
    rights: str | None
    body: Body


def read(root: Element, source: Source) -> Bundle:
    return Bundle(items=(_item(root, source),))


def parts(root: Element, at: str | None) -> Parts:
    body = child(root, "body")
    head = child(body, "body.head")
    dateline = child(head, "dateline")
    place = child(dateline, "location")
    return Parts(
        title=said.line(text(child(child(head, "hedline"), "hl1"))),
        byline=said.line(text(child(head, "byline"))),
        dateline=said.line(place_of(text(dateline if place is None else place))),
        credit=said.credit([said.line(text(child(head, "distributor")))]),
        note=_note(head),
        rights=said.line(text(child(head, "rights"))),
        body=_body(body, head, at),
    )


def _body(body: Element | None, head: Element | None, at: str | None) -> Body:
    """The content, else the abstract; and the first picture that goes with it."""
    told = [
        markup.element(content, at)
        for content in (children(body, "body.content") if body is not None else ())
    ]
    abstract = child(head, "abstract")
    if not any(any(part.lines) for part in told) and abstract is not None:
        told = [markup.element(abstract, at)]
    lines = tuple(line for part in told for line in part.lines)
    return Body(lines=lines, marked=any(part.marked for part in told), image=_image(body, at))


def _image(body: Element | None, at: str | None) -> str | None:
    pictures = body.iter("{*}media") if body is not None else ()
    found = (
        safe(reference.get("source"), at)
        for media in pictures
        if media.get("media-type") == "image"
        for reference in children(media, "media-reference")
    )
    return next(filter(None, found), None)


def _note(head: Element | None) -> str | None:
    notes = children(head, "note") if head is not None else ()
    return next((said.line(text(note)) for note in notes if note.get("noteclass") in _EDITORS), None)


def _item(root: Element, source: Source) -> Item:
    head = child(root, "head")
    told = parts(root, source.at)
    try:
        return story.of_body(
            told.body,
            source,
            title=told.title or said.line(text(child(head, "title"))),
            credit=told.credit,
            language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            notes=_notes(head, child(head, "docdata"), told),
        )
    except CopyRefused as refused:
        return refused


def _notes(head: Element | None, about: Element | None, told: Parts) -> Notes:
    status = "" if about is None else about.get("management-status") or ""
    correction = child(about, "correction")
    name = said.line(_attribute(about, "doc-id", "id-string"))
    is_uri = name is not None and ":" in name
    issued, released = (
        said.moment(_attribute(about, date, "norm")) for date in ("date.issue", "date.release")
    )
    is_embargoed = status == "embargoed" or (issued and released and released > issued)
    signs = [status, "correction" if correction is not None else None]
    if status == "embargoed" and released is None:
        signs.append("withheld")
    return Notes(
        kind=said.kind(signs),
        urgency=said.urgency(_attribute(about, "urgency", "ed-urg")),
        slugline=said.line(_attribute(about, "du-key", "key")),
        byline=told.byline,
        dateline=told.dateline,
        topics=said.subjects(_subjects(head)),
        embargo=released if is_embargoed else None,
        correction_note=None if correction is None else said.line(correction.get("info")),
        editor_note=told.note or said.line(_attribute(about, "ed-msg", "info")),
        uri=name if is_uri else None,
        alt_ids=() if is_uri or name is None else (name,),
        version=said.line(_attribute(about, "du-key", "version")),
        version_created=issued,
        rights=told.rights or _copyright(about),
    )


def _subjects(head: Element | None) -> Iterator[tuple[str | None, ...]]:
    names = ("tobject.subject.refnum", "tobject.subject.type", "tobject.subject.matter")
    for subject in head.iter("{*}tobject.subject") if head is not None else ():
        yield tuple(said.line(subject.get(name)) for name in names)


def _copyright(about: Element | None) -> str | None:
    told = (_attribute(about, "doc.copyright", "year"), _attribute(about, "doc.copyright", "holder"))
    return said.line(" ".join(("©", *filter(None, told)))) if any(told) else None


def _attribute(about: Element | None, element: str, attribute: str) -> str | None:
    found = child(about, element)
    return None if found is None else found.get(attribute)
