"""What all feeds have: entries with a name, an address, a title and a body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from newsroom.wire import markup, said, story
from newsroom.wire.bundle import MOST_ITEMS, Bundle, Feed, Item, bounded
from newsroom.wire.credits import Credit, credit_line
from newsroom.wire.markup import Body
from newsroom.wire.refused import CopyRefused
from newsroom.wire.story import Notes, Source

T = TypeVar("T")

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:\S+")
_MAIL = re.compile(r"\S+@\S+\s*\(([^()]+)\)|\S+@\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`sources` are where it says it was taken from; of them only agencies count."""

    id: str | None
    link: str | None
    title: str | None
    body: Body | str
    language: str | None = None
    created: datetime | None = None
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    rights: str | None = None
    image: str | None = None


def bundle(
    found: Sequence[T],
    read: Callable[[T, Source], Entry],
    written: Callable[[T], bytes],
    source: Source,
    feed: Feed | None,
) -> Bundle:
    """`written` is an item by itself, which is kept where the feed has several."""
    taken = [(read(one, source), one) for one in found[:MOST_ITEMS]]
    used = Counter(entry.id or entry.link for entry, _ in taken)
    alone = len(found) == 1
    items = (
        _item(
            entry,
            Source(copy=source.copy if alone else written(one), media_type=source.media_type, at=source.at),
            feed,
            is_named=used[entry.id or entry.link] == 1,
        )
        for entry, one in taken
    )
    return Bundle(items=bounded(items, len(found)), feed=feed)


def told(text: str, at: str | None) -> Body | str:
    """A body whose kind nobody says."""
    return markup.body(text, at) if markup.looks_like(text) else text


def _item(entry: Entry, source: Source, feed: Feed | None, *, is_named: bool) -> Item:
    credit, byline = _who(entry)
    language = entry.language or (feed.language if feed else None)
    notes = _notes(entry, byline, is_named=is_named)
    try:
        if isinstance(entry.body, str):
            return story.plain(
                entry.body, source, title=entry.title, credit=credit, language=language, notes=notes
            )
        return story.of_body(
            entry.body, source, title=entry.title, credit=credit, language=language, notes=notes
        )
    except CopyRefused as refused:
        return refused


def _notes(entry: Entry, byline: str | None, *, is_named: bool) -> Notes:
    """A name that several entries of a feed have is no name; one that is no URI is its source's own."""
    name = (entry.id or entry.link) if is_named else None
    named = name is not None and name == entry.id and is_uri(name)
    return Notes(
        uri=name if named else None,
        alt_ids=() if named or name is None else (name,),
        version_created=entry.created,
        byline=byline,
        topics=entry.topics,
        rights=entry.rights,
        link=entry.link,
        image=entry.image,
    )


def is_uri(name: str) -> bool:
    return _ADDRESS.fullmatch(name) is not None


def _who(entry: Entry) -> tuple[Credit | None, str | None]:
    """An author who is an agency is the credit; another is the byline."""
    agencies = [found for name in (*entry.names, *entry.sources) if (found := credit_line(name))]
    people = [name for name in entry.names if not credit_line(name)]
    comma = "، " if any(map(_is_arabic, people)) else ", "
    return next(iter(agencies), None), said.line(comma.join(people))


def person(written: str) -> str | None:
    """A name, without the mail address that RSS wants beside it."""
    found = _MAIL.fullmatch(written.strip())
    return said.line(found[1] or "" if found else written)


def _is_arabic(name: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in name)
