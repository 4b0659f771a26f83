"""Weighted terms of stories: what search finds them by, and `storage.candidates`.

Each term has a posting list: the stories that hold it, by age.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import LINES, line, readable
from storage.listed import among, pairs, weighed
from storage.records import StoryLine
from storage.schema import Id, story, story_term, story_words, term
from storage.upsert import insert_on

LONGEST = 64  # characters: a longer one is no word
MOST_ASKED = 8  # terms of a search
NEWEST_ASKED = 1000  # postings of each of them, where no story has them all


def index(
    tx: Transaction,
    story_id: int,
    terms: Mapping[str, float],
    words: Mapping[str, float] | None = None,
) -> None:
    """In place of the terms that the story had. `words`: what it is compared by, where that is more."""
    old = set(tx.execute(_POSTED, {"story_id": story_id}).scalar_one_or_none() or ())
    _replace(tx, story_id, old, terms, terms if words is None else words)


def index_new(tx: Transaction, story_id: int, terms: Mapping[str, float], words: Mapping[str, float]) -> None:
    """Of a story that this transaction has made: it had none."""
    _replace(tx, story_id, set(), terms, words)


def posted(terms: Mapping[str, float]) -> dict[str, float]:
    """Those of them that have a posting list."""
    return {word: weight for word, weight in terms.items() if 0 < len(word) <= LONGEST}


def words_of(tx: Transaction, story_ids: Collection[int]) -> dict[int, dict[str, float]]:
    """What stories are compared by."""
    return {row.story_id: row.words for row in tx.execute(_WORDS, {"ids": story_ids}).all()}


def search(tx: Transaction, terms: Sequence[str], *, limit: int, now: datetime) -> list[StoryLine]:
    """Stories that hold all the terms, newest first; then those that hold at least half, most first."""
    counted = frequencies(tx, terms)
    asked = sorted(counted, key=lambda word: (counted[word], word))[:MOST_ASKED]
    if not asked:
        return []
    complete = _holding_all(tx, asked, limit, now) if all(counted.values()) else []
    if len(complete) == limit or len(asked) == 1:
        return complete
    known = {told.id for told in complete}
    partial = (told for told in _holding_most(tx, asked, limit + len(known), now) if told.id not in known)
    return [*complete, *partial][:limit]


def frequencies(tx: Transaction, terms: Collection[str]) -> dict[str, int]:
    """In how many stories each term is."""
    asked = dict.fromkeys(terms, 0)
    return asked | {row.term: row.stories for row in tx.execute(_COUNTED, {"terms": asked}).all()}


def story_count(tx: Transaction) -> int:
    """About how many stories there are, in no time: they are numbered, and none is ever removed."""
    return tx.execute(_NEWEST).scalar_one() or 0


def _replace(
    tx: Transaction, story_id: int, old: set[str], terms: Mapping[str, float], words: Mapping[str, float]
) -> None:
    new = posted(terms)
    _keep(tx, story_id, list(new), dict(words))
    if gone := old - new.keys():
        tx.execute(_GONE, {"story_id": story_id, "terms": gone})
    if new:
        tx.execute(_posting(tx.dialect.name), {"id": story_id, "terms": weighed(new)})
    if changes := {word: (word in new) - (word in old) for word in new.keys() ^ old}:
        tx.execute(_counting(tx.dialect.name), {"changes": weighed(changes)})


def _keep(tx: Transaction, story_id: int, posted: list[str], words: dict[str, float]) -> None:
    tx.execute(_keeping(tx.dialect.name), {"story_id": story_id, "posted": posted, "words": words})


@cache
def _keeping(dialect: str) -> sa.Insert:
    kept = insert_on(dialect, story_words)
    again = {name: kept.excluded[name] for name in ("posted", "words")}
    return kept.on_conflict_do_update(index_elements=["story_id"], set_=again)


@cache
def _posting(dialect: str) -> sa.Insert:
    table, word, weight = pairs("terms")
    rows = sa.select(word, sa.bindparam("id", type_=Id), weight).select_from(table).where(sa.true())
    posting = insert_on(dialect, story_term).from_select(["term", "story_id", "weight"], rows)
    again = {"weight": posting.excluded.weight}
    return posting.on_conflict_do_update(index_elements=["term", "story_id"], set_=again)


@cache
def _counting(dialect: str) -> sa.Insert:
    """In one order, so that two transactions never wait for each other."""
    table, word, change = pairs("changes")
    rows = sa.select(word, sa.cast(change, sa.Integer)).select_from(table).where(sa.true()).order_by(word)
    counted = insert_on(dialect, term).from_select(["term", "stories"], rows)
    added = {"stories": term.c.stories + counted.excluded.stories}
    return counted.on_conflict_do_update(index_elements=["term"], set_=added)


def _holding_all(tx: Transaction, asked: Sequence[str], limit: int, now: datetime) -> list[StoryLine]:
    """Walks down the posting list of the rarest term and looks each story up in the others'."""
    found = LINES.join(story_term, story_term.c.story_id == story.c.id).where(story_term.c.term == asked[0])
    for word in asked[1:]:
        other = story_term.alias()
        found = found.where(
            sa.exists().where(other.c.term == word, other.c.story_id == story_term.c.story_id)
        )
    newest = found.where(readable(now)).order_by(story_term.c.story_id.desc()).limit(limit)
    return [line(row) for row in tx.execute(newest)]


def _holding_most(tx: Transaction, asked: Sequence[str], limit: int, now: datetime) -> list[StoryLine]:
    lists = [
        sa.select(story_term.c.story_id)
        .where(story_term.c.term == word)
        .order_by(story_term.c.story_id.desc())
        .limit(NEWEST_ASKED)
        .subquery()
        for word in asked
    ]
    postings = sa.union_all(*(sa.select(each.c.story_id) for each in lists)).subquery()
    held = sa.func.count().label("held")
    by_story = sa.select(postings.c.story_id, held).group_by(postings.c.story_id)
    enough = by_story.having(held * 2 >= len(asked)).subquery()
    found = LINES.join(enough, enough.c.story_id == story.c.id).where(readable(now))
    order = (enough.c.held.desc(), story.c.id.desc())
    return [line(row) for row in tx.execute(found.order_by(*order).limit(limit))]


_WORDS = sa.select(story_words.c.story_id, story_words.c.words).where(among(story_words.c.story_id, "ids"))
_COUNTED = sa.select(term.c.term, term.c.stories).where(among(term.c.term, "terms"))
_POSTED = sa.select(story_words.c.posted).where(story_words.c.story_id == sa.bindparam("story_id"))
_GONE = sa.delete(story_term).where(
    story_term.c.story_id == sa.bindparam("story_id"), among(story_term.c.term, "terms")
)
_NEWEST = sa.select(sa.func.max(story.c.id))
