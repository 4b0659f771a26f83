"""The related stories of one, from the posting lists to the ranking: a few questions to the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom import related
from newsroom.related import Relation, Telling
from newsroom.terms import Bag, bag_of
from storage import candidates, terms
from storage.candidates import Effort, Within
from storage.database import Transaction
from storage.records import Story, StoryLine

AROUND, AROUND_ABROAD = timedelta(days=45), timedelta(days=5)
HERE = Effort(postings=8_000, looked_at=400, lines=120, candidates=100)
ABROAD = Effort(postings=3_000, looked_at=360, lines=90, candidates=30)
MOST_ASKED = 60  # terms of a story and its kin


def relations(tx: Transaction, story: Story, *, now: datetime, most: int) -> list[Relation]:
    """Readable at `now`, best first: in the story's language and in others, takes of one event together."""
    told = _told(story)
    home = _at_home(tx, told, _within(told, AROUND, now), most=3 * most)
    found = [*home, *_abroad(tx, told, home, readable_at=now, most=most)]
    shown = [relation for relation in found if related.is_likely(told.telling, relation)]
    best = sorted(shown, key=lambda relation: (-relation.score, relation.line.code))
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
    """Ranked, in the story's language, `span` before and after it; or (`foreign`) in all others.

    With what is hardly alike: the end of a ranking is no page for readers.
    """
    told = _told(story)
    home = _at_home(tx, told, _within(told, span, readable_at), most=most)
    return _abroad(tx, told, home, readable_at=readable_at, most=most) if foreign else home


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The story that others are looked for: as it is compared, and by what it is found."""

    telling: Telling
    bag: Bag

    @property
    def at_home(self) -> Mapping[str, float]:
        """Names lead astray, unless there is little else to go by."""
        if related.fullness(self.telling.terms) <= related.HEADLINE:
            return self.bag.posted
        return {term: weight for term, weight in self.bag.posted.items() if term in self.bag.words}

    @property
    def abroad(self) -> Mapping[str, float]:
        """Of a whole story what is the same in all languages: its names and numbers."""
        return self.bag.names | {
            word: weight for word, weight in self.bag.posted.items() if word[0].isdigit()
        }


def _told(story: Story) -> _Told:
    bag = bag_of(story.revision.headline, story.revision.sections)
    return _Told(telling=Telling(line=_line_of(story), terms=bag.everything), bag=bag)


def _at_home(tx: Transaction, told: _Told, within: Within, *, most: int) -> list[Relation]:
    """In the story's language. What says little itself is ranked again, with those that it is most like."""
    telling = told.telling
    known = candidates.survey(tx, telling.terms, within.since, within.until)
    pool = candidates.find(tx, told.at_home, within, known, HERE, worth=related.nearness_to(telling))
    rarity = related.rarities(known.held, known.stories)
    ranked = related.rank(telling, pool, rarity, most=most)
    kin = related.kin_of(telling, ranked)
    if not kin:
        return ranked
    more = terms.frequencies(tx, related.widened(telling, kin).keys() - rarity.keys())
    return related.rank(telling, pool, rarity | related.rarities(more, known.stories), most=most, kin=kin)


def _abroad(
    tx: Transaction, told: _Told, home: Sequence[Relation], *, readable_at: datetime | None, most: int
) -> list[Relation]:
    """In other languages, of the same days: by the names that the story and its kin at home tell."""
    within = _within(told, AROUND_ABROAD, readable_at, foreign=True)
    kin = related.kin_of(told.telling, home)
    wide = related.widened(told.telling, kin)
    known = candidates.survey(tx, wide, within.since, within.until)
    leading = _heaviest(wide) if kin else told.abroad
    pool = candidates.find(tx, leading, within, known, ABROAD, worth=related.nearness_to(told.telling))
    rarity = related.rarities(known.held, known.stories)
    return related.rank(told.telling, pool, rarity, most=most, kin=kin)


def _heaviest(terms: Mapping[str, float]) -> Mapping[str, float]:
    return dict(sorted(terms.items(), key=lambda each: (-each[1], each[0]))[:MOST_ASKED])


def _within(told: _Told, span: timedelta, readable_at: datetime | None, *, foreign: bool = False) -> Within:
    line = told.telling.line
    return Within(
        since=line.published_at - span,
        until=line.published_at + span,
        of=line.id,
        readable_at=readable_at,
        language=line.language,
        foreign=foreign,
    )


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
