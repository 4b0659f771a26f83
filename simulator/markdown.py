"""MarkdownV2, read as Telegram reads it (Bot API: MarkdownV2 style)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.entities import Entity
from simulator.errors import ApiError, bad_request
from simulator.links import normal, person

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_TITLES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_MARKS = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "[",
    "custom_emoji": "![",
    "blockquote": ">",
}
_OPENERS = (
    "pre",
    "code",
    "underline",
    "italic",
    "bold",
    "strikethrough",
    "spoiler",
    "custom_emoji",
    "text_link",
)
_CLOSERS = _MARKS | {"text_link": "]", "custom_emoji": "]"}
_WHITE = " \t\r\n\v\f\0"
_EMOJI = re.compile(r"(?i:tg)://emoji/?\?(?:[^#]*&)?id=([0-9]{1,20})(?:[&#].*)?")
_TIME = re.compile(r"(?i:tg)://time/?\?(?:[^#]*&)?unix=([0-9]{1,10})(?:[&#].*)?")
_FORMAT = re.compile(r"[?&]format=([^&#]*)")


@dataclass(frozen=True, slots=True)
class _Open:
    type: str
    start: int
    source: int
    detail: tuple[tuple[str, str], ...] = ()


def parse_markdown(text: str) -> tuple[str, list[Entity]]:
    """The text without its marks, and the entities; raises what Telegram answers."""
    return _Reader(text).read()


def cannot_parse(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


def byte_at(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8", "surrogatepass"))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._code_break = -1
        self._found: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._text):
            self._step()
        if self._inner == "blockquote":
            self._close_quote(expandable=False)
        if self._open:
            raise self._unclosed()
        return "".join(self._out), self._found

    def _unclosed(self) -> ApiError:
        last = self._open[-1]
        where = byte_at(self._text, last.source)
        title = "PreCode" if last.detail else _TITLES[last.type]
        return cannot_parse(f"Can't find end of {title} entity at byte offset {where}")

    @property
    def _inner(self) -> str:
        return self._open[-1].type if self._open else ""

    def _next_is(self, mark: str, offset: int = 0) -> bool:
        return self._text.startswith(mark, self._at + offset)

    def _literal(self, skip: int = 0) -> None:
        self._out.append(self._text[self._at + skip])
        self._at += 1 + skip

    def _step(self) -> None:
        character = self._text[self._at]
        escaped = self._text[self._at + 1 : self._at + 2]
        if character == "\\" and escaped and 0 < ord(escaped) < 127:  # noqa: PLR2004 (ASCII ends)
            self._literal(skip=1)
        elif self._inner in {"code", "pre"}:
            self._in_code(character)
        elif character not in _RESERVED:
            self._literal()
        else:
            self._mark(character)

    def _in_code(self, character: str) -> None:
        if character != "`":
            if character == "\n":
                self._code_break = len(self._out)
            self._literal()
        elif self._next_is(_CLOSERS[self._inner]):
            self._close(len(_CLOSERS[self._inner]))
        else:
            self._open_mark("code")

    def _mark(self, character: str) -> None:
        inner = self._inner
        if character == "\n":
            self._line_end()
        elif inner != "spoiler" and self._ends_expandable():
            self._at += 2
            self._close_quote(expandable=True)
        elif inner and inner != "blockquote" and self._ends(inner):
            self._close(len(_CLOSERS[inner]))
        elif character == ">" and self._at_line_begin():
            self._quote()
        else:
            self._begin(character)

    def _ends(self, inner: str) -> bool:
        if inner == "italic":
            return self._next_is("_") and not self._next_is("_", 1)
        return self._next_is(_CLOSERS[inner])

    def _line_end(self) -> None:
        """A quote goes on in the next line only where that begins with its mark."""
        goes_on = self._next_is(">", 1)
        self._literal()
        if self._quoted() and not goes_on:
            self._close_quote(expandable=False)

    def _ends_expandable(self) -> bool:
        if not (self._quoted() and self._next_is("||")):
            return False
        after = self._text[self._at + 2 : self._at + 4]
        return not after or (after[0] == "\n" and after[1:] != ">")

    def _quoted(self) -> bool:
        return any(one.type == "blockquote" for one in self._open)

    def _at_line_begin(self) -> bool:
        at = len(self._out)
        while at and self._out[at - 1] == "\r":
            at -= 1
        begun_in_code = at > 0 and at - 1 == self._code_break
        return at == 0 or (self._out[at - 1] == "\n" and not begun_in_code)

    def _quote(self) -> None:
        if not self._quoted():
            self._open.append(_Open("blockquote", len(self._out), self._at))
        self._at += 1

    def _close_quote(self, *, expandable: bool) -> None:
        if self._inner != "blockquote":
            raise self._unclosed()
        opened = self._open.pop()
        if expandable and self._next_is("\n"):
            self._literal()
        kind = "expandable_blockquote" if expandable else "blockquote"
        if len(self._out) > opened.start:
            self._found.append(Entity(opened.start, len(self._out), kind))

    def _begin(self, character: str) -> None:
        for kind in _OPENERS:
            if self._next_is(_MARKS[kind]):
                self._open_mark(kind)
                return
        raise cannot_parse(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _open_mark(self, kind: str) -> None:
        source = self._at
        self._at += len(_MARKS[kind])
        detail = (("language", language),) if kind == "pre" and (language := self._language()) else ()
        self._open.append(_Open(kind, len(self._out), source, detail))

    def _language(self) -> str:
        """The word after three backticks, where text follows; a line break is passed over."""
        end = self._at
        while end < len(self._text) and self._text[end] not in _WHITE and self._text[end] != "`":
            end += 1
        language = self._text[self._at : end] if end < len(self._text) and self._text[end] != "`" else ""
        self._at += len(language)
        pair = self._text[self._at : self._at + 2]
        if pair[:1] and pair[0] in "\r\n":
            self._at += 2 if pair in {"\r\n", "\n\r"} else 1
        return language

    def _close(self, width: int) -> None:
        opened = self._open.pop()
        self._at += width
        start, end = opened.start, len(self._out)
        if opened.type == "text_link":
            found = link_entity(self._address() or "".join(self._out[start:]), start, end)
        elif opened.type == "custom_emoji":
            found = _special(self._address(), start, end)
        else:
            found = Entity(start, end, opened.type, opened.detail)
        if found is not None and end > start:
            self._found.append(found)

    def _address(self) -> str | None:
        """What is in the parentheses that follow, if they do."""
        if not self._next_is("("):
            return None
        self._at += 1
        begin, address = self._at, ""
        while self._at < len(self._text) and self._text[self._at] != ")":
            escaped = self._text[self._at + 1 : self._at + 2]
            if self._next_is("\\") and escaped and 0 < ord(escaped) < 127:  # noqa: PLR2004 (as above)
                self._at += 1
            address += self._text[self._at]
            self._at += 1
        if self._at >= len(self._text):
            raise cannot_parse(f"Can't find end of a URL at byte offset {byte_at(self._text, begin)}")
        self._at += 1
        return address or " "  # empty parentheses are an address that leads nowhere


def link_entity(address: str, start: int, end: int) -> Entity | None:
    """A text link, or the mention of a person, or nothing where the address is none."""
    if (user_id := person(address)) is not None:
        return Entity(start, end, "text_mention", (("user", user_id),))
    url = normal(address)
    return None if url is None else Entity(start, end, "text_link", (("url", url),))


def _special(address: str | None, start: int, end: int) -> Entity:
    """`tg://emoji?id=…` or `tg://time?unix=…`."""
    if address is None:
        raise cannot_parse("The entity must contain a tg://emoji or tg://time URL")
    if emoji := _EMOJI.fullmatch(address):
        return Entity(start, end, "custom_emoji", (("custom_emoji_id", emoji[1]),))
    if time := _TIME.fullmatch(address):
        form = _FORMAT.search(address)
        return time_entity(time[1], form[1] if form else "", start, end)
    raise cannot_parse("Invalid tg://emoji or tg://time URL specified")


def time_entity(unix: str, form: str, start: int, end: int) -> Entity:
    detail: tuple[tuple[str, str | int], ...] = (("unix_time", int(unix)),)
    if form:
        detail = (*detail, ("date_time_format", form))
    return Entity(start, end, "date_time", detail)
