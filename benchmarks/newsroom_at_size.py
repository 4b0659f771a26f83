"""A store of very many synthetic stories, and more of their kind as agency copy: for `benchmarks.kin`.

Words are made of syllables and drawn as often as words are (Zipf, without the commonest, the stopwords). Each
is written in Latin and in Arabic letters, so that names meet across languages as they do in the news.
What a story is found and compared by are the stems and skeletons that the product makes of these words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import sqlalchemy as sa

from newsroom.skeletons import MARK, skeleton
from newsroom.stems import stem
from newsroom.terms import MOST_NAMES, MOST_POSTED, words_key
from storage.database import Transaction
from storage.records import RevisionKind, StoryState
from storage.schema import revision, story, story_term, story_words, term

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 365  # that the stories are spread over
VOCABULARY, WORDS, HEADLINE = 60_000, 120, 8
COMMONEST = 30  # words above these are in all copy and tell nothing
GROUP = 5_000
LANGUAGES = {"ar": 0.7, "en": 0.3}
STOPWORDS = {"ar": "في من على أن إلى عن", "en": "the of to in and a"}
CREDITS = {"ar": "أ ب", "en": "AP"}
_CONSONANTS, _VOWELS = "bftdkgsmnlr", "aiu"
_IN_ARABIC = str.maketrans(_CONSONANTS + _VOWELS, "بفتدكغسمنلر" + "ايو")

POSTINGS = {
    "sqlite": "INSERT INTO story_term (term, story_id, weight)"
    " SELECT held.value, story_id, 0.35 - held.key * 0.01 FROM story_words, json_each(posted) AS held"
    " ORDER BY 1, 2",
    "postgresql": "INSERT INTO story_term (term, story_id, weight)"
    " SELECT held.term, story_id, 0.36 - held.place * 0.01"
    " FROM story_words, json_array_elements_text(posted) WITH ORDINALITY AS held (term, place)"
    " ORDER BY 1, 2",
}
"""In the order of their key, as a database that grew has them in the end."""


@dataclass(frozen=True, slots=True)
class Word:
    """`written`, and what the product makes of it."""

    written: str
    stem: str
    name: str | None


class Vocabulary:
    """The same words, and the same draws for the same seed, every time."""

    def __init__(self) -> None:
        draw = random.Random(4)
        spelt = ["".join(_syllables(draw)) for _ in range(VOCABULARY)]
        self._words = {
            "en": [_word(each) for each in spelt],
            "ar": [_word(each.translate(_IN_ARABIC)) for each in spelt],
        }
        self._weights = list(accumulate(1 / rank for rank in range(COMMONEST, VOCABULARY + COMMONEST)))

    def story(self, seed: int) -> tuple[str, list[Word]]:
        """The language and the words of a story, its headline's first."""
        draw = random.Random(seed)
        language = draw.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        return language, draw.choices(self._words[language], cum_weights=self._weights, k=WORDS)

    def copy(self, seed: int) -> bytes:
        """As an agency sends it: headline, credit, lead and paragraphs, with stopwords among the words."""
        language, words = self.story(seed)
        common = STOPWORDS[language].split()
        written = [word.written for word in words[HEADLINE:]]
        told = [
            f"{word} {common[place % len(common)]}" if place % 2 else word
            for place, word in enumerate(written)
        ]
        paragraphs = [" ".join(told[start : start + 28]) + "." for start in range(0, len(told), 28)]
        headline = " ".join(word.written for word in words[:HEADLINE])
        return "\n\n".join([headline, CREDITS[language], *paragraphs]).encode()


def fill(tx: Transaction, vocabulary: Vocabulary, number: int) -> None:
    for start in range(0, number, GROUP):
        _add_stories(tx, vocabulary, range(start, min(start + GROUP, number)), number)
    tx.exec_driver_sql(POSTINGS[tx.dialect.name])
    counted = sa.select(story_term.c.term, sa.func.count()).group_by(story_term.c.term)
    tx.execute(sa.insert(term).from_select(["term", "stories"], counted))
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SELECT setval(pg_get_serial_sequence('story', 'id'), max(id)) FROM story")
    else:
        tx.exec_driver_sql("CREATE VIRTUAL TABLE peer USING fts5(words, content='')")
        tx.exec_driver_sql("INSERT INTO peer (rowid, words) SELECT story_id, posted FROM story_words")


def _syllables(draw: random.Random) -> Iterator[str]:
    for _ in range(draw.choice((2, 3, 3, 4, 4, 5))):
        yield draw.choice(_CONSONANTS) + draw.choice(_VOWELS)


def _word(written: str) -> Word:
    return Word(written, stem(written), skeleton(written))


def _add_stories(tx: Transaction, vocabulary: Vocabulary, places: range, number: int) -> None:
    told = [(place, *vocabulary.story(place)) for place in places]
    times = {place: NOW - timedelta(days=DAYS) * (number - place) / number for place in places}
    tx.execute(sa.insert(story), [_story(place, times[place]) for place in places])
    tx.execute(
        sa.insert(revision),
        [_telling(place, language, words, times[place]) for place, language, words in told],
    )
    tx.execute(sa.insert(story_words), [_bag(place, words) for place, _, words in told])


def _story(place: int, at: datetime) -> dict[str, object]:
    times = dict.fromkeys(("created_at", "updated_at", "published_at"), at)
    return {"id": place + 1, "code": f"{place:06}", "state": StoryState.PUBLISHED, "head": 1, **times}


def _telling(place: int, language: str, words: Sequence[Word], at: datetime) -> dict[str, object]:
    headline = " ".join(word.written for word in words[:HEADLINE])
    return {
        "story_id": place + 1,
        "number": 1,
        "kind": RevisionKind.NEW,
        "headline": headline,
        "headline_key": words_key(headline),
        "headline_derived": False,
        "language": language,
        "urgency": 5,
        "topics": [],
        "related_headings": [],
        "media_type": "text/plain",
        "copy": b"",
        "source": "benchmark",
        "created_at": at,
    }


def _bag(place: int, words: Sequence[Word]) -> dict[str, object]:
    """Weights as those of a text whose headline counts most; only their order is like the product's."""
    stems = list(dict.fromkeys(word.stem for word in words))
    names = list(dict.fromkeys(MARK + word.name for word in words if word.name))[:MOST_NAMES]
    weights = {each: round(0.3 / (1 + 0.1 * rank), 4) for rank, each in enumerate(stems)}
    return {
        "story_id": place + 1,
        "posted": [*stems[:MOST_POSTED], *names],
        "words": weights | dict.fromkeys(names, 0.3),
    }
