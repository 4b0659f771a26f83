"""Wire copy in: each format is one pure function from bytes to drafts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from newsroom.wire import agency, documents, page
from newsroom.wire.bundle import Bundle, Feed, Item
from newsroom.wire.refused import CopyRefused, Reason
from storage.records import Draft

__all__ = [
    "MAX_BYTES",
    "MEDIA_TYPES",
    "Bundle",
    "CopyRefused",
    "Feed",
    "Item",
    "Reason",
    "media_type_of",
    "media_type_within",
    "parse",
    "read",
]

MAX_BYTES = 5 * 1024 * 1024

# bytes, media type, declared charset, the address that it came from
Reader = Callable[[bytes, str, str | None, str | None], Bundle]


def _agency(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:  # noqa: ARG001 - plain text has no relative links
    return Bundle(items=(agency.parse(copy, media_type, charset),))


_READERS: dict[str, Reader] = {
    "text/plain": _agency,
    "application/json": documents.read_json,
    "application/feed+json": documents.read_json,
    "application/xml": documents.read_xml,
    "text/xml": documents.read_xml,
    "application/rss+xml": documents.read_xml,
    "application/atom+xml": documents.read_xml,
    "application/rdf+xml": documents.read_xml,
    "text/html": page.read,
    "application/xhtml+xml": page.read,
}

MEDIA_TYPES = frozenset(_READERS)
"""Those that are read here."""

_BY_SUFFIX = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".rdf": "application/xml",
    ".atom": "application/atom+xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}

BEGINNING = 1024
_BY_BEGINNING = {
    re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*\"|\[\s*\{|\[\s*\]\s*$)"): "application/json",
    re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE): "text/html",
    re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|[a-z][\w.:-]*[\s/>])", re.IGNORECASE): "application/xml",
}


def media_type_of(file_name: str) -> str:
    """What a file holds, as far as its name says."""
    return _BY_SUFFIX.get(PurePath(file_name).suffix.casefold(), "text/plain")


def media_type_within(copy: bytes) -> str:
    """What a body that nobody named holds, as far as its beginning says."""
    beginning = copy[:BEGINNING]
    return next((told for begins, told in _BY_BEGINNING.items() if begins.match(beginning)), "text/plain")


def read(
    copy: bytes,
    media_type: str = "text/plain",
    *,
    charset: str | None = None,
    at: str | None = None,
    limit: int = MAX_BYTES,
) -> Bundle:
    """The items of a body, or `CopyRefused`; never another error, and in time linear in its size.

    `media_type` may carry parameters. `charset` is what the sender declares: a byte order mark outranks it,
    and copy that is not in it is told by how it reads. `at` is the address that it was fetched from, to which
    its links are relative.
    """
    essence = media_type.partition(";")[0].strip().lower()
    reader = _READERS.get(essence)
    if reader is None:
        raise CopyRefused(Reason.FORMAT, f"{essence[:60]!r} is not a format that is read here")
    if len(copy) > limit:
        raise CopyRefused(
            Reason.TOO_LARGE, f"The copy has {len(copy):,} bytes and at most {limit:,} are taken"
        )
    return reader(copy, essence, charset, at)


def parse(
    copy: bytes, media_type: str = "text/plain", *, charset: str | None = None, limit: int = MAX_BYTES
) -> Draft:
    """The draft of copy that holds one item; `CopyRefused` where it holds none or several."""
    item = read(copy, media_type, charset=charset, limit=limit).only
    if isinstance(item, CopyRefused):
        raise item
    return item
