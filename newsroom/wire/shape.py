"""What a line looks like: short as a heading, ended as a sentence, listed as a bullet."""

from __future__ import annotations

import re

from newsroom.wire.decode import BLANKS

_TAIL = (
    40  # a line is judged by its end; a line of a million quotation marks must not cost a million each time
)
_CLOSERS = "»\"”’'›)]}*_" + BLANKS
_FULL_STOPS = (".", "…", "۔", "。")
_SENTENCE_ENDS = (*_FULL_STOPS, "؟", "?", "!")
_LEADS_ON = (":", "،", ",", "؛", ";")

_HEADLINE_LETTERS, _HEADLINE_WORDS = 160, 28
_SUBHEAD_LETTERS, _SUBHEAD_WORDS = 80, 12

_BULLETS = tuple("-–—―ـ•*·▪●◦‣⁃■□◆►▶➤✔✓+>")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-zA-Zأ-ي])\s?[.)\-–ـ]\s")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S|^[@#/]")
_SPEAKER = re.compile(
    r"\s*(?:[سجQA]|سؤال|جواب|السؤال|الجواب|المذيعة?|المحاور|Question|Answer)\s*\d{0,3}\s*:", re.IGNORECASE
)


class Heading(str):
    """A line that its copy marks as a heading."""

    __slots__ = ()


class Headline(str):
    """A line that its copy marks as one of the headlines under the heading before it."""

    __slots__ = ()


def full_stop(line: str) -> bool:
    return _end(line).endswith(_FULL_STOPS)


def sentence_end(line: str) -> bool:
    return _end(line).endswith(_SENTENCE_ENDS)


def bullet(line: str) -> bool:
    return line.startswith(_BULLETS) or _NUMBERED.match(line) is not None


def headline_like(line: str) -> bool:
    """Short, without a closing full stop, and not the beginning of a list."""
    end = _end(line)
    return (
        _fits(line, _HEADLINE_LETTERS, _HEADLINE_WORDS)
        and not end.endswith(_FULL_STOPS)
        and not end.endswith(_LEADS_ON)
        and not _listed(line)
    )


def subhead_like(line: str) -> bool:
    """Short, one line, and ended by nothing that ends or carries on a sentence."""
    end = _end(line)
    return (
        _fits(line, _SUBHEAD_LETTERS, _SUBHEAD_WORDS)
        and "\n" not in line
        and not end.endswith((*_FULL_STOPS, "؟", "?"))
        and not end.endswith(_LEADS_ON)
        and not _listed(line)
    )


def _fits(line: str, letters: int, words: int) -> bool:
    return len(line) <= letters and len(line.split()) <= words and _LETTER.search(line) is not None


def _listed(line: str) -> bool:
    return bullet(line) or _SPEAKER.match(line) is not None or _ADDRESS.search(line) is not None


def _end(line: str) -> str:
    return line[-_TAIL:].rstrip(_CLOSERS)
