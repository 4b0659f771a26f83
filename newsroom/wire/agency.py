"""Agency text: an optional credit and headline, a lead, sub-heads that open sections, related blocks.

Whatever it says, nothing of it is lost: flag, headline, credit line, byline, related headings and headlines
and sections together hold every character that is not blank. `dateline`, and a credit that stands inside a
paragraph, are annotations: the paragraph keeps its words.
"""

from __future__ import annotations

import re

from newsroom.wire import telling
from newsroom.wire.decode import BLANKS, decode
from storage.records import Draft

_MOST_LINES = 5_000  # beyond these the copy is kept, but no more structure is looked for in it

_BLANK_LINES = re.compile(r"\n\s*\n")


def parse(copy: bytes, media_type: str, charset: str | None) -> Draft:
    lines, overflow = lines_of(decode(copy, charset))
    return telling.of(lines, overflow, copy=copy, media_type=media_type)


def lines_of(text: str) -> tuple[list[str], list[str]]:
    """Lines without the blanks at their ends, runs of blank lines as one; and the rest of a huge copy."""
    evened = _BLANK_LINES.sub("\n\n", text, count=_MOST_LINES)
    lines = [line.strip(BLANKS) for line in evened.split("\n", _MOST_LINES)]
    return lines[:_MOST_LINES], [line for line in lines[_MOST_LINES:] if line]
