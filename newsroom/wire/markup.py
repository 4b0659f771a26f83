"""HTML, XHTML and NITF bodies to lines: paragraphs, marked headings, lists of headlines, the first picture.

What is no text of the story is left out: scripts, forms, navigation, captions. No tree is built, so that
nesting costs nothing and no markup, however broken, takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lxml import etree

from newsroom.wire.decode import clean
from newsroom.wire.links import safe
from newsroom.wire.related import related_heading
from newsroom.wire.shape import Heading, Headline, bullet, subhead_like

LEAD = "lead"
"""The class of the `<section>` by which a body says that it marks all of its structure, as ours do."""

UNTITLED = "untitled"
"""Beside it: the title that goes with the body was made from its words."""

_SKIPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head", "title"),
        *("form", "button", "select", "textarea", "nav"),
        *("figure", "figcaption", "caption", "video", "audio", "canvas"),
        *("media", "tobject", "docdata", "body.head", "body.end"),  # NITF
    }
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2"}
_BLOCKS = {
    *("html", "body", "div", "section", "article", "header", "footer", "aside", "main", "address", "center"),
    *("p", "blockquote", "pre", "hr", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr"),
    *("body.content", "block", "note"),
    *_HEADINGS,
}
_BOLD = {"b", "strong"}
_CELLS = {"td", "th"}
_LISTED = "• "

_SPACES = re.compile(r"[ \t\n\r\f]+")

# No text that was cleaned holds these.
_BREAK, _BOLD_ON, _BOLD_OFF, _LINK_ON, _LINK_OFF = "\x00", "\x01", "\x02", "\x03", "\x04"
_BOLD_SIGNS = re.compile(f"[{_BOLD_ON}{_BOLD_OFF}]")
_LINK_SIGNS = re.compile(f"[{_LINK_ON}{_LINK_OFF}]")
_SIGNS = re.compile(f"[{_BOLD_ON}{_BOLD_OFF}{_LINK_ON}{_LINK_OFF}]")
_NOT_TO_PARSE = re.compile(f"[{_BREAK}{_BOLD_ON}{_BOLD_OFF}{_LINK_ON}{_LINK_OFF}\ud800-\udfff]")
_ALL_BOLD = re.compile(f"\\s*(?:{_BOLD_ON}[^{_BOLD_ON}{_BOLD_OFF}]+{_BOLD_OFF}\\s*)+")
_ALL_LINK = re.compile(f"\\s*{_LINK_ON}[^{_LINK_ON}{_LINK_OFF}]+{_LINK_OFF}\\s*")
_LONGEST_HEADING = 160
_PIXEL = frozenset(("0", "1"))
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8});")


@dataclass(frozen=True, slots=True)
class Body:
    """`lines` with blank ones between the blocks. `marked`: they tell all of their structure themselves."""

    lines: tuple[str, ...]
    marked: bool = False
    untitled: bool = False
    image: str | None = None


def looks_like(text: str) -> bool:
    """Whether text of unknown kind is markup."""
    return _MARKUP.search(text) is not None


def body(
    text: str, at: str | None = None, *, without: Collection[str] = (), within: str | None = None
) -> Body:
    """`at` is the address to which the links in it are relative.

    What is in tags of `without` is left out, and all that is not in the tag `within`.
    """
    collector = Collector(at=at, skipped=_SKIPPED.union(without), within=within)
    parser = etree.HTMLParser(target=collector)  # type: ignore[arg-type]  # text comes as text, and comments are not asked for
    parser.feed(f"<div>{_NOT_TO_PARSE.sub('', text)}</div>")
    try:
        parser.close()
    except etree.LxmlError:
        collector.close()
    return collector.body()


def element(root: etree._Element, at: str | None = None) -> Body:
    """The same of markup that is well-formed XML, whatever namespace its tags are in."""
    collector = Collector(at=at)
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = str(node.tag).rpartition("}")[2].lower()
        if event == "start":
            collector.start(tag, {str(name): str(value) for name, value in node.attrib.items()})
            collector.data(node.text or "")
        else:
            collector.end(tag)
            collector.data("" if node is root else node.tail or "")
    collector.close()
    return collector.body()


def plain(text: str) -> str:
    """Text in one line, without tags where it has some: for titles and names."""
    lines = body(text).lines if looks_like(text) else (text,)
    return _SPACES.sub(" ", clean(" ".join(filter(None, lines))))


@dataclass(slots=True)
class Collector:
    """What the parser tells. It closes every tag that it opens, whatever the document does."""

    at: str | None = None
    skipped: Collection[str] = _SKIPPED
    within: str | None = None
    lines: list[str] = field(default_factory=list)
    image: str | None = None
    marked: bool = False
    untitled: bool = False
    _text: list[str] = field(default_factory=list)
    _skipping: int = 0
    _bold: int = 0
    _verbatim: int = 0
    _block: str = "p"
    _under_related: bool = False
    _inside: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._inside += tag == self.within
        if tag == "img" and self.image is None:
            self.image = _picture(attributes, self.at)
        if self._skipping or tag in self.skipped:
            self._skipping += 1
        elif tag in _BLOCKS:
            self._flush()
            self._block = tag
            self._verbatim += tag == "pre"
            self._mark(tag, attributes)
        elif tag in _BOLD:
            self._bold += 1
            self._text.append(_BOLD_ON if self._bold == 1 else "")
        elif tag == "a":
            self._text.append(_LINK_ON)
        elif tag == "br":
            self._text.append(_BREAK)
        elif tag in _CELLS:
            self._text.append(" ")

    def data(self, text: str) -> None:
        if not self._skipping:
            self._text.append(text.replace("\n", _BREAK) if self._verbatim else text)

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif tag in _BLOCKS:
            self._flush()
            self._block = "p"
            self._verbatim -= tag == "pre"
            self._inside -= tag == self.within
        elif tag in _BOLD:
            self._bold -= 1
            self._text.append("" if self._bold else _BOLD_OFF)
        elif tag == "a":
            self._text.append(_LINK_OFF)

    def close(self) -> None:
        self._flush()

    def body(self) -> Body:
        lines = tuple(self.lines)
        return Body(lines=lines, marked=self.marked, untitled=self.untitled, image=self.image)

    def _mark(self, tag: str, attributes: Mapping[str, str]) -> None:
        classes = (attributes.get("class") or "").split()
        if tag == "section" and LEAD in classes:
            self.marked = True
            self.untitled = UNTITLED in classes

    def _flush(self) -> None:
        text = "".join(self._text) + (_BOLD_OFF if self._bold else "")
        self._text = [_BOLD_ON] if self._bold else []
        if self.marked:
            self._add(clean(_SIGNS.sub("", text).replace(_BREAK, "\n")))
            return
        block: list[str] = []
        for written in text.split(_BREAK):
            line = self._line(written, opens=not block)
            if line and type(line) is str:
                block.append(line)
                continue
            self._add("\n".join(block))
            block = []
            self._add(line)
        self._add("\n".join(block))

    def _line(self, written: str, *, opens: bool) -> str:
        """A line as what its marks make of it: all in bold, or all a link where headlines are due."""
        line = clean(_SPACES.sub(" ", _SIGNS.sub("", written)))
        if self._under_related and _ALL_LINK.fullmatch(_BOLD_SIGNS.sub("", written)):
            return Headline(line)
        if opens and subhead_like(line) and _ALL_BOLD.fullmatch(_LINK_SIGNS.sub("", written)):
            return Heading(line)
        return line

    def _add(self, text: str) -> None:
        """A block: a heading, a headline under one, or lines of text."""
        if not text or (self.within and not self._inside):
            return
        if self._under_related and (self._block == "li" or isinstance(text, Headline)):
            self.lines.append(Headline(_in_a_line(text)))
            return
        heads = self._block in _HEADINGS or isinstance(text, Heading)
        if heads and (self.marked or len(text) <= _LONGEST_HEADING):
            text = Heading(_in_a_line(text))
        elif self._block == "li" and not bullet(text):
            text = _LISTED + text
        found = related_heading(text)
        self._under_related = found is not None and not found[1]
        self.lines += ["", text] if isinstance(text, Heading) else ["", *text.split("\n")]


def _in_a_line(text: str) -> str:
    return text.replace("\n", " ")


def _picture(attributes: Mapping[str, str], at: str | None) -> str | None:
    if _PIXEL.intersection((attributes.get("width"), attributes.get("height"))):
        return None
    return safe(attributes.get("src"), at) or safe(attributes.get("data-src"), at)
