"""HTML style, read as Telegram reads it (Bot API: HTML style)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from simulator.entities import Entity
from simulator.errors import ApiError
from simulator.markdown import byte_at, cannot_parse, link_entity, time_entity

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_OTHER = {"pre": "code", "code": "pre"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-zA-Z]+))(;?)")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_WHITE = " \t\r\n\v\f\0"
_SURROGATES = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)
_LAST = 0x10FFFF
_LONGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    start: int
    about: dict[str, str]


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The text without its tags, and the entities; raises what Telegram answers."""
    return _Reader(text).read()


def _reference(text: str, at: int) -> tuple[str, int]:
    """The character that a reference stands for and where it ends; ("", at) where it is none."""
    found = _REFERENCE.match(text, at)
    if found is None:
        return "", at
    hexadecimal, decimal, name, _ = found.groups()
    if name:
        return (_NAMED[name], found.end()) if name in _NAMED else ("", at)
    digits = hexadecimal or decimal
    number = int(digits, 16 if hexadecimal else 10) if len(digits) <= _LONGEST_NUMBER else 0
    return (chr(number), found.end()) if 0 < number <= _LAST else ("", at)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._out: list[str] = []
        self._open: list[_Tag] = []
        self._found: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._text):
            self._step()
        if self._open:
            raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        plain = [replace(one, detail=()) if one.type == "code" and one.detail else one for one in self._found]
        text = "".join(self._out)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise cannot_parse(_SURROGATES)
        return text, plain

    def _step(self) -> None:
        character = self._text[self._at]
        if character == "&":
            meant, end = _reference(self._text, self._at)
            if meant:
                self._out.append(meant)
                self._at = end
                return
        if character != "<":
            self._out.append(character)
            self._at += 1
        elif self._text.startswith("</", self._at):
            self._end_tag()
        else:
            self._start_tag()

    def _fail(self, why: str, at: int) -> ApiError:
        return cannot_parse(f"{why} at byte offset {byte_at(self._text, at)}")

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _pass(self, *, white: bool, stop: str = "") -> None:
        """Move on over white space, or up to it or one of `stop`."""
        while (here := self._peek()) and (here in _WHITE) == white and here not in stop:
            self._at += 1

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        self._pass(white=False, stop=">")
        if not self._peek():
            raise self._fail("Unclosed start tag", begin)
        name = self._text[begin + 1 : self._at].lower()
        if name not in _TYPES:
            raise self._fail(f'Unsupported start tag "{name}"', begin)
        about = self._attributes(name, begin)
        if name == "span" and about.get("class") != "tg-spoiler":
            raise self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Tag(name, len(self._out), about))

    def _attributes(self, name: str, begin: int) -> dict[str, str]:
        about: dict[str, str] = {}
        while True:
            self._pass(white=True)
            if self._peek() == ">":
                self._at += 1
                return about
            attribute, has_value = self._attribute_name(name, begin)
            about[attribute] = self._value() if has_value else ""
            if not self._peek():
                raise self._fail("Unclosed start tag", begin)

    def _attribute_name(self, tag: str, begin: int) -> tuple[str, bool]:
        """The name, and whether a value follows."""
        start = self._at
        self._pass(white=False, stop="=>/\"'")
        if self._at == start:
            raise self._fail(f'Empty attribute name in the tag "{tag}"', begin)
        name = self._text[start : self._at]
        self._pass(white=True)
        if has_value := self._peek() == "=":
            self._at += 1
            self._pass(white=True)
        if not self._peek():
            raise self._fail(f'Unclosed start tag "{tag}"', begin)
        return name, has_value

    def _value(self) -> str:
        quote = self._peek()
        if quote in {"'", '"'}:
            return self._quoted(quote)
        start = self._at
        found = _TOKEN.match(self._text, start)
        self._at = found.end() if found else start
        if self._peek() and self._peek() not in _WHITE and self._peek() != ">":
            raise self._fail("Unexpected end of name token", start)
        return self._text[start : self._at].lower()

    def _quoted(self, quote: str) -> str:
        self._at += 1
        value = ""
        while (here := self._peek()) and here != quote:
            meant, end = _reference(self._text, self._at) if here == "&" else ("", self._at)
            value += meant or here
            self._at = end if meant else self._at + 1
        self._at += 1
        return value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._fail("Unexpected end tag", begin)
        self._at += 2
        self._pass(white=False, stop=">")
        name = self._text[begin + 2 : self._at].lower()
        self._pass(white=True)
        if self._peek() != ">":
            raise self._fail("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            where = byte_at(self._text, begin)
            raise cannot_parse(
                f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>", found "</{name}>"'
            )
        if len(self._out) > tag.start:
            self._add(tag, tag.start, len(self._out))

    def _add(self, tag: _Tag, start: int, end: int) -> None:
        kind = _TYPES[tag.name]
        if kind in {"code", "pre"}:
            self._add_code(kind, tag.about.get("class", ""), start, end)
            return
        found = self._entity(kind, tag.about, start, end)
        if found is not None:
            self._found.append(found)

    def _entity(self, kind: str, about: dict[str, str], start: int, end: int) -> Entity | None:
        if kind == "text_link":
            return link_entity(about.get("href") or "".join(self._out[start:end]), start, end)
        if kind == "custom_emoji":
            if not about.get("emoji-id", "").isdecimal():
                raise cannot_parse("Invalid custom emoji identifier specified")
            return Entity(start, end, kind, (("custom_emoji_id", about["emoji-id"]),))
        if kind == "date_time":
            unix = about.get("unix", "")
            return time_entity(unix, about.get("format", ""), start, end) if unix.isdecimal() else None
        if kind == "blockquote" and "expandable" in about:
            return Entity(start, end, "expandable_blockquote")
        return Entity(start, end, kind)

    def _add_code(self, kind: str, style: str, start: int, end: int) -> None:
        """`pre` and `code` around the same text, in either order, are one block with a language."""
        given = kind == "code" and style.startswith("language-")
        detail = (("language", style.removeprefix("language-")),) if given else ()
        inner = self._found[-1] if self._found else None
        around = inner is not None and (inner.start, inner.end, inner.type) == (start, end, _OTHER[kind])
        known = inner.detail if inner is not None and around else ()
        if around and bool(known) == (kind == "pre") and (known or detail):
            self._found[-1] = Entity(start, end, "pre", known or detail)
        else:
            self._found.append(Entity(start, end, kind, detail))
