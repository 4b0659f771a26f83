"""Which language a text is in, by its letters and its commonest words."""

from __future__ import annotations

import re
from collections import Counter

UNKNOWN = "und"

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+")
_HEBREW = re.compile("[\u05d0-\u05ea]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_URDU_LETTERS = re.compile("[ٹڈڑںے]")
_PERSIAN_LETTERS = re.compile("[پچژگکی]")

_COMMON = {
    "en": "the of and to in a is that for on with as was by at from said has have be it its after are will",
    "fr": "le la les des et du un une dans que qui est pour sur au par avec il elle ont été selon aux ce",
    "es": "el la los las de del y que en un una por con para se su fue según al es como ha",
    "de": "der die das und in den von zu mit dem des im für auf ist nicht ein eine sich auch hat nach wurde",
    "tr": "ve bir bu için ile de da olarak olan daha sonra en çok dedi gibi kadar ise",
}
_PERSIAN = "که است از را به با این برای شد کرد می های خود گفت در و"
_COMMON_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_PERSIAN_WORDS = frozenset(_PERSIAN.split())

_FEW_WORDS = 3


def language_of(text: str) -> str:
    """A BCP 47 code (`ar`, `fa`, `ur`, `he`, `en`, `fr`, `es`, `de`, `tr`), else `und`."""
    sample = text[:_SAMPLE]
    letters = _count(_WORD, sample)
    if 2 * _count(_ARABIC, sample) > letters:
        return _of_arabic_script(sample, letters)
    if 2 * _count(_HEBREW, sample) > letters:
        return "he"
    if 2 * _count(_LATIN, sample) > letters:
        return _of_latin_script(sample)
    return UNKNOWN


def _count(letters: re.Pattern[str], text: str) -> int:
    """By rows of them: a list of single letters would take longer than all the rest."""
    return sum(map(len, letters.findall(text)))


def _of_arabic_script(sample: str, letters: int) -> str:
    if 50 * len(_URDU_LETTERS.findall(sample)) > letters:
        return "ur"
    words = _WORD.findall(sample)
    persian = sum(word in _PERSIAN_WORDS for word in words)
    if 20 * len(_PERSIAN_LETTERS.findall(sample)) > letters and 10 * persian > len(words):
        return "fa"
    return "ar"


def _of_latin_script(sample: str) -> str:
    words = Counter(_WORD.findall(sample.lower()))
    common = {language: sum(words[word] for word in known) for language, known in _COMMON_WORDS.items()}
    best = max(common, key=lambda language: common[language])
    if common[best]:
        return best
    return "en" if sample.isascii() and words.total() >= _FEW_WORDS else UNKNOWN
