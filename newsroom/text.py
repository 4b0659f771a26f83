"""Text with entities: built from pieces, laid out to be read its own way, measured as Telegram measures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsroom import bidi
from newsroom.bidi import Direction
from newsroom.message import TEXT_LIMIT, Button, Entity, Message, Row

_BLOCKS = frozenset({"blockquote", "expandable_blockquote", "pre"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece that is formatted (`style`: a Bot API entity type) or that reads its own way (`direction`)."""

    text: str
    style: str | None = None
    url: str | None = None
    direction: Direction | None = None


Piece = str | Span


def bold(text: str, direction: Direction | None = None) -> Span:
    return Span(text=text, style="bold", direction=direction)


def italic(text: str, direction: Direction | None = None) -> Span:
    return Span(text=text, style="italic", direction=direction)


def code(text: str) -> Span:
    return Span(text=text, style="code")


def link(text: str, url: str) -> Span:
    return Span(text=text, style="text_link", url=url)


def quote(text: str, direction: Direction | None = None) -> Span:
    """A block of its own: the only piece of its line."""
    return Span(text=text, style="blockquote", direction=direction)


def plain(text: str, direction: Direction) -> Span:
    return Span(text=text, direction=direction)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    style: str
    url: str | None


@dataclass(frozen=True, slots=True)
class _Laid:
    """Text with its marks, in code points."""

    text: str
    marks: tuple[_Mark, ...] = ()


class Text:
    """Gathers lines. Telegram must find nothing to change in what is said: no blank ends, no controls."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._lines: list[_Laid] = []

    def line(self, *pieces: Piece, direction: Direction | None = None) -> Text:
        """One line, or as many as the pieces have line breaks. What says nothing adds nothing."""
        laid = _lay(pieces, direction or self._direction)
        if laid.text.strip():
            self._lines.append(laid)
        return self

    def lines(self, pieces: Iterable[Piece], direction: Direction | None = None) -> Text:
        for piece in pieces:
            self.line(piece, direction=direction)
        return self

    def paragraphs(self, pieces: Iterable[Piece], direction: Direction | None = None) -> Text:
        for piece in pieces:
            self.gap().line(piece, direction=direction)
        return self

    def gap(self) -> Text:
        """An empty line, if something stands above it and something follows."""
        if self._lines and self._lines[-1].text:
            self._lines.append(_Laid(""))
        return self

    def add(self, other: Text) -> Text:
        self._lines += other._lines
        return self

    @property
    def size(self) -> int:
        """In UTF-16 units, as it would be sent."""
        return utf16_length(self._joined().text)

    def message(self, *rows: Iterable[Button], about: str | None = None, previews: bool = False) -> Message:
        """Raises ValueError where the text is too long: what is said must be fitted before."""
        joined = self._joined()
        if utf16_length(joined.text) > TEXT_LIMIT:
            raise ValueError(f"a message of {utf16_length(joined.text)} UTF-16 units")
        return Message(
            text=joined.text,
            entities=tuple(_entity(joined.text, mark) for mark in joined.marks),
            buttons=_rows(rows),
            about=about,
            previews=previews,
        )

    def _joined(self) -> _Laid:
        text, marks = "", list[_Mark]()
        pieces, length = list[str](), 0
        for laid in self._lines:
            marks += [_Mark(m.start + length, m.end + length, m.style, m.url) for m in laid.marks]
            pieces.append(laid.text)
            length += len(laid.text) + 1
        text = "\n".join(pieces).rstrip()
        return _Laid(text, tuple(marks))


def _rows(rows: Iterable[Iterable[Button]]) -> tuple[Row, ...]:
    filled = (tuple(row) for row in rows)
    return tuple(row for row in filled if row)


def _lay(pieces: Iterable[Piece], direction: Direction) -> _Laid:
    """The pieces in a row, trimmed, with every direction mark that their lines need."""
    text, marks, units = "", list[_Mark](), list[tuple[int, int]]()
    for piece in pieces:
        span = Span(text=piece) if isinstance(piece, str) else piece
        content = bidi.clean(span.text)
        own_way = span.direction not in (None, direction)
        if own_way and span.direction:
            content = bidi.isolated(content, span.direction)
            units.append((len(text), len(text) + len(content)))
        elif not text:
            content = content.lstrip()
        marks += _marks(span, content, len(text))
        text += content
    text = text.rstrip()
    return _opened(_Laid(text, tuple(marks)), units, direction)


def _marks(span: Span, content: str, offset: int) -> list[_Mark]:
    """Of the words only: not of the blanks around them, nor of the isolate that holds them."""
    bare = content.strip(bidi.FSI + bidi.PDI + bidi.RLM + bidi.LRM + " \n")
    if span.style is None or not bare:
        return []
    start = offset + content.index(bare)
    return [_Mark(start, start + len(bare), span.style, span.url)]


def _opened(laid: _Laid, units: list[tuple[int, int]], direction: Direction) -> _Laid:
    inserted, position = list[tuple[int, str]](), 0
    for line in laid.text.split("\n"):
        hidden = _without(line, position, units)
        inserted += [(position + at, mark) for at, mark in bidi.insertions(hidden, direction)]
        position += len(line) + 1
    return _inserted(laid, inserted)


def _without(line: str, position: int, units: list[tuple[int, int]]) -> str:
    """The line with its units, which are laid out already, hidden behind as many neutral characters."""
    for start, end in units:
        if position <= start < position + len(line):
            line = line[: start - position] + "\ufffc" * (end - start) + line[end - position :]
    return line


def _inserted(laid: _Laid, inserted: list[tuple[int, str]]) -> _Laid:
    if not inserted:
        return laid
    pieces, done = list[str](), 0
    for at, mark in inserted:
        pieces += [laid.text[done:at], mark]
        done = at
    places = [at for at, _ in inserted]
    marks = tuple(_shifted(mark, places) for mark in laid.marks)
    return _Laid("".join([*pieces, laid.text[done:]]), marks)


def _shifted(mark: _Mark, places: list[int]) -> _Mark:
    """Words leave the controls around them outside; a block takes them in, for it owns its lines."""
    if mark.style in _BLOCKS:
        before, until = sum(p < mark.start for p in places), sum(p <= mark.end for p in places)
    else:
        before, until = sum(p <= mark.start for p in places), sum(p < mark.end for p in places)
    return _Mark(mark.start + before, mark.end + until, mark.style, mark.url)


def _entity(text: str, mark: _Mark) -> Entity:
    return Entity(
        type=mark.style,
        offset=utf16_length(text[: mark.start]),
        length=utf16_length(text[mark.start : mark.end]),
        url=mark.url,
    )
