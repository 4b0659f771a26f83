"""Letters to search by: one spelling for every way a word is written.

Everything here makes keys. Nothing of it is ever shown: stored text is NFC and as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

# UAX #15 calls text with at most this many marks in a row stream-safe; no language needs more.
_MARKS_IN_A_ROW = 30

_HAMZA_AND_MADDA = "\u0653-\u0655"
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08ca-\u08ff"
)
_INVISIBLE = "\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f\ufeff"
_DROPPED = re.compile(f"[{_MARKS}{_INVISIBLE}]+")
_HAMZA_ON_A_SEAT = re.compile("[وىيی]\u0654")
_HAMZA_LEFT = re.compile(f"[{_HAMZA_AND_MADDA}]+")
_LETTERS = str.maketrans(
    "ٱٲٳٵىیېۍےةەہھۃکڪگݣپچژڤڥڨ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬",
    "اااايييييههههه" + "كككك" + "بجزففق" + "0123456789" * 2 + ".,",
)

_POSSESSIVE = re.compile(r"['\u2019]s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LETTERS_KEPT = 2_000  # of a text whose tokens are kept a while
_TOKEN = re.compile(r"[a-z]+\d[a-z\d]*|\d+(?:\.\d+)*|[^\W\d_]+")


# A long row of what may be marks: of the letters of Latin, Greek, Cyrillic and Arabic none is one.
_NO_MARKS = "\\t\\n -~\u00a0-\u02ff\u0370-\u0482\u0621-\u064a\u0660-\u066f\u0671-\u06d3\u2010-\u2027"
_PERHAPS_MARKS = re.compile(f"[^{_NO_MARKS}]{{{_MARKS_IN_A_ROW + 1}}}")


def normal(form: Form, text: str) -> str:
    """`unicodedata.normalize` in linear time.

    Canonical ordering sorts each run of combining marks, and CPython sorts by insertion: a million marks
    would take hours. Runs beyond any language's need are normalised 30 marks at a time.
    """
    if text.isascii():
        return text
    runs = _long_runs(text) if _PERHAPS_MARKS.search(text) else []
    if not runs:
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, piece) for piece in _pieces(text, runs))


def fold(text: str) -> str:
    """The search spelling: no marks, tatweel or bidi controls; one alef, ya, ha, kaf; Latin digits and case.

    `ؤ` and `ئ` become `ء`; compatibility forms open up (ﷲ, ligatures, full-width letters).
    """
    if text.isascii():
        return text.lower()
    text = normal("NFKD", text)
    if (cased := text.casefold()) != text:
        text = normal("NFKD", cased)
    text = _DROPPED.sub("", text)
    text = _HAMZA_LEFT.sub("", _HAMZA_ON_A_SEAT.sub("ء", text))
    return normal("NFC", text.translate(_LETTERS))


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in search spelling, in order; `2,030` is `2030`."""
    return list(_lately_read(text)) if len(text) <= _LETTERS_KEPT else _read(text)


@lru_cache(maxsize=256)
def _lately_read(text: str) -> tuple[str, ...]:
    """An item's headline and lead are asked for by its key, terms, names, topics and likeness in turn."""
    return tuple(_read(text))


def _read(text: str) -> list[str]:
    return _TOKEN.findall(_THOUSANDS.sub("", _POSSESSIVE.sub("", fold(text))))


def _long_runs(text: str) -> list[tuple[int, int]]:
    if len(text) <= 2 * _MARKS_IN_A_ROW:
        return []
    marks = "".join(filter(_is_mark, set(text)))
    if not marks:
        return []
    run = re.compile(f"[{re.escape(marks)}]{{{_MARKS_IN_A_ROW + 1},}}")
    return [match.span() for match in run.finditer(text)]


def _pieces(text: str, runs: list[tuple[int, int]]) -> Iterator[str]:
    done = 0
    for start, end in runs:
        for cut in range(start + _MARKS_IN_A_ROW, end, _MARKS_IN_A_ROW):
            yield text[done:cut]
            done = cut
    yield text[done:]


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    """Whether canonical ordering moves it; some marks (U+0F73) show that only when they are taken apart."""
    if unicodedata.combining(character):
        return True
    apart = unicodedata.decomposition(character)
    return bool(apart) and bool(unicodedata.combining(unicodedata.normalize("NFKD", character)[0]))
