"""Text cut to fit: at a paragraph, else a sentence, else a word, else between what people see as letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from newsroom.bidi import Direction, clean, foreign_words
from newsroom.text import utf16_length

ELLIPSIS = "…"
_GAP = 2  # the empty line between paragraphs
_ISOLATE = 2  # the isolate that a foreign word may need
_MARK = 1  # the direction mark that a line may need
_TOO_LITTLE = 40  # of a paragraph, to be worth beginning it

_SENTENCE = re.compile(r"\S.*?(?:[.!?؟…۔][»”\"')\]]*(?=\s)|$)", re.DOTALL)
_WORD = re.compile(r"\S+")
_EXTENDING = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u0e33\u0eb3\uff9e\uff9f\u1160-\u11ff\ud7b0-\ud7fb]"
)
_PREPENDING = re.compile("[\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u1100-\u115f]")

Page = tuple[str, ...]


def pages(paragraphs: Sequence[str], limit: int, direction: Direction) -> list[Page]:
    """Pages of paragraphs, none longer than `limit` UTF-16 units when laid out; only blanks are lost."""
    done: list[Page] = []
    page, room = list[str](), limit
    for paragraph in _fitting(paragraphs, limit, direction):
        size = cost(paragraph, direction)
        if page and size > room:
            done.append(tuple(page))
            page, room = [], limit
        page.append(paragraph)
        room -= size + _GAP
    return [*done, tuple(page)] if page else done


def fit(paragraphs: Iterable[str], limit: int, direction: Direction) -> Page:
    """As much of the paragraphs as `limit` holds, with an ellipsis where more was said."""
    fitting, room = list[str](), limit - _MARK * 2
    for paragraph, is_whole in _openings(paragraphs, 4 * limit):
        size = cost(paragraph, direction) if is_whole else limit
        if size > room and room < _TOO_LITTLE:
            return (*fitting[:-1], f"{fitting[-1]} {ELLIPSIS}") if fitting else (ELLIPSIS,)
        if size > room:
            beginning = next(_parts(paragraph, room - _MARK - 2, direction, (_WORD,)), "")
            return (*fitting, _left_off(beginning))
        fitting.append(paragraph)
        room -= size + _GAP
    return tuple(fitting)


def _openings(paragraphs: Iterable[str], most: int) -> Iterator[tuple[str, bool]]:
    """Paragraphs that say something, no more of each than is looked at, and whether it is all."""
    for paragraph in paragraphs:
        opening, is_whole = clean(paragraph[:most]).strip(), len(paragraph) <= most
        if opening or not is_whole:
            yield opening, is_whole


def clip(text: str, limit: int) -> str:
    """The text on one line, at most `limit` UTF-16 units, with an ellipsis where words are missing."""
    flat = " ".join(clean(text).split())
    if utf16_length(flat) <= limit:
        return flat
    kept = next(_characters(flat, limit - len(ELLIPSIS)))
    whole = kept if flat[len(kept)] == " " else kept.rpartition(" ")[0]
    return _left_off(whole or kept)


def cost(text: str, direction: Direction) -> int:
    """No less than the UTF-16 units that the text takes when laid out."""
    return _MARK + _size(text, direction)


def _size(text: str, direction: Direction) -> int:
    return utf16_length(text) + _MARK * text.count("\n") + _ISOLATE * foreign_words(text, direction)


def _fitting(paragraphs: Sequence[str], limit: int, direction: Direction) -> Iterator[str]:
    for paragraph in filter(None, (clean(paragraph).strip() for paragraph in paragraphs)):
        if cost(paragraph, direction) <= limit:
            yield paragraph
        else:
            yield from _parts(paragraph, limit - _MARK, direction, (_SENTENCE, _WORD))


def _parts(text: str, limit: int, direction: Direction, cuts: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """Stretches of the text that fit, each as long as whole matches of the first cut can make it."""
    if not cuts:
        yield from _characters(text, limit - _ISOLATE)
        return
    start, end, size = 0, 0, limit
    for match in cuts[0].finditer(text):
        grown = size + _size(text[end : match.end()], direction)
        if grown > limit and end > start:
            yield text[start:end]
        if grown > limit:
            start, grown = match.start(), _size(match[0], direction)
        if grown > limit:
            yield from _parts(match[0], limit, direction, cuts[1:])
            start, grown = match.end(), limit
        end, size = match.end(), grown
    if end > start:
        yield text[start:end]


def _characters(text: str, limit: int) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _reach(text, start, max(limit, 2))
        if end < len(text):
            end = _boundary(text, start, end)
        yield text[start:end]
        start = end


def _reach(text: str, start: int, limit: int) -> int:
    end = min(start + limit, len(text))
    while (excess := utf16_length(text[start:end]) - limit) > 0:
        end -= (excess + 1) // 2
    return end


def _boundary(text: str, start: int, end: int) -> int:
    """The last place at or before `end` where a grapheme cluster (UAX #29) begins; `end` in a huge one."""
    return next((at for at in range(end, start, -1) if not _holds(text, start, at)), end)


def _holds(text: str, start: int, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or _EXTENDING.match(after):
        return True
    if _PREPENDING.match(before) or unicodedata.combining(before) == 9:  # noqa: PLR2004 - a virama joins
        return True
    return _is_flag(after) and _flags_before(text, start, at) % 2 == 1


def _flags_before(text: str, start: int, at: int) -> int:
    """How many regional indicators stand in a row before `at`: two make one flag."""
    row = at
    while row > start and _is_flag(text[row - 1]):
        row -= 1
    return at - row


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _left_off(text: str) -> str:
    stopped = text.endswith((".", "!", "?", "؟", "۔"))
    return f"{text} {ELLIPSIS}" if stopped else text.rstrip(" ,،;؛:-–—…") + ELLIPSIS
