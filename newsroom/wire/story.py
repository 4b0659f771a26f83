"""One item of any format to its draft: its text as any copy is read, and over it what the format says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from newsroom.wire import markup, said, telling
from newsroom.wire.agency import lines_of
from newsroom.wire.credits import Credit
from newsroom.wire.decode import clean
from newsroom.wire.refused import CopyRefused, Reason
from storage.records import Draft, RevisionKind


class Notes(TypedDict, total=False):
    """Fields of a draft, as the format gives them; what is empty in them is not given."""

    kind: RevisionKind
    urgency: int | None
    slugline: str | None
    byline: str | None
    dateline: str | None
    topics: tuple[str, ...]
    embargo: datetime | None
    correction_note: str | None
    editor_note: str | None
    uri: str | None
    version: str | None
    alt_ids: tuple[str, ...]
    evolved_from: str | None
    version_created: datetime | None
    rights: str | None
    link: str | None
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the item was in: its bytes, their media type, and the address to which its links are relative."""

    copy: bytes
    media_type: str
    at: str | None = None


def plain(
    text: str, source: Source, *, title: str | None, credit: Credit | None, language: object, notes: Notes
) -> Draft:
    """Raises `CopyRefused` where there is neither text nor title."""
    cleaned = clean(text)
    if not cleaned:
        return _without_text(source, title, credit, language, notes)
    lines, overflow = lines_of(cleaned)
    draft = telling.of(
        lines, overflow, copy=source.copy, media_type=source.media_type, title=title, credit=credit
    )
    return _noted(draft, language, notes)


def html(
    text: str, source: Source, *, title: str | None, credit: Credit | None, language: object, notes: Notes
) -> Draft:
    """Raises `CopyRefused` where there is neither text nor title."""
    return of_body(
        markup.body(text, source.at), source, title=title, credit=credit, language=language, notes=notes
    )


def of_body(
    body: markup.Body,
    source: Source,
    *,
    title: str | None,
    credit: Credit | None,
    language: object,
    notes: Notes,
) -> Draft:
    if not any(body.lines):
        return _without_text(source, title, credit, language, notes)
    told = telling.of_marked if body.marked else telling.of
    title = None if body.untitled else title
    draft = told(body.lines, copy=source.copy, media_type=source.media_type, title=title, credit=credit)
    return _noted(replace(draft, image=body.image), language, notes)


def _without_text(
    source: Source, title: str | None, credit: Credit | None, language: object, notes: Notes
) -> Draft:
    """A title is the text of a flash; a kill needs none."""
    if title:
        told = telling.of([title], copy=source.copy, media_type=source.media_type, credit=credit)
        return _noted(told, language, notes)
    if notes.get("kind") is not RevisionKind.KILL:
        raise CopyRefused(Reason.EMPTY, "The item has no text")
    nothing = Draft(copy=source.copy, media_type=source.media_type, language="und", sections=())
    return _noted(nothing, language, notes)


def _noted(draft: Draft, language: object, notes: Notes) -> Draft:
    given = {name: value for name, value in notes.items() if value and value is not RevisionKind.NEW}
    return replace(draft, language=said.language(language, draft.language), **given)  # type: ignore[arg-type]  # Notes names fields of a draft
