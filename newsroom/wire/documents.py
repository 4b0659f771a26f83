"""Documents by what they hold: a media type says only how they are written."""

from __future__ import annotations

from newsroom.wire import feeds, jsonfeed, jsons, loose, newsml, ninjs, nitf, page, xmls
from newsroom.wire.bundle import Bundle
from newsroom.wire.refused import CopyRefused, Reason
from newsroom.wire.story import Source


def read_json(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:
    document = jsons.load(copy, charset)
    source = Source(copy=copy, media_type=media_type, at=at)
    if jsonfeed.is_jsonfeed(document):
        return jsonfeed.read(document, source)
    return ninjs.read(document, source)


def read_xml(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:
    source = Source(copy=copy, media_type=media_type, at=at)
    text = xmls.text_of_document(copy, charset)
    try:
        root = xmls.parse(text)
    except CopyRefused as refused:
        if refused.reason is Reason.MALFORMED and loose.is_whole_feed(text):
            return loose.read(text, source)
        raise
    name = xmls.name(root)
    if name in feeds.ROOTS:
        return feeds.read(root, source)
    if name in newsml.ROOTS:
        return newsml.read(root, source)
    if name == "nitf":
        return nitf.read(root, source)
    if name == "html":
        return page.read(copy, media_type, charset, at)
    raise CopyRefused(Reason.FOREIGN, f"No document whose first element is {name[:40]!r} is read here")
