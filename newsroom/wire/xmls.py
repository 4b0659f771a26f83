"""XML in: no entity of its own, nothing fetched, bounded in depth; and what many forget is mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from newsroom.wire.decode import clean, decode
from newsroom.wire.refused import CopyRefused, Reason

Element = etree._Element  # noqa: SLF001 - lxml's own name for the type

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
_ENCODING = re.compile(rb"<\?xml\b[^>]{0,100}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_STRAY = re.compile(r"&(?!#?\w{1,31};)")
_XML_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_HEAD = 400


def text_of_document(copy: bytes, charset: str | None) -> str:
    """The document as text, without its declaration: what it says of its encoding is believed last."""
    declared = _ENCODING.match(copy[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n"))
    named = charset or (declared[1].decode("ascii") if declared else None)
    text = decode(copy, named if _is_wide(named) or not is_utf8(copy) else None)
    return _DECLARATION.sub("", text, count=1)


def parse(text: str) -> Element:
    """The root. Raises `CopyRefused`."""
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise CopyRefused(Reason.FOREIGN, "The document declares entities of its own, which are not read")
    try:
        return _parse(text)
    except etree.XMLSyntaxError as broken:
        if "depth" in str(broken):
            raise CopyRefused(Reason.TOO_DEEP, "The document has more than 256 levels") from None
        return _mended(text, broken)


def _mended(text: str, broken: etree.XMLSyntaxError) -> Element:
    try:
        return _parse(_STRAY.sub("&amp;", _NAMED.sub(_character, text)))
    except etree.XMLSyntaxError:
        where = f"line {broken.lineno}, column {broken.offset}"
        raise CopyRefused(Reason.MALFORMED, f"This is not well-formed XML ({where})") from None


def _parse(text: str) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    return etree.fromstring(text.encode(), parser)


def _character(named: re.Match[str]) -> str:
    """HTML's names for letters, which XML does not know."""
    if named[1] in _XML_OWN:
        return named[0]
    found = html5.get(f"{named[1]};")
    return "".join(f"&#{ord(letter)};" for letter in found) if found else f"&amp;{named[1]};"


def _is_wide(charset: str | None) -> bool:
    return charset is not None and charset.lower().startswith("utf-16")


def is_utf8(copy: bytes) -> bool:
    try:
        copy.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def name(element: Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Those of these names, in any namespace, in their order."""
    return element.iterchildren(*(f"{{*}}{name}" for name in names))


def child(element: Element | None, *names: str) -> Element | None:
    return None if element is None else next(children(element, *names), None)


def text(element: Element | None) -> str:
    """All text inside, clean."""
    return "" if element is None else clean("".join(map(str, element.itertext())))


def written(element: Element) -> bytes:
    """An item by itself, as it is kept where a body holds several."""
    return etree.tostring(element, encoding="utf-8", with_tail=False)
