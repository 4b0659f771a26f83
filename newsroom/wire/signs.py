"""Signs of the wire: what agencies write to desks around a story, in Arabic, English, French and Spanish.

Each stands where such signs stand, on a line of its own or before a sign that parts it from the headline; the
same words in a sentence are the story's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from newsroom.wire import embargoes
from newsroom.wire.decode import BLANKS
from newsroom.wire.signwords import ALERTS, ENDINGS, HIGHEST, KINDS, NOTE, STRICT
from storage.records import RevisionKind

_LONGEST_SLUG = 60
_MOST_SIGNS = 5

_WORDS = "|".join((HIGHEST, ALERTS, *KINDS.values()))
_FRAME = r"\s#*(\[{«\"“🔴🚨⚡❗‼\ufe0f"
_CLOSERS = r"\s!*)\]}»\"”🔴🚨⚡❗‼\ufe0f"
_SIGN = re.compile(
    rf"(?P<open>[{_FRAME}]{{0,9}})(?P<word>{_WORDS})(?![\w'’])(?P<close>[{_CLOSERS}]{{0,9}})"
    r"(?P<end>$|[:|]{1,3}|[-–—ـ/]{1,3}(?=\s|$)|\.{2,5}|…|-(?=\w))?",
    re.IGNORECASE,
)
_SET_APART = re.compile(r"[#*🔴🚨⚡❗‼]")
_OPENED, _CLOSED = re.compile(r"[(\[{«\"“]"), re.compile(r"[)\]}»\"”]")
_IS_HIGHEST = re.compile(HIGHEST, re.IGNORECASE)
_OF_KIND = {kind: re.compile(words, re.IGNORECASE) for kind, words in KINDS.items()}

_END_LINE = re.compile(
    rf"[\s()\[\]«»\"“”*/\\_#.=+\-–—ـ]{{0,12}}(?:{ENDINGS})[\s()\[\]«»\"“”*/\\_#.=+\-–—ـ]{{0,12}}",
    re.IGNORECASE,
)
_HASHES = re.compile(r"\s*(?:#\s?){2,5}\s*|\s*[-–—=*_/]{3,20}\s*")
_AT_THE_END = re.compile(rf"(?<=\S)\s*[(\[«]\s*(?:{ENDINGS})\s*[)\]»]\s*\.?$", re.IGNORECASE)
_END_LETTERS = 60

_NOTE = re.compile(NOTE, re.IGNORECASE)
_LONGEST_NOTE = 400

_SLUG_IN_SLASHES = re.compile(r"/\s?[^/\n]{2,40}\s?/(?:\s+(?=\S)|$)")
_SLUG_PATH = re.compile(r"[\w][\w ]{1,19}(?:\s?/\s?[\w][\w ]{1,19}){2,5}\s?/?")
_SLUG_CAPITALS = re.compile(r"(?:\^)?[A-Z][A-Z0-9&']*(?:[-/][A-Z0-9&'.]+){1,6}/?(?:\s\([A-Z0-9 ,]{2,30}\))?")


@dataclass(slots=True)
class Signs:
    """What was taken off, as written; `alerts` and `marks` with the sign that set them off."""

    alerts: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    kinds: set[RevisionKind] = field(default_factory=set)
    slugline: str | None = None
    correction_note: str | None = None
    editor_note: str | None = None
    embargo: datetime | None = None
    urgency: int | None = None

    @property
    def kind(self) -> RevisionKind:
        return next((kind for kind in KINDS if kind in self.kinds), RevisionKind.NEW)

    def untold(self) -> Signs:
        """What they mean, where their words stay in the text."""
        return Signs(kinds=self.kinds, embargo=self.embargo)

    def take_flags(self, line: str) -> str:
        """What the flags that open a line («عاجل:», `UPDATE 1-`, `(تصحيح)`) leave of it."""
        for _ in range(_MOST_SIGNS):
            found = _SIGN.match(line)
            if found is None or not _is_set_off(found):
                break
            self._add(found)
            line = line[found.end() :].strip(BLANKS)
        return line

    def take_line(self, line: str) -> bool:
        """Whether the whole line is to desks: an embargo, a note, a slug."""
        if embargoes.is_line(line):
            until = embargoes.until(line)
            self.marks.append(line)
            self.embargo = self.embargo or until
            self.kinds |= set() if until else {RevisionKind.HOLD}
            return True
        return self._take_note(line)

    def take_slug(self, line: str) -> str:
        """What a slug in slashes («/العين/»), a path or capitals leaves of a line."""
        if self.slugline is not None:
            return line
        found = _SLUG_IN_SLASHES.match(line)
        if found is None and len(line) <= _LONGEST_SLUG and not line.replace("/", "").isdecimal():
            found = _SLUG_PATH.fullmatch(line) or _SLUG_CAPITALS.fullmatch(line)
        if found is None:
            return line
        self.slugline = found[0].strip(BLANKS)
        return line[found.end() :].strip(BLANKS)

    def take_end(self, line: str) -> str:
        """What an ending («يتبع», `-- ends --`) leaves of one of the last lines."""
        if len(line) <= _END_LETTERS and (_END_LINE.fullmatch(line) or _HASHES.fullmatch(line)):
            self.marks.append(line)
            return ""
        return self.take_inner_end(line)

    def take_inner_end(self, line: str) -> str:
        """What an ending in brackets leaves of the paragraph that it closes."""
        found = _AT_THE_END.search(line[-_END_LETTERS:])
        if found is None:
            return line
        self.marks.append(found[0].strip(BLANKS))
        return line[: len(line) - len(found[0])].rstrip(BLANKS)

    def _take_note(self, line: str) -> bool:
        found = _NOTE.fullmatch(line) if len(line) <= _LONGEST_NOTE else None
        if found is None:
            return False
        if found["correction"] is None:
            self.editor_note = _joined(self.editor_note, line)
            return True
        self.correction_note = _joined(self.correction_note, line)
        self.kinds.add(RevisionKind.CORRECTION)
        return True

    def _add(self, found: re.Match[str]) -> None:
        kind = next((kind for kind, words in _OF_KIND.items() if words.fullmatch(found["word"])), None)
        if kind is not None:
            self.kinds.add(kind)
            self.marks.append(found[0].strip(BLANKS))
            return
        self.alerts.append(found[0].strip(BLANKS))
        highest = _IS_HIGHEST.fullmatch(found["word"]) is not None
        self.urgency = 1 if highest else self.urgency or 2


def _is_set_off(found: re.Match[str]) -> bool:
    """By what parts it from the rest; a word that takes a story back is the whole line, or in capitals."""
    word, end = found["word"], found["end"]
    is_apart = _SET_APART.search(found["open"]) is not None
    is_bracketed = _OPENED.search(found["open"]) is not None and _CLOSED.search(found["close"]) is not None
    if end is not None and end.startswith("-") and found.string[found.end() : found.end() + 1].strip():
        return word.isupper()  # CORRECTED-Port opens
    if any(_OF_KIND[kind].fullmatch(word) for kind in STRICT):
        return end == "" or (word.isupper() and end is not None)
    return end is not None or is_apart or is_bracketed


def _joined(before: str | None, line: str) -> str:
    return line if before is None else f"{before} {line}"
