"""Weighted terms of stories: what search and the related ranking find candidates by.

Each term has a posting list: the stories that hold it, by age. Work is bounded by reading rare terms first
and common ones only while the budget lasts; a story that shares nothing but common words is no candidate.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import LINES, NEWEST, line, readable
from storage.records import Candidate, StoryLine, StoryState
from storage.schema import revision, story, story_term, story_words, term
from storage.upsert import insert

LONGEST = 64  # characters: a longer one is no word
POSTINGS = 10_000  # that one question may read
MOST_TERMS = 40  # of a story, that candidates are looked for by
MOST_ASKED = 8  # terms of a search
NEWEST_ASKED = 1000  # postings of each of them, where no story has them all


Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Among which stories to look: told in that time, not the story `of` itself.

    `readable_at`: only what readers may see then; None means whatever is not killed. `language`: only stories
    in it, or with `foreign` only those in others.
    """

    since: datetime
    until: datetime
    of: int = 0
    readable_at: datetime | None = None
    language: str | None = None
    foreign: bool = False


def index(
    tx: Transaction,
    story_id: int,
    terms: Mapping[str, float],
    words: Mapping[str, float] | None = None,
) -> None:
    """In place of the terms that the story had. `words`: what it is compared by, where that is more."""
    new = {word: weight for word, weight in terms.items() if 0 < len(word) <= LONGEST}
    old = _posted(tx, story_id)
    _keep(tx, story_id, list(new), dict(terms if words is None else words))
    gone = old - new.keys()
    tx.execute(sa.delete(story_term).where(story_term.c.term.in_(gone), story_term.c.story_id == story_id))
    rows = [{"term": word, "story_id": story_id, "weight": weight} for word, weight in sorted(new.items())]
    if rows:
        posting = insert(tx, story_term)
        again = {"weight": posting.excluded.weight}
        tx.execute(posting.on_conflict_do_update(index_elements=["term", "story_id"], set_=again), rows)
    _count(tx, {word: (word in new) - (word in old) for word in new.keys() ^ old})


def candidates(tx: Transaction, terms: Mapping[str, float], within: Within, limit: int) -> list[Candidate]:
    """Stories that share terms with one, best first.

    Scored by the sum over shared terms of both weights and the square of the term's rarity.
    """
    span = _ids(tx, within)
    if span is None:
        return []
    scores = _scores(tx, _affordable(tx, terms, span), within, span, limit)
    told_at = sa.func.coalesce(story.c.published_at, story.c.created_at)
    found = LINES.where(story.c.id.in_(scores), told_at.between(*_bounds(within)), *_visible(within))
    lines = sorted((line(row) for row in tx.execute(found)), key=lambda told: (-scores[told.id], -told.id))
    held = words_of(tx, [told.id for told in lines[:limit]])
    return [Candidate(line=told, terms=held.get(told.id, {})) for told in lines[:limit]]


def words_of(tx: Transaction, story_ids: Collection[int]) -> dict[int, dict[str, float]]:
    """What stories are compared by."""
    asked = sa.select(story_words.c.story_id, story_words.c.words).where(
        story_words.c.story_id.in_(story_ids)
    )
    return {row.story_id: row.words for row in tx.execute(asked)}


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


def _posted(tx: Transaction, story_id: int) -> set[str]:
    held = sa.select(story_words.c.posted).where(story_words.c.story_id == story_id)
    return set(tx.execute(held).scalar_one_or_none() or ())


def _keep(tx: Transaction, story_id: int, posted: list[str], words: dict[str, float]) -> None:
    values = {"posted": posted, "words": words}
    kept = insert(tx, story_words).values(story_id=story_id, **values)
    tx.execute(kept.on_conflict_do_update(index_elements=["story_id"], set_=values))


def _bounds(within: Within) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[datetime]]:
    kind = story.c.created_at.type
    return sa.literal(within.since, kind), sa.literal(within.until, kind)


def _visible(within: Within) -> Iterator[sa.ColumnElement[bool]]:
    alive = story.c.state != StoryState.KILLED
    yield alive if within.readable_at is None else readable(within.readable_at)
    if within.language is not None:
        yield (revision.c.language != within.language) == within.foreign


def _ids(tx: Transaction, within: Within) -> Span | None:
    """From the lowest to the highest id of the stories of that time: near enough, by those at its ends."""
    ends = (story.c.published_at, story.c.id)
    told = story.c.published_at.between(*_bounds(within)) & (story.c.state == StoryState.PUBLISHED)
    oldest = sa.select(story.c.id).where(told).order_by(*ends).limit(100).subquery()
    newest = sa.select(story.c.id).where(told).order_by(*(end.desc() for end in ends)).limit(100).subquery()
    first = sa.select(sa.func.min(oldest.c.id)).scalar_subquery()
    last = sa.select(sa.func.max(newest.c.id)).scalar_subquery()
    row = tx.execute(sa.select(first, last)).one()
    return None if row[0] is None else (row[0], row[1])


def _affordable(tx: Transaction, weights: Mapping[str, float], span: Span) -> dict[str, float]:
    """What each term counts for: as many terms as the budget allows, rare ones first."""
    stories = max(story_count(tx), 1)
    counted = frequencies(tx, weights)
    spent, factors = 0.0, dict[str, float]()
    for word in sorted((word for word in weights if counted[word]), key=lambda word: (counted[word], word)):
        spent += counted[word] * (span[1] - span[0] + 1) / stories
        if factors and spent > POSTINGS:
            break
        factors[word] = weights[word] * math.log(1 + stories / counted[word]) ** 2
    return factors


def _scores(
    tx: Transaction, factors: Mapping[str, float], within: Within, span: Span, limit: int
) -> dict[int, float]:
    """More than `limit`, since some may not be readable now, or told in another language."""
    if not factors:
        return {}
    asked = [*factors.items(), *[("", 0.0)] * (MOST_TERMS - len(factors))][:MOST_TERMS]
    values: dict[str, object] = {
        "first": span[0],
        "last": span[1],
        "of": within.of,
        "most": limit + limit // 2,
    }
    for place, (word, factor) in enumerate(asked):
        values |= {f"t{place}": word, f"f{place}": factor}
    if within.foreign:
        values["language"] = within.language
    scored = tx.execute(_best(foreign=within.foreign), values)
    return {row.story_id: float(row.score) for row in scored}


@cache
def _best(*, foreign: bool) -> sa.Select[Any]:
    """Written once, always for as many terms: a VALUES list would be compiled anew for every question."""
    mine = sa.union_all(*[_asked(place) for place in range(MOST_TERMS)]).cte("mine")
    score = sa.func.sum(story_term.c.weight * mine.c.factor).label("score")
    within = story_term.c.story_id.between(sa.bindparam("first"), sa.bindparam("last"))
    best = sa.select(story_term.c.story_id, score)
    best = best.join_from(mine, story_term, (story_term.c.term == mine.c.term) & within)
    if foreign:
        best = best.join(story, story.c.id == story_term.c.story_id).join(revision, NEWEST)
        best = best.where(revision.c.language != sa.bindparam("language"))
    best = best.where(story_term.c.story_id != sa.bindparam("of")).group_by(story_term.c.story_id)
    return best.order_by(score.desc(), story_term.c.story_id.desc()).limit(sa.bindparam("most"))


def _asked(place: int) -> sa.Select[tuple[str, float]]:
    word, factor = sa.bindparam(f"t{place}", type_=sa.String), sa.bindparam(f"f{place}", type_=sa.Float)
    return sa.select(sa.cast(word, sa.String).label("term"), sa.cast(factor, sa.Float).label("factor"))


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
