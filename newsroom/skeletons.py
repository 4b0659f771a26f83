"""Names across scripts: the consonants that a name keeps when newspapers write it in other letters.

«بايدن», Biden and Байден are all «bdn». Vowels count only at the beginning, as «a».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsroom.arabic import tokens
from newsroom.stems import unprefixed
from newsroom.stopwords import STOPWORDS

MARK = "="
"""Stands before a skeleton among terms: it is no word."""

_LEAST = 3  # consonants: shorter ones fit too many words
_LONGEST = 20

# Each sound with the letters that may stand for it.
_SOUNDS = {
    "b": "bpبбп",
    "f": "fvفфв",
    "t": "tتثطт",
    "d": "dدذضظд",
    "k": "kqcكقк",
    "g": "gjغجгж",
    "s": "szسصشزсзцчшщ",
    "m": "mمм",
    "n": "nنн",
    "l": "lلл",
    "r": "rرр",
    "h": "hهحخх",
    "-": "aeiouywاويءعаеёиоуыэюяйьъ",
}
_LETTERS = {ord(letter): sound for sound, letters in _SOUNDS.items() for letter in letters}
_TOGETHER = {
    "sch": "s", "tch": "s", "ch": "s", "sh": "s", "ph": "f", "kh": "h", "gh": "g", "th": "t", "dh": "d",
    "dj": "g", "ck": "k", "qu": "k", "ce": "se", "ci": "si", "cy": "sy", "ng": "n", "x": "ks",
    "تش": "س", "نغ": "ن", "نج": "ن", "дж": "г",
}  # fmt: skip
_PIECES = re.compile("|".join(_TOGETHER))
_TWICE = re.compile(r"(.)\1+")
_KNOWN = re.compile("[a-z-]+")


def names_of(text: str) -> Iterator[str]:
    """The skeletons, each marked, of what may be a name in a text. Scripts without a table have none."""
    for token in tokens(text):
        if token not in STOPWORDS and (found := skeleton(token)):
            yield MARK + found


@lru_cache(maxsize=50_000)
def skeleton(token: str) -> str | None:
    """Of one token of `newsroom.arabic.tokens`; None where too little of it is left."""
    written = _PIECES.sub(lambda piece: _TOGETHER[piece.group()], unprefixed(token))
    sounds = _TWICE.sub(r"\1", written.translate(_LETTERS))
    if not sounds.isascii() or not _KNOWN.fullmatch(sounds):
        return None
    kept = ("a" if sounds[0] == "-" else sounds[0]) + sounds[1:].replace("-", "").replace("h", "")
    return kept[:_LONGEST] if len(kept) >= _LEAST else None
