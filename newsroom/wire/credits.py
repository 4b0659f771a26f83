"""Who told it: the credit, recognised only where a credit stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from newsroom.arabic import fold
from newsroom.wire import dates
from newsroom.wire.sources import SPELLINGS, WITH_A_SIGN

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
_QUOTED = re.compile(r"[\s(\[]*[«\"“][^«»\"“”]+[»\"”][\s)\]]*")
_COLON_BEFORE_QUOTE = re.compile(r"\s*:\s*(?=[«\"“])")
_CREDIT_ENDS = re.compile(r"\s*[-–—―ـ/|]+\s|\s*[:：]|\.\s")


def _key(spelling: str) -> str:
    plain = _NOT_A_LETTER.sub(" ", fold(spelling)).split()
    return "".join(plain) if all(len(letter) == 1 for letter in plain) else " ".join(plain)


_CODES = {_key(spelling): code for spelling, code in SPELLINGS}
_SIGNED_CODES = {_key(spelling): code for spelling, code in WITH_A_SIGN} | _CODES
_AS_CAPITALS = {
    key
    for spelling, _ in (*SPELLINGS, *WITH_A_SIGN)
    if spelling.isupper() and (key := _key(spelling)).isascii() and len(key) <= _SHORT_CODE
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """`raw` as written; `code` is the first agency's where several share it; `place` is the dateline's."""

    raw: str
    code: str
    place: str | None = None


def credit_line(line: str) -> Credit | None:
    """A line that is nothing but a credit: `(أ ب)`, `رويترز، أ ف ب`, `القاهرة - رويترز`, `لندن: «الحياة»`."""
    if len(line) > _LONGEST:
        return None
    code = _agencies(line, _SIGNED_CODES if _QUOTED.fullmatch(line) else _CODES)
    if code:
        return Credit(raw=line, code=code)
    sign = dates.BEFORE_LAST_WORD.search(line) or _COLON_BEFORE_QUOTE.search(line) or _DASHES.search(line)
    place, rest = (line[: sign.start()], line[sign.end() :]) if sign else (line, "")
    code = _agencies(_undated(rest), _SIGNED_CODES) if sign and _is_bare_place(place) else None
    return Credit(raw=line, code=code, place=place_of(place)) if code else None


def in_dateline(paragraph: str) -> Credit | None:
    """The credit that opens a paragraph: `القاهرة (رويترز) - …`, `CAIRO (AP) — …`, `القاهرة - رويترز - …`."""
    opening = paragraph[: _PLACE_LETTERS + 2 * _LONGEST]
    return _bracketed_dateline(opening) or _dashed_dateline(opening)


def at_the_end(paragraph: str) -> Credit | None:
    """The credit in brackets after a story's last sentence."""
    found = _AT_THE_END.search(paragraph[-_LONGEST - 10 :])
    code = _agencies(found[1], _CODES) if found else None
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
    if not bracket:
        return None
    place = _undated(opening[: bracket.start()].strip())
    if not _is_place(place) or not (place.isupper() or _SEPARATOR.match(opening, bracket.end())):
        return None
    code = _agencies(bracket[1], _SIGNED_CODES if place else _CODES)
    return Credit(raw=bracket[0], code=code, place=place_of(place)) if code else None


def _dashed_dateline(opening: str) -> Credit | None:
    place, dash, rest = _split_once(opening)
    rest = _undated_front(rest)
    if not dash or not _is_bare_place(place):
        return None
    end = _credit_end(rest, 0)
    name, sign = rest[:end].strip(), rest[end : end + 2].strip()
    known = _SIGNED_CODES if sign.startswith(tuple("-–—/|")) or _QUOTED.fullmatch(name) else _CODES
    code = _agencies(name, known) if name and len(name) < len(rest) else None
    return Credit(raw=name, code=code, place=place_of(place)) if code else None


def _credit_end(text: str, start: int) -> int:
    separator = _CREDIT_ENDS.search(text, start)
    return separator.start() if separator else len(text)


def _split_once(text: str) -> tuple[str, str, str]:
    dash = _DASHES.search(text)
    return (text[: dash.start()], dash[0], text[dash.end() :]) if dash else (text, "", "")


def _undated(place: str) -> str:
    """A dateline's place without the date that follows it."""
    return dates.AFTER_PLACE.sub("", place)


def _undated_front(text: str) -> str:
    return dates.AT_FRONT.sub("", text)


def _agencies(raw: str, known: Mapping[str, str]) -> str | None:
    """The first agency's code, if every name in `raw` is an agency's."""
    if "آ" in raw and _key(raw) == "اب":  # the month of August
        return None
    parts = _BETWEEN.split(_LABEL.sub("", raw.strip(_FRAME)))
    codes = [code for part in parts if part.strip(_FRAME) for code in _codes(part, known)]
    return codes[0] if codes and all(codes) else None


def _codes(part: str, known: Mapping[str, str]) -> list[str | None]:
    whole = _code(part, known)
    return [whole] if whole else [_code(name, known) for name in _AND.split(part)]


def _code(name: str, known: Mapping[str, str]) -> str | None:
    name = name.strip(_FRAME)
    key = _key(_ABBREVIATION_DOT.sub(" ", name))
    if (key in _AS_CAPITALS and not name.isupper()) or (name.isascii() and name.islower() and name != "dpa"):
        return None
    return known.get(key) or known.get(_AGENCY.sub("", key)) or known.get(key.removeprefix("وكاله "))


def _is_place(text: str) -> bool:
    return len(text) <= _PLACE_LETTERS and len(text.split()) <= _PLACE_WORDS and not _reads_as_sentence(text)


def _reads_as_sentence(text: str) -> bool:
    return _ENDS_A_SENTENCE.search(text.replace("D.C.", "")) is not None


def _is_bare_place(text: str) -> bool:
    words = _undated(text).split()
    named = bool(words) and not any(word.islower() for word in words)
    return named and len(words) <= _BARE_PLACE_WORDS and not _reads_as_sentence(" ".join(words))


def place_of(text: str) -> str | None:
    """The place alone, of a dateline where a date, a country or an agency follows it."""
    found = _PLACE.match(text.strip(_FRAME))
    place = found[0].strip(_FRAME + "/") if found else ""
    return place.removesuffix(" في").strip() or None
