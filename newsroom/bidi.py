"""Which way text reads, so that every line reads its own way whatever it quotes.

Unicode bidirectional algorithm (UAX #9). A line's direction comes from its first strong character, so a line
that does not begin with a letter of its own direction opens with a mark; what is foreign in it is isolated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

Direction = Literal["rtl", "ltr"]

LRM, RLM, FSI, PDI = "\u200e", "\u200f", "\u2068", "\u2069"
MARKS: dict[Direction, str] = {"rtl": RLM, "ltr": LRM}

_STRONG: dict[Direction, frozenset[str]] = {"rtl": frozenset({"R", "AL"}), "ltr": frozenset({"L"})}
_RTL_LETTERS = (
    "\u05be\u05c0\u05c3\u05c6\u05d0-\u05f4\u0608\u060b\u060d\u061b-\u064a\u066d-\u066f\u0671-\u06d5"
    "\u06e5\u06e6\u06ee\u06ef\u06fa-\u0710\u0712-\u072f\u074d-\u07a5\u07b1-\u07ea\u07f4\u07f5\u07fa"
    "\u0800-\u0815\u0840-\u0858\u0860-\u088e\u08a0-\u08c9\ufb1d\ufb1f-\ufb28\ufb2a-\ufd3d\ufd50-\ufdfc"
    "\ufe70-\ufefc\U00010800-\U00010d23\U00010e80-\U00010fff\U0001e800-\U0001eeef"
)
_LETTER: dict[Direction, re.Pattern[str]] = {
    "rtl": re.compile(f"[{_RTL_LETTERS}]"),
    "ltr": re.compile(rf"(?![{_RTL_LETTERS}])[^\W\d_]"),
}
_REST_OF_WORD = {way: re.compile(letter.pattern + r"\S*") for way, letter in _LETTER.items()}
_OTHER: dict[Direction, Direction] = {"rtl": "ltr", "ltr": "rtl"}

_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
# Telegram takes these out of any text, which would move the entities behind them.
_TAKEN_OUT = re.compile("[\u030a\u0333\u033f]")
# Nothing to join; and Telegram turns a direction mark before one of these into a joiner.
_LOOSE_JOINER = re.compile("(^|\\s)[\u200b-\u200d]+")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BLANK = re.compile("[\t\x0b\x0c]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"[0-9٠-٩][0-9٠-٩.,:/%٪٫٬-]*")
_OPENING = "«»\"“”„'‘’([{<‹›،؛,;:!?؟….-–—*|"
_CLOSING = "«»\"“”„'‘’]}>‹›،؛,;:!?؟….-–—*|"


def clean(text: str) -> str:
    """Text from outside without what could turn a line around or break a message.

    No controls, no bidi marks, embeddings, overrides or isolates (ours are put in afterwards), no lone
    surrogates; every kind of line break is `\\n`.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _BLANK.sub(" ", _BREAK.sub("\n", text))
    text = _TAKEN_OUT.sub("", _UNSAFE.sub("", text))
    return _SURROGATE.sub("\ufffd", _LOOSE_JOINER.sub(r"\1", text))


def direction_of(text: str, likely: Direction) -> Direction:
    """`likely`; but text said to read left to right that has Arabic letters only was mislabelled."""
    mislabelled = likely == "ltr" and _LETTER["rtl"].search(text) and not _LETTER["ltr"].search(text)
    return "rtl" if mislabelled else likely


def opens_with_mark(line: str, direction: Direction) -> bool:
    """Whether the line needs a mark to be read in this direction by every client."""
    return unicodedata.bidirectional(line[0]) not in _STRONG[direction]


def is_foreign(word: str, direction: Direction) -> bool:
    """A question mark has a direction too, but does not make a word its own."""
    own, other = _LETTER[direction], _LETTER[_OTHER[direction]]
    return bool(other.search(word)) and not own.search(word.strip(_CLOSING))


def foreign_words(text: str, direction: Direction) -> int:
    """No fewer than are foreign: as many isolates as the text can need."""
    return len(_REST_OF_WORD[_OTHER[direction]].findall(text))


def foreign_runs(line: str, direction: Direction) -> Iterator[tuple[int, int]]:
    """Where words of the other direction stand, as (start, end): a number after them belongs to them."""
    if not _LETTER[_OTHER[direction]].search(line):
        return
    run: tuple[int, int] | None = None
    waiting = True  # nothing of the line's own direction, since the run, keeps it from going on
    for word in _WORD.finditer(line):
        if is_foreign(word[0], direction):
            run = (run[0] if run else word.start(), word.end())
            waiting = True
        elif run and _LETTER[direction].search(word[0]):
            yield _trimmed(line, *run)
            run = None
        elif run and waiting and _NUMBER.fullmatch(word[0].rstrip(_CLOSING)):
            run = (run[0], word.end())
        else:
            waiting = False
    if run:
        yield _trimmed(line, *run)


def isolated(text: str, direction: Direction) -> str:
    """The text as a unit of this direction inside a line of the other one."""
    flat = " ".join(text.split())
    if not flat:
        return ""
    return f"{FSI}{_laid(flat, direction)}{PDI}"


def insertions(line: str, direction: Direction) -> list[tuple[int, str]]:
    """What a line needs, as (position, character) in order."""
    if not line.strip():
        return []
    runs = [pair for start, end in foreign_runs(line, direction) for pair in ((start, FSI), (end, PDI))]
    needs_mark = opens_with_mark(line, direction) or (0, FSI) in runs
    return [(0, MARKS[direction]), *runs] if needs_mark else runs


def _laid(line: str, direction: Direction) -> str:
    pieces, done = [], 0
    for at, mark in insertions(line, direction):
        pieces += [line[done:at], mark]
        done = at
    return "".join([*pieces, line[done:]])


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """Quotation marks and stops around the run belong to the line."""
    run = line[start:end]
    kept = run.lstrip(_OPENING)
    start = end - len(kept)
    closing = _CLOSING if "(" in kept else _CLOSING + ")"
    return start, start + len(kept.rstrip(closing))
