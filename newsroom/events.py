"""An item beside what was told lately: the same copy again, one more telling of an event, or news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newsroom import related, sameness
from newsroom.related import Telling
from newsroom.revising import headline_of
from newsroom.sameness import Match
from newsroom.terms import bag_of
from storage import candidates, events, promises, stories, takes
from storage.candidates import Effort, Within
from storage.database import Transaction
from storage.events import Because, Membership
from storage.records import Draft, Story, StoryLine
from storage.takes import TakeReason

EFFORT = Effort(postings=2_000, looked_at=200, lines=36, candidates=24)
MOST_SHOWN, MOST_TAKES = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whom a story shares its event with, and why. `matched`: the code of the story that it was found by.

    `takes`: by what names of the wire its tellings came to it, the newest first.
    """

    others: tuple[StoryLine, ...]
    why: Membership | None
    matched: str | None
    takes: tuple[TakeReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A story with its company."""

    story: Story
    company: Company


def find(tx: Transaction, draft: Draft, now: datetime, besides: int = 0) -> Match | None:
    """By its words, among the stories of the last days in its language, whoever told them.

    `besides`: but not this one.
    """
    told = _line(draft, now)
    bag = bag_of(told.headline, draft.sections)
    since = now - sameness.LOOK_BACK
    within = Within(since=since, until=now, of=besides, language=draft.language)
    survey = candidates.survey(tx, bag.everything, since, now)
    pool = candidates.find(
        tx, bag.posted, within, survey, EFFORT, worth=lambda _, at: sameness.nearness(now - at)
    )
    if not pool:
        return None
    rarity = related.rarities(survey.held, survey.stories)
    known = events.of(tx, [candidate.line.id for candidate in pool])
    sizes = events.sizes(tx, known.values())
    return sameness.match(Telling(line=told, terms=bag.everything), pool, rarity, known, sizes)


def tells(tx: Transaction, story_id: int, match: Match) -> bool:
    """Whether the story tells the event that an item was found to tell."""
    return events.of(tx, [story_id])[story_id] == match.event_id


def join(tx: Transaction, story_id: int, match: Match) -> None:
    """A story of its own, that tells the event of another."""
    why = Membership(
        event_id=match.event_id,
        because=Because.TEXT,
        sureness=match.sureness,
        matched=match.story_id,
        shared=match.shared,
    )
    events.place(tx, story_id, why)
    if match.bridged:
        _bridge(tx, match)


def _bridge(tx: Transaction, match: Match) -> None:
    promises.alone(tx)
    for other in match.bridged:
        events.bridge(tx, other, match.event_id)
    promises.follow(tx, match.event_id, *match.bridged)


def look_again(tx: Transaction, story_id: int, draft: Draft, now: datetime) -> None:
    """Before a story that is here breaks: another, filed at the same moment as it, may tell its event."""
    if events.membership(tx, story_id) or len(events.members(tx, story_id, 2)) > 1:
        return
    match = find(tx, draft, now, besides=story_id)
    if match:
        join(tx, story_id, match)


def join_named(tx: Transaction, story_id: int, kin: int) -> None:
    """A story of its own, that the wire calls by the same name as another."""
    event = events.of(tx, [kin])[kin]
    events.place(tx, story_id, Membership(event_id=event, because=Because.URI, sureness=1.0, matched=kin))


def company(tx: Transaction, story: Story) -> Company:
    event = events.of(tx, [story.id])[story.id]
    others = (line for line in events.members(tx, event, MOST_SHOWN + 1) if line.id != story.id)
    why = events.membership(tx, story.id)
    matched = stories.by_id(tx, why.matched) if why and why.matched else None
    return Company(
        others=tuple(islice(others, MOST_SHOWN)),
        why=why,
        matched=matched.code if matched else None,
        takes=tuple(takes.reasons(tx, [story.id])[:MOST_TAKES]),
    )


def _line(draft: Draft, now: datetime) -> StoryLine:
    return StoryLine(
        id=0,
        code="",
        headline=headline_of(draft) or "",
        language=draft.language,
        urgency=draft.urgency or 0,
        source_code=draft.source_code,
        credit=draft.credit,
        published_at=now,
    )
