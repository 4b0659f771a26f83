"""Story codes: 4 to 6 letters and digits that nobody mistakes for one another, in either case."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST, LONGEST = 4, 6
TRIES_PER_LENGTH = 8


def fresh() -> Iterator[str]:
    """Candidate codes, short ones first; a caller takes the first that is free."""
    for length in range(SHORTEST, LONGEST):
        for _ in range(TRIES_PER_LENGTH):
            yield _draw(length)
    while True:
        yield _draw(LONGEST)


def read(text: str) -> str | None:
    """The code that somebody typed, or None: `#k7pq`, `K7PQ.` and full-width or Arabic digits will do."""
    typed = (
        unicodedata.normalize("NFKC", text).strip(" \t\n#/.,،؛;:«»\"'()[]\u200e\u200f\u2068\u2069").upper()
    )
    typed = "".join(_digit(character) for character in typed)
    well_formed = SHORTEST <= len(typed) <= LONGEST and typed.isascii() and typed.isalnum()
    return typed if well_formed else None


def alone(text: str) -> str | None:
    """The code that a message may be as a whole: it has a digit or is in capitals; «news» is a word."""
    found = read(text)
    if found is None or not set(found) <= set(ALPHABET):
        return None
    is_code = any(letter.isdigit() for letter in found) or text.strip().isupper()
    return found if is_code else None


def neighbours(code: str) -> frozenset[str]:
    """Every code that is one slip away: another character, or two that changed places."""
    replaced = {code[:i] + c + code[i + 1 :] for i in range(len(code)) for c in ALPHABET}
    swapped = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)}
    return frozenset((replaced | swapped) - {code})


def _draw(length: int) -> str:
    """With a letter in it: what is nothing but digits is the number of a push."""
    while (drawn := "".join(secrets.choice(ALPHABET) for _ in range(length))).isdigit():
        pass
    return drawn


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
