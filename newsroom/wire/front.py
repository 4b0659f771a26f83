"""What stands around the text: the flag, the credit and the byline, on lines of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.wire.credits import Credit, credit_line
from newsroom.wire.decode import BLANKS
from newsroom.wire.shape import headline_like

_HEAD_LINES = 5
_BYLINE_LETTERS = 60

_STRETCH = "[ـ\u064b-\u0652]*"  # «عـــاجل»
_ARABIC_FLAG = _STRETCH.join("عاجل") + _STRETCH
_FLAG_WORDS = (
    rf"(?:خبر\s+|هام\s+و?\s*)?{_ARABIC_FLAG}(?:\s+(?:جد[اً]+|وهام|للغاية))?"
    r"|breaking(?:\s+news)?|urgent|(?:news\s+)?alert|news\s*flash|flash|alerte|dernière\s+minute|فوری"
)
_FLAG = re.compile(
    rf"(?P<open>[\s#*(\[«\"“🔴🚨⚡❗‼\ufe0f]{{0,9}})(?:{_FLAG_WORDS})(?![\w'’])(?P<close>[\s!*)\]»\"”🔴🚨⚡❗‼\ufe0f]{{0,9}})"
    r"(?P<end>$|[:|]{1,3}|[-–—ـ/]{1,3}(?=\s)|\.{2,5}|…)?",
    re.IGNORECASE,
)
_SET_APART = re.compile(r"[#*(\[«\"“🔴🚨⚡❗‼]")
_BYLINE = re.compile(r"(?:By|BY|Par)\s+[A-Z]|(?:بقلم|إعداد)[\s:]|(?:كتبت?|تقرير)\s*:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What was taken off, as written; `alert` with the separator that set it off."""

    alert: str | None = None
    credit: Credit | None = None
    byline: str | None = None


def take_off(lines: Sequence[str]) -> tuple[Front, list[str]]:
    """The front of the copy, and its lines with the places that it held left blank."""
    left = list(lines)
    alerts, credit, byline = [], None, None
    headline_passed = False
    for at in _head(left):
        alert, left[at] = flags(left[at])
        alerts += alert
        if not left[at]:
            continue
        if credit is None and (credit := credit_line(left[at])):
            left[at] = ""
        elif byline is None and headline_passed and _is_byline(left[at]):
            byline, left[at] = left[at], ""
        elif headline_passed or not headline_like(left[at]):
            break
        else:
            headline_passed = True
    if credit is None:
        credit = _take_last(left)
    return Front(alert=" ".join(alerts) or None, credit=credit, byline=byline), left


def _head(lines: Sequence[str]) -> list[int]:
    return [at for at, line in enumerate(lines[: 2 * _HEAD_LINES]) if line][:_HEAD_LINES]


def flags(line: str) -> tuple[list[str], str]:
    """The flags that open the line («عاجل:», `BREAKING -`, `#عاجل`), and what they leave of it."""
    taken = []
    while (found := _FLAG.match(line)) and _is_set_off(found):
        taken.append(found[0].strip(BLANKS))
        line = line[found.end() :].strip(BLANKS)
        if len(taken) == _HEAD_LINES:
            break
    return taken, line


def _is_set_off(flag: re.Match[str]) -> bool:
    return flag["end"] is not None or _SET_APART.search(flag["open"]) is not None


def _is_byline(line: str) -> bool:
    return len(line) <= _BYLINE_LETTERS and headline_like(line) and _BYLINE.match(line) is not None


def _take_last(lines: list[str]) -> Credit | None:
    filled = [at for at, line in enumerate(lines) if line]
    if len(filled) < 2:  # noqa: PLR2004 - a single line is the story, not its credit
        return None
    credit = credit_line(lines[filled[-1]])
    if credit:
        lines[filled[-1]] = ""
    return credit
