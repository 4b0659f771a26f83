"""Candidates: the stories that share the most, and the rarest, terms with one.

Work is bounded by reading the posting lists of rare terms first and of common ones only while the budget
lasts; a story that shares nothing but common words is no candidate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa

from storage import links, terms
from storage.database import Transaction
from storage.lines import LINES, TOLD_AT, line, readable
from storage.listed import among, pairs, weighed
from storage.records import Candidate, StoryState
from storage.schema import revision, story, story_term
from storage.types import Utc

ALL = 2**31 - 1

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much one question may read: postings; of the best stories the time or the language, by what is
    asked for; of the best of these the lines; and of the best of these the words.
    """

    postings: int
    looked_at: int
    lines: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is known of terms before stories are looked for: in how many of all `stories` each is `held`.

    `span` is from the lowest to the highest id of the stories of a time: near enough, by those at its ends.
    """

    stories: int
    held: Mapping[str, int]
    span: Span | None


def survey(tx: Transaction, asked: Collection[str], since: datetime, until: datetime) -> Survey:
    ends = tx.execute(_ENDS, {"since": since, "until": until}).one()
    span = None if ends.first is None else (ends.first, ends.last)
    return Survey(stories=ends.stories or 0, held=terms.frequencies(tx, asked), span=span)


def find(
    tx: Transaction,
    asked: Mapping[str, float],
    within: Within,
    known: Survey,
    effort: Effort,
    *,
    worth: Callable[[str, datetime], float],
) -> list[Candidate]:
    """Stories that share terms with one, best first. `known` is a survey of the terms and the time.

    Scored by the sum over shared terms of both weights and the square of the term's rarity; times what a
    story is `worth` by its language and when it was told, since its words take longer to read than that.
    """
    factors = _affordable(asked, known, effort.postings)
    if not factors or known.span is None:
        return []
    first, last = known.span
    values = {"factors": weighed(factors), "first": first, "last": last, "of": within.of}
    if within.foreign:
        scores = _abroad(tx, values, within.language, effort)
    else:
        scores = _at_home(tx, values, lambda at: worth(within.language or "", at), effort)
    if not scores:
        return []
    told = _lines(tx, within, list(scores))
    value = {row.id: scores[row.id] * worth(row.language, row.told_at) for row in told}
    best = sorted(told, key=lambda row: (-value[row.id], -row.id))[: effort.candidates]
    held = terms.words_of(tx, [row.id for row in best])
    return [_candidate(row, held.get(row.id, {})) for row in best]


def _candidate(row: sa.Row[Any], words: dict[str, float]) -> Candidate:
    return Candidate(line=line(row), terms=words, spelt=links.spelling(row.headline_key))


def _affordable(weights: Mapping[str, float], known: Survey, postings: int) -> dict[str, float]:
    """What each term counts for: as many terms as the budget allows, rare ones first."""
    first, last = known.span or (1, 0)
    spent, factors = 0.0, dict[str, float]()
    held = {word: known.held[word] for word in weights if known.held[word]}
    for word in sorted(held, key=lambda word: (held[word], word)):
        spent += held[word] * (last - first + 1) / known.stories
        if factors and spent > postings:
            break
        factors[word] = weights[word] * math.log(1 + known.stories / held[word]) ** 2
    return factors


def _at_home(
    tx: Transaction, values: dict[str, Any], worth: Callable[[datetime], float], effort: Effort
) -> dict[int, float]:
    """Of those that are best with the time between, of whom some may not be readable now."""
    dated = tx.execute(_BEST, values | {"most": effort.looked_at}).all()
    best = sorted(dated, key=lambda row: (-row.score * worth(row.told_at), -row.story_id))
    return {row.story_id: row.score for row in best[: effort.lines]}


def _abroad(
    tx: Transaction, values: dict[str, Any], language: str | None, effort: Effort
) -> dict[int, float]:
    """Of the best, of whom some may not be readable now; where too few of them are abroad, of all."""
    abroad = list[sa.Row[Any]]()
    for looked_at in (effort.looked_at, ALL):
        found = tx.execute(_BEST_ABROAD, values | {"most": looked_at}).all()
        abroad = [row for row in found if row.language != language]
        if len(abroad) >= effort.lines or len(found) < looked_at:
            break
    return {row.story_id: row.score for row in abroad[: effort.lines]}


def _lines(tx: Transaction, within: Within, ids: Collection[int]) -> list[sa.Row[Any]]:
    values: dict[str, object] = {"ids": ids, "since": within.since, "until": within.until}
    values |= {"now": within.readable_at} if within.readable_at else {}
    values |= {"language": within.language} if within.language else {}
    found = _told(readable_only="now" in values, language="language" in values, foreign=within.foreign)
    return [row for row in tx.execute(found, values).all() if row.shown]


def _scores() -> sa.Select[Any]:
    table, word, factor = pairs("factors")
    # Read from the parameter once, not anew for each posting.
    asked = sa.select(word.label("term"), factor.label("factor")).select_from(table)
    factors = asked.cte("asked").prefix_with("MATERIALIZED")
    score = sa.func.sum(story_term.c.weight * factors.c.factor).label("score")
    within = story_term.c.story_id.between(sa.bindparam("first"), sa.bindparam("last"))
    found = sa.select(story_term.c.story_id, score)
    found = found.join_from(factors, story_term, (story_term.c.term == factors.c.term) & within)
    found = found.where(story_term.c.story_id != sa.bindparam("of")).group_by(story_term.c.story_id)
    return found.order_by(*_best_first(found.selected_columns)).limit(sa.bindparam("most"))


def _with_time(scored: sa.Subquery) -> sa.Select[Any]:
    found = sa.select(scored.c.story_id, scored.c.score, TOLD_AT)
    return found.join_from(scored, story, story.c.id == scored.c.story_id)


def _with_language(scored: sa.Subquery) -> sa.Select[Any]:
    """Of the first telling, which the newest seldom leaves: a line knows better."""
    first = (revision.c.story_id == scored.c.story_id) & (revision.c.number == 1)
    found = sa.select(scored.c.story_id, scored.c.score, revision.c.language)
    return found.join_from(scored, revision, first).order_by(*_best_first(scored.c))


def _best_first(scored: Any) -> list[sa.ColumnElement[Any]]:
    return [scored.score.desc(), scored.story_id.desc()]


@cache
def _told(*, readable_only: bool, language: bool, foreign: bool) -> sa.Select[Any]:
    """By id, with what else is asked as a column: as a condition it sends SQLite through all of that time."""
    told = LINES.selected_columns.told_at
    shown: list[sa.ColumnElement[bool]] = [told.between(_at("since"), _at("until"))]
    shown.append(readable(_at("now")) if readable_only else story.c.state != StoryState.KILLED)
    if language:
        shown.append((revision.c.language == sa.bindparam("language")) != foreign)
    told_lines = LINES.add_columns(revision.c.headline_key, sa.and_(*shown).label("shown"))
    return told_lines.where(among(story.c.id, "ids"))


def _at(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Utc)


def _ends() -> sa.Select[Any]:
    ends = (story.c.published_at, story.c.id)
    told = story.c.published_at.between(_at("since"), _at("until")) & (story.c.state == StoryState.PUBLISHED)
    oldest = sa.select(story.c.id).where(told).order_by(*ends).limit(100).subquery()
    newest = sa.select(story.c.id).where(told).order_by(*(end.desc() for end in ends)).limit(100).subquery()
    return sa.select(
        sa.select(sa.func.min(oldest.c.id)).scalar_subquery().label("first"),
        sa.select(sa.func.max(newest.c.id)).scalar_subquery().label("last"),
        sa.select(sa.func.max(story.c.id)).scalar_subquery().label("stories"),
    )


_ENDS = _ends()
_BEST = _with_time(_scores().subquery())
_BEST_ABROAD = _with_language(_scores().subquery())
