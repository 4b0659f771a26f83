"""The related stories of one, from the posting lists to the ranking: a few questions to the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsroom import related
from newsroom.related import Relation, Telling
from newsroom.terms import Bag, bag_of
from storage import terms
from storage.database import Transaction
from storage.records import Story, StoryLine
from storage.terms import Within

AROUND = timedelta(days=45)
CANDIDATES, CANDIDATES_ABROAD = 120, 60


def relations(tx: Transaction, story: Story, *, now: datetime, most: int) -> list[Relation]:
    """Readable at `now`, best first: in the story's language and in others, takes of one event together."""
    found = [
        *kin(tx, story, readable_at=now, most=3 * most),
        *kin(tx, story, readable_at=now, most=most, foreign=True),
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
    line = _line_of(story)
    bag = bag_of(story.revision.headline, story.revision.sections)
    within = Within(
        since=line.published_at - span,
        until=line.published_at + span,
        of=line.id,
        readable_at=readable_at,
        language=line.language,
        foreign=foreign,
    )
    return like(tx, line, bag, within, most=most)


def like(tx: Transaction, line: StoryLine, bag: Bag, within: Within, *, most: int) -> list[Relation]:
    """Ranked. In other languages names lead to candidates too; in the same one words alone do."""
    asked, limit = (bag.posted, CANDIDATES_ABROAD) if within.foreign else (_words_posted(bag), CANDIDATES)
    pool = terms.candidates(tx, asked, within, limit=limit)
    compared = bag.everything if within.foreign else dict(bag.words)
    rarity = related.rarities(terms.frequencies(tx, compared), terms.story_count(tx))
    return related.rank(Telling(line=line, terms=compared), pool, rarity, most=most)


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
