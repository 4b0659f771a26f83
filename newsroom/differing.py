"""What a correction changed, word by word, where it is little enough to be said in a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 3_000  # of either text: comparing takes time with the square of them
MOST_SPANS, LONGEST_SPAN = 3, 12
NEAR = 2  # changes with fewer words between them are one
EDGES = " \t.,;:!?،؛؟…«»“”\"'()[]"


@dataclass(frozen=True, slots=True)
class Difference:
    """`wrong` was said and `right` is, in the words of either text."""

    wrong: str
    right: str


def differences(before: Sequence[str], after: Sequence[str]) -> list[Difference]:
    """Between two texts by paragraphs; empty where nothing changed, or too much to be told in a line."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return []
    spans = [_in_context(span, old, new) for span in _spans(old, new)]
    longest = max((max(i2 - i1, j2 - j1) for i1, i2, j1, j2 in spans), default=0)
    if len(spans) > MOST_SPANS or longest > LONGEST_SPAN:
        return []
    told = [Difference(_said(old[i1:i2]), _said(new[j1:j2])) for i1, i2, j1, j2 in spans]
    return [one for one in told if one.wrong and one.right and one.wrong != one.right]


Span = tuple[int, int, int, int]


def _spans(old: list[str], new: list[str]) -> list[Span]:
    spans = list[Span]()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if spans and i1 - spans[-1][1] < NEAR:
            spans[-1] = (spans[-1][0], i2, spans[-1][2], j2)
        else:
            spans.append((i1, i2, j1, j2))
    return spans


def _in_context(span: Span, old: list[str], new: list[str]) -> Span:
    """A word that was only added or left out is told with the one beside it."""
    i1, i2, j1, j2 = span
    if i1 < i2 and j1 < j2:
        return span
    if i1 and j1:
        return i1 - 1, i2, j1 - 1, j2
    return i1, min(i2 + 1, len(old)), j1, min(j2 + 1, len(new))


def _words(paragraphs: Sequence[str]) -> list[str]:
    return [word for paragraph in paragraphs for word in paragraph.split()]


def _said(words: Sequence[str]) -> str:
    return " ".join(words).strip(EDGES)
