"""Who told it: the credit, recognised only where a credit stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsroom.arabic import fold
from newsroom.wire.sources import SPELLINGS

_LONGEST = 80
_PLACE_LETTERS, _PLACE_WORDS = 60, 6
_BARE_PLACE_WORDS = 2  # without brackets only a short place can be told from a headline that names its source

_NOT_A_LETTER = re.compile(r"[^\w\s]+|_")
_ABBREVIATION_DOT = re.compile(r"(?<=\b\w)\s*\.\s*")
_BETWEEN = re.compile(r"[()،,/+&|؛;]+\s*(?:و\s*(?=\())?|\s[-–—ـ]+\s|\sand\s", re.IGNORECASE)
_AND = re.compile(r"\s+و\s*")
_DASHES = re.compile(r"\s*[-–—―ـ/|]+\s*")
_SEPARATOR = re.compile(r"\s*(?:[-–—―ـ/|:=.]+)\s*")
_FRAME = '()[]{}«»"“”*_.-–—ـ: \t\u00a0\u200e\u200f\u061c'
_LABEL = re.compile(r"^(?:المصدر|مصدر|source|sources|crédit|credit)\s*:\s*", re.IGNORECASE)
_AGENCY = re.compile(r"^(?:وكاله|وكالتا|وكالات)\s+(?:ال)?(?:انباء\s+)?(?=\w)")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,80})[)\]]")
_PLACE = re.compile(r"[^\d,،(\[]+")
_ENDS_A_SENTENCE = re.compile(r"[.؟?!…:؛;]")
_AT_THE_END = re.compile(r"[.!؟?»\"”…]\s*[(\[]([^()\[\]]{1,80})[)\]]\s*\.?$")
_SHORT_CODE = 4


def _key(spelling: str) -> str:
    plain = _NOT_A_LETTER.sub(" ", fold(spelling)).split()
    return "".join(plain) if all(len(letter) == 1 for letter in plain) else " ".join(plain)


_CODES = {_key(spelling): code for spelling, code in SPELLINGS}
_AS_CAPITALS = {key for key in _CODES if key.isascii() and len(key) <= _SHORT_CODE} - {"dpa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """`raw` as written; `code` is the first agency's where several share it; `place` is the dateline's."""

    raw: str
    code: str
    place: str | None = None


def credit_line(line: str) -> Credit | None:
    """A line that is nothing but a credit: `(أ ب)`, `رويترز، أ ف ب`, `القاهرة - رويترز`."""
    if len(line) > _LONGEST:
        return None
    code = _agencies(line)
    if code:
        return Credit(raw=line, code=code)
    place, dash, rest = _split_once(line)
    code = _agencies(rest) if dash and _is_bare_place(place) else None
    return Credit(raw=line, code=code, place=place_of(place)) if code else None


def in_dateline(paragraph: str) -> Credit | None:
    """The credit that opens a paragraph: `القاهرة (رويترز) - …`, `CAIRO (AP) — …`, `القاهرة - رويترز - …`."""
    opening = paragraph[: _PLACE_LETTERS + 2 * _LONGEST]
    return _bracketed_dateline(opening) or _dashed_dateline(opening)


def at_the_end(paragraph: str) -> Credit | None:
    """The credit in brackets after a story's last sentence."""
    found = _AT_THE_END.search(paragraph[-_LONGEST - 10 :])
    code = _agencies(found[1]) if found else None
    return Credit(raw=f"({found[1]})", code=code) if found and code else None


def dateline_length(paragraph: str) -> int:
    """How much of the paragraph's beginning is its dateline and credit."""
    opening = paragraph[: _PLACE_LETTERS + 2 * _LONGEST]
    bracket = _IN_BRACKETS.search(opening)
    if bracket and _bracketed_dateline(opening):
        separator = _SEPARATOR.match(opening, bracket.end())
        return separator.end() if separator else bracket.end()
    if _dashed_dateline(opening):
        first = _DASHES.search(opening)
        second = _SEPARATOR.search(opening, _credit_end(opening, first.end() if first else 0))
        return second.end() if second else 0
    return 0


def _bracketed_dateline(opening: str) -> Credit | None:
    bracket = _IN_BRACKETS.search(opening)
    if not bracket or not _SEPARATOR.match(opening, bracket.end()):
        return None
    place = opening[: bracket.start()].strip()
    if not _is_place(place):
        return None
    code = _agencies(bracket[1])
    return Credit(raw=bracket[0], code=code, place=place_of(place)) if code else None


def _dashed_dateline(opening: str) -> Credit | None:
    place, dash, rest = _split_once(opening)
    if not dash or not _is_bare_place(place):
        return None
    name = rest[: _credit_end(rest, 0)].strip()
    code = _agencies(name) if name and len(name) < len(rest) else None
    return Credit(raw=name, code=code, place=place_of(place)) if code else None


def _credit_end(text: str, start: int) -> int:
    separator = re.compile(r"\s+[-–—―ـ/|]+\s|\s*[:：]").search(text, start)
    return separator.start() if separator else len(text)


def _split_once(text: str) -> tuple[str, str, str]:
    dash = _DASHES.search(text)
    return (text[: dash.start()], dash[0], text[dash.end() :]) if dash else (text, "", "")


def _agencies(raw: str) -> str | None:
    """The first agency's code, if every name in `raw` is an agency's."""
    if "آ" in raw and _key(raw) == "اب":  # the month of August
        return None
    parts = _BETWEEN.split(_LABEL.sub("", raw.strip(_FRAME)))
    codes = [code for part in parts if part.strip(_FRAME) for code in _codes(part)]
    return codes[0] if codes and all(codes) else None


def _codes(part: str) -> list[str | None]:
    whole = _code(part)
    return [whole] if whole else [_code(name) for name in _AND.split(part)]


def _code(name: str) -> str | None:
    name = name.strip(_FRAME)
    key = _key(_ABBREVIATION_DOT.sub(" ", name))
    if key in _AS_CAPITALS and not name.isupper():
        return None
    return _CODES.get(key) or _CODES.get(_AGENCY.sub("", key)) or _CODES.get(key.removeprefix("وكاله "))


def _is_place(text: str) -> bool:
    return len(text) <= _PLACE_LETTERS and len(text.split()) <= _PLACE_WORDS and not _reads_as_sentence(text)


def _reads_as_sentence(text: str) -> bool:
    return _ENDS_A_SENTENCE.search(text.replace("D.C.", "")) is not None


def _is_bare_place(text: str) -> bool:
    words = text.split()
    named = bool(words) and not any(word.islower() for word in words)
    return named and len(words) <= _BARE_PLACE_WORDS and not _reads_as_sentence(text)


def place_of(text: str) -> str | None:
    """The place alone, of a dateline where a date, a country or an agency follows it."""
    found = _PLACE.match(text.strip(_FRAME))
    place = found[0].strip(_FRAME + "/") if found else ""
    return place.removesuffix(" في").strip() or None
