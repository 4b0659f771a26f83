"""Light stems: one key for the forms of a word, so that «الصواريخ» finds «صاروخ».

Arabic after light10 (Larkey, Ballesteros, Connell 2002) on folded letters, with what it lacks: names stay
whole, people of a country go with it, broken plurals go with their singular, pronouns and verb endings fall,
and nothing is cut that leaves less than a word. Latin by Harman's S stemmer (1991).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsroom.names import COUNTRIES, PROTECTED, SPELT_OTHERWISE
from newsroom.plurals import PLURALS, WHOLE

_ARABIC = re.compile("[\u0621-\u064a]")

_CLITICS = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل", "ول", "وب", "فل", "و", "ف", "ب", "ل", "ك")
_AND = (("و", 3),)
_ARTICLES = (("وال", 3), ("بال", 3), ("كال", 3), ("فال", 3), ("ال", 2), ("لل", 2))

# Each with the letters that must be left. «-ان» needs the most: سكان, طيران and عنوان are no duals.
_NUMBERS = (("تان", 3), ("تين", 3), ("ات", 2), ("ون", 3), ("ين", 3), ("ان", 4))
_VERBS = (("وا", 3), ("ا", 4), ("ت", 4))
_LAST = (("يه", 3), ("ه", 2), ("ي", 3))
# «مدينتها» is «مدينه», whose last letter opens before a pronoun.
_OWNER = re.compile("(?<=...)(?:(?<!ا)ت)?(?:هما|ها|هم)$|(?<=...)(?<!ا)ته$|(?<=ات)ه$")
_PEOPLE = ("يون", "يين", "يات", "يه", "ي")
_COUNTRY_ENDS = ("", "ا", "يا", "يه")
_SINGULAR_IN_NUN = re.compile("[تم]..[وي]ن")  # تعاون، تعيين، مضمون: their last letter is their own
_LEAST_PLURAL = 4
_OWN_S = frozenset({"news", "texas", "wales", "kansas", "athens", "brussels"})


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """Of one token of `newsroom.arabic.tokens`."""
    if token.isascii():
        return _latin(token)
    if _ARABIC.match(token):
        return _known(token) or _light(token)
    return token


def unprefixed(token: str) -> str:
    """Without what Arabic writes together with a name: a name's ending is its own."""
    if not _ARABIC.match(token):
        return token
    for clitic in ("", *_CLITICS):
        if token.startswith(clitic) and token[len(clitic) :] in PROTECTED:
            return token[len(clitic) :]
    return _beginning_cut(_beginning_cut(token, _AND), _ARTICLES)


def _known(word: str) -> str | None:
    """Of a word in the lists, with whatever is written together with it."""
    for clitic in ("", *_CLITICS):
        if word.startswith(clitic) and (found := _listed(word[len(clitic) :])):
            return found
    return None


def _listed(word: str) -> str | None:
    if word in PROTECTED:
        return SPELT_OTHERWISE.get(word, word)
    if word in PLURALS:
        singular = PLURALS[word]
        return _listed(singular) or _light(singular)
    return _country_of(word)


def _country_of(word: str) -> str | None:
    """«ايرانيين» → «ايران», «روسيه» → «روسيا»."""
    for suffix in _PEOPLE:
        if word.endswith(suffix):
            root = word[: -len(suffix)]
            country = next((root + end for end in _COUNTRY_ENDS if root + end in COUNTRIES), None)
            if country:
                return SPELT_OTHERWISE.get(country, country)
    return None


def _light(word: str) -> str:
    return _bare(_beginning_cut(_beginning_cut(word, _AND), _ARTICLES))


def _beginning_cut(word: str, prefixes: Sequence[tuple[str, int]]) -> str:
    """«وزير» and «التزام» keep what only looks like a prefix."""
    if _bare(word) in _whole():
        return word
    for prefix, least in prefixes:
        if word.startswith(prefix) and len(word) >= len(prefix) + least:
            return word[len(prefix) :]
    return word


def _bare(word: str) -> str:
    """Without its endings, outermost first."""
    word = _OWNER.sub("", word)
    if not _SINGULAR_IN_NUN.fullmatch(word):
        word = _ending_cut(word, _NUMBERS)
    return _ending_cut(_ending_cut(word, _VERBS), _LAST)


def _ending_cut(word: str, endings: Sequence[tuple[str, int]]) -> str:
    for ending, least in endings:
        if word.endswith(ending) and len(word) >= len(ending) + least:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def _whole() -> frozenset[str]:
    return frozenset(_bare(word) for word in WHOLE)


def _latin(word: str) -> str:
    if len(word) < _LEAST_PLURAL or not word.endswith("s") or word in _OWN_S:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word if word.endswith(("us", "ss", "is")) else word[:-1]
