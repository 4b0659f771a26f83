"""What stands around the text: signs of the wire, the credit and the byline, on lines of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsroom.wire.credits import Credit, credit_line
from newsroom.wire.shape import headline_like
from newsroom.wire.signs import Signs

_HEAD_LINES = 5
_END_LINES = 5
_BYLINE_LETTERS = 60

_BYLINE = re.compile(r"(?:By|BY|Par|Por)\s+[A-Z]|(?:بقلم|إعداد)[\s:]|(?:كتبت?|تقرير)\s*:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What was taken off, as written."""

    signs: Signs = field(default_factory=Signs)
    credit: Credit | None = None
    byline: str | None = None


def take_off(lines: Sequence[str], signs: Signs) -> tuple[Front, list[str]]:
    """What stands around the copy, and its lines with the places that it held left blank.

    `signs` are those of a title that came beside the lines; those of the lines are added.
    """
    left = list(lines)
    credit, byline = None, None
    headline_passed = False
    for at in _head(left):
        if signs.take_line(left[at]):
            left[at] = ""
            continue
        left[at] = signs.take_flags(left[at])
        if credit is None and left[at] and (credit := credit_line(left[at])):
            left[at] = ""
        elif not headline_passed:
            left[at] = signs.take_slug(left[at])
        if not left[at]:
            continue
        if byline is None and headline_passed and _is_byline(left[at]):
            byline, left[at] = left[at], ""
        elif headline_passed or not headline_like(left[at]):
            break
        else:
            headline_passed = True
    credit = _take_ends(left, signs, credit)
    return Front(signs=signs, credit=credit, byline=byline), left


def _head(lines: Sequence[str]) -> list[int]:
    return [at for at, line in enumerate(lines[: 2 * _HEAD_LINES]) if line][:_HEAD_LINES]


def _is_byline(line: str) -> bool:
    return len(line) <= _BYLINE_LETTERS and headline_like(line) and _BYLINE.match(line) is not None


def _take_ends(lines: list[str], signs: Signs, credit: Credit | None) -> Credit | None:
    """Off the last lines: endings, and the credit where none stood before. A single line is the story."""
    filled = [at for at, line in enumerate(lines) if line]
    for at in filled[:0:-1][:_END_LINES]:
        if credit is None and (credit := credit_line(lines[at])):
            lines[at] = ""
        else:
            lines[at] = signs.take_end(lines[at])
        if lines[at]:
            return credit
    if filled:
        lines[filled[0]] = signs.take_inner_end(lines[filled[0]])
    return credit
