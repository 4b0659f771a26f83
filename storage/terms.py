"""Weighted terms of stories: what search and the related ranking find candidates by.

Each term has a posting list: the stories that hold it, by age. Work is bounded by reading rare terms first
and common ones only while the budget lasts; a story that shares nothing but common words is no candidate.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import LINES, line, readable
from storage.records import Candidate, StoryLine, StoryState
from storage.schema import story, story_term, term
from storage.upsert import insert

LONGEST = 64  # characters: a longer one is no word
POSTINGS = 10_000  # that one question may read
MOST_ASKED = 8  # terms of a search
NEWEST_ASKED = 1000  # postings of each of them, where no story has them all


def index(tx: Transaction, story_id: int, terms: Sequence[tuple[str, float]]) -> None:
    """In place of the terms that the story had."""
    new = {word: weight for word, weight in terms if 0 < len(word) <= LONGEST}
    held = sa.select(story_term.c.term).where(story_term.c.story_id == story_id)
    old = set(tx.execute(held).scalars())
    tx.execute(sa.delete(story_term).where(story_term.c.story_id == story_id))
    rows = [{"term": word, "story_id": story_id, "weight": weight} for word, weight in sorted(new.items())]
    if rows:
        tx.execute(sa.insert(story_term), rows)
    _count(tx, {word: (word in new) - (word in old) for word in new.keys() ^ old})


def candidates(
    tx: Transaction,
    story_id: int,
    terms: Sequence[tuple[str, float]],
    *,
    since: datetime,
    limit: int,
    now: datetime,
) -> list[Candidate]:
    """Readable stories published since that share terms with this one, best first.

    Scored by the sum over shared terms of both weights and the square of the term's rarity.
    """
    first = _first_id(tx, since)
    if first is None:
        return []
    factors = _affordable(tx, dict(terms), first)
    scores = _scores(tx, factors, story_id, first, limit)
    found = LINES.where(story.c.id.in_(scores), story.c.published_at >= since, readable(now))
    lines = sorted((line(row) for row in tx.execute(found)), key=lambda told: (-scores[told.id], -told.id))
    held = _terms_of(tx, [told.id for told in lines[:limit]])
    return [Candidate(line=told, terms=held[told.id]) for told in lines[:limit]]


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


def frequencies(tx: Transaction, terms: Iterable[str]) -> dict[str, int]:
    """In how many stories each term is."""
    asked = dict.fromkeys(terms, 0)
    counted = sa.select(term.c.term, term.c.stories).where(term.c.term.in_(asked))
    return asked | {row.term: row.stories for row in tx.execute(counted)}


def story_count(tx: Transaction) -> int:
    """About how many stories there are, in no time: they are numbered, and none is ever removed."""
    return tx.execute(sa.select(sa.func.max(story.c.id))).scalar_one() or 0


def _count(tx: Transaction, changes: Mapping[str, int]) -> None:
    """In one order, so that two transactions never wait for each other."""
    rows = [{"term": word, "stories": change} for word, change in sorted(changes.items())]
    if not rows:
        return
    counted = insert(tx, term)
    added = {"stories": term.c.stories + counted.excluded.stories}
    tx.execute(counted.on_conflict_do_update(index_elements=["term"], set_=added), rows)


def _first_id(tx: Transaction, since: datetime) -> int | None:
    """The lowest id of the stories published since: near enough, by the oldest of them."""
    published = (story.c.state == StoryState.PUBLISHED) & (story.c.published_at >= since)
    oldest = sa.select(story.c.id).where(published).order_by(story.c.published_at, story.c.id).limit(100)
    lowest: int | None = tx.execute(sa.select(sa.func.min(oldest.subquery().c.id))).scalar_one()
    return lowest


def _affordable(tx: Transaction, weights: Mapping[str, float], first: int) -> dict[str, float]:
    """What each term counts for: as many terms as the budget allows, rare ones first."""
    stories = max(story_count(tx), 1)
    counted = frequencies(tx, weights)
    spent, factors = 0.0, dict[str, float]()
    for word in sorted((word for word in weights if counted[word]), key=lambda word: (counted[word], word)):
        spent += counted[word] * (stories - first + 1) / stories
        if factors and spent > POSTINGS:
            break
        factors[word] = weights[word] * math.log(1 + stories / counted[word]) ** 2
    return factors


def _scores(
    tx: Transaction, factors: Mapping[str, float], story_id: int, first: int, limit: int
) -> dict[int, float]:
    """A few more than `limit`, since some may not be readable now."""
    if not factors:
        return {}
    columns = (sa.column("term", sa.String), sa.column("factor", sa.Float))
    mine = sa.values(*columns, name="mine").data(list(factors.items())).cte("mine")
    score = sa.func.sum(story_term.c.weight * mine.c.factor)
    shared = (story_term.c.term == mine.c.term) & (story_term.c.story_id >= first)
    best = (
        sa.select(story_term.c.story_id, score)
        .join_from(mine, story_term, shared)
        .where(story_term.c.story_id != story_id)
        .group_by(story_term.c.story_id)
        .order_by(score.desc(), story_term.c.story_id.desc())
        .limit(limit + limit // 5)
    )
    return {found: float(total) for found, total in tx.execute(best)}


def _terms_of(tx: Transaction, story_ids: Collection[int]) -> Mapping[int, dict[str, float]]:
    held: defaultdict[int, dict[str, float]] = defaultdict(dict)
    columns = (story_term.c.story_id, story_term.c.term, story_term.c.weight)
    for story_id, word, weight in tx.execute(sa.select(*columns).where(story_term.c.story_id.in_(story_ids))):
        held[story_id][word] = weight
    return held


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
