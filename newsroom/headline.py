"""A headline for copy that came without one, made from its lead."""

from __future__ import annotations

import re

from newsroom.wire.credits import dateline_length

MOST_LETTERS = 90
_FEWEST_LETTERS = 30  # a clause shorter than this says too little to stand alone
_READ = 1_000

_SENTENCE = re.compile(r"(?<![.\d])(?<!\b[A-Z])[.؟?!۔](?=[»\"”’)\]]*(?:\s|$))|…|\.{2,}|\n")
_CLAUSE = re.compile(r"[،,؛;:](?=\s)|\s[-–—]\s")
_PAIRS = {"»": "«", "”": "“", ")": "(", "]": "["}
_TRAILING = " .،,؛;:-–—…۔ـ"
_ARABIC_WEAK = (
    "و|في|من|على|إلى|عن|مع|أن|إن|التي|الذي|الذين|قد|بعد|قبل|خلال|بين|أو|ثم|كما|ما|لا|لم|لن|هذا|هذه|عبر|حول|ضد"
)
_ENGLISH_WEAK = (
    "the|a|an|of|in|on|at|to|for|and|or|by|with|from|that|as|is|was|has|have|after|before|its|his|her"
)
_FRENCH_WEAK = "le|la|les|de|des|du|et|ou|à|au|aux|en|un|une|que|qui|dans|par|pour|sur|avec|son|sa|ses"
_WEAK = {"ar": _ARABIC_WEAK, "en": _ENGLISH_WEAK, "fr": _FRENCH_WEAK}
_WEAK_END = {language: re.compile(rf"\s(?:{words})$", re.IGNORECASE) for language, words in _WEAK.items()}


def derive(lead: str, language: str) -> str:
    """The lead's first sentence, or as much of it as 90 characters hold, cut where it may be cut.

    Without dateline, closing full stop or unmatched quotation marks; with an ellipsis only where words are
    missing; empty where the lead is.
    """
    opening = lead[:_READ]
    text = " ".join(_first_sentence(opening[dateline_length(opening) :]).split())
    if len(text) <= MOST_LETTERS:
        return _balanced(_ended(text))
    clause = _clause(text)
    return _balanced(clause) if clause else _balanced(_words(text, language)) + "…"


def _first_sentence(text: str) -> str:
    """Up to the first end that is not inside quotation marks, or all of it."""
    text = text.strip()
    for end in _SENTENCE.finditer(text):
        first = text[: end.end()]
        if first.count("«") <= first.count("»") and first.strip(_TRAILING):
            return first
    return text


def _clause(text: str) -> str | None:
    """As many whole clauses as fit, if they say enough."""
    ends = [end.start() for end in _CLAUSE.finditer(text, 0, MOST_LETTERS + 1)]
    whole = [text[:end] for end in ends if text.count("«", 0, end) == text.count("»", 0, end)]
    return _ended(whole[-1]) if whole and len(whole[-1]) >= _FEWEST_LETTERS else None


def _words(text: str, language: str) -> str:
    """As many whole words as fit with the ellipsis, without one that leans on the next."""
    cut = text[:MOST_LETTERS]
    cut = cut[: cut.rfind(" ")] if " " in cut else cut[:-1]
    leans = _WEAK_END.get(language, _WEAK_END["ar"])
    while weak := leans.search(cut):
        cut = cut[: weak.start()]
    return _ended(cut)


def _ended(text: str) -> str:
    return text.rstrip(_TRAILING)


def _balanced(text: str) -> str:
    """Without quotation marks and brackets that lost their partner."""
    for closing, opening in _PAIRS.items():
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, "").replace(closing, "")
    if text.count('"') % 2:
        text = text.replace('"', "")
    return _ended(" ".join(text.split()))
