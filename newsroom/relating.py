"""The related stories of one, from the posting lists to the ranking: a few questions to the database."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from newsroom import related
from newsroom.related import Relation, Telling
from newsroom.terms import Bag, bag_of
from storage import candidates
from storage.candidates import Effort, Survey, Within
from storage.database import Transaction
from storage.records import Story, StoryLine

AROUND = timedelta(days=45)
HERE = Effort(postings=8_000, lines=180, candidates=90)
ABROAD = Effort(postings=3_000, lines=90, candidates=45)


def relations(tx: Transaction, story: Story, *, now: datetime, most: int) -> list[Relation]:
    """Readable at `now`, best first: in the story's language and in others, takes of one event together."""
    asked = _asked(tx, story, AROUND)
    found = [
        *_like(tx, asked, asked.within(now, foreign=False), most=3 * most),
        *_like(tx, asked, asked.within(now, foreign=True), most=most),
    ]
    best = sorted(found, key=lambda relation: (-relation.score, relation.line.code))
    return related.collapse(best)[:most]


def kin(
    tx: Transaction,
    story: Story,
    *,
    most: int,
    readable_at: datetime | None = None,
    foreign: bool = False,
    span: timedelta = AROUND,
) -> list[Relation]:
    """Ranked, in the story's language or (`foreign`) in all others, `span` before and after it."""
    asked = _asked(tx, story, span)
    return _like(tx, asked, asked.within(readable_at, foreign=foreign), most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The story that others are looked for, and what the store knows of its terms."""

    line: StoryLine
    bag: Bag
    span: timedelta
    known: Survey

    def within(self, readable_at: datetime | None, *, foreign: bool) -> Within:
        return Within(
            since=self.line.published_at - self.span,
            until=self.line.published_at + self.span,
            of=self.line.id,
            readable_at=readable_at,
            language=self.line.language,
            foreign=foreign,
        )


def _asked(tx: Transaction, story: Story, span: timedelta) -> _Asked:
    line, bag = _line_of(story), bag_of(story.revision.headline, story.revision.sections)
    told = line.published_at
    known = candidates.survey(tx, bag.everything, told - span, told + span)
    return _Asked(line=line, bag=bag, span=span, known=known)


def _like(tx: Transaction, asked: _Asked, within: Within, *, most: int) -> list[Relation]:
    """Ranked. In other languages names lead to candidates too; in the same one words alone do."""
    line, bag, known = asked.line, asked.bag, asked.known
    leading, effort = (bag.posted, ABROAD) if within.foreign else (_words_posted(bag), HERE)
    worth = partial(_worth, line, abroad=within.foreign)
    pool = candidates.find(tx, leading, within, known, effort, worth=worth)
    compared = bag.everything if within.foreign else dict(bag.words)
    rarity = related.rarities({term: known.held[term] for term in compared}, known.stories)
    return related.rank(Telling(line=line, terms=compared), pool, rarity, most=most)


def _worth(line: StoryLine, other: StoryLine, *, abroad: bool) -> float:
    """By the time between them: less than it counts in the end, for what else they share is not known yet."""
    return math.sqrt(related.nearness(line, other, abroad=abroad))


def _words_posted(bag: Bag) -> Mapping[str, float]:
    return {term: weight for term, weight in bag.posted.items() if term in bag.words}


def _line_of(story: Story) -> StoryLine:
    told = story.revision
    return StoryLine(
        id=story.id,
        code=story.code,
        headline=told.headline or "",
        language=told.language,
        urgency=told.urgency,
        source_code=told.source_code,
        credit=told.credit,
        published_at=story.published_at or story.created_at,
        headline_derived=told.headline_derived,
    )
