"""Tellings of a story: stored for good, kept back where they must be, shown, and found by their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from newsroom import headline, topics
from newsroom.terms import bag_of, words_key
from storage import links, stories, terms, waiting
from storage.database import Transaction
from storage.records import Draft, Section


class Told(TypedDict):
    """How a draft came: its IPTC urgency, who brought it and when."""

    urgency: int
    source: str
    now: datetime


def add(tx: Transaction, story_id: int, draft: Draft, **told: Unpack[Told]) -> int:
    """The newest telling, from now on what readers see. Its number."""
    number = _store(tx, story_id, draft, **told)
    show(tx, story_id, number, told["now"])
    return number


def keep_back(
    tx: Transaction, story_id: int, draft: Draft, *, until: datetime | None, **told: Unpack[Told]
) -> int:
    """A telling that no reader sees or finds: until its embargo is over, or (None) an editor lets it out."""
    number = _store(tx, story_id, draft, **told)
    waiting.add(tx, story_id, number, until)
    return number


def let_in(tx: Transaction, story_id: int, number: int, now: datetime) -> bool:
    """What was kept back is what readers see. False where it waits no more, or a newer one is shown."""
    return waiting.settle(tx, story_id, number) and show(tx, story_id, number, now)


def show(tx: Transaction, story_id: int, number: int, now: datetime) -> bool:
    """False where readers see a newer one already: a story never goes backwards."""
    if not stories.show(tx, story_id, number, now):
        return False
    told = stories.revision(tx, story_id, number)
    if told is not None:
        bag = bag_of(told.headline, told.sections)
        terms.index(tx, story_id, bag.posted, bag.everything)
        links.resolve(tx, words_key(told.headline or ""), story_id, matched_by="headline", score=1.0)
    return True


def lead_of(sections: tuple[Section, ...]) -> str:
    return "\n".join(sections[0].paragraphs) if sections else ""


def _store(tx: Transaction, story_id: int, draft: Draft, **told: Unpack[Told]) -> int:
    said = draft.headline or headline.derive(lead_of(draft.sections), draft.language)
    return stories.keep(
        tx,
        story_id,
        replace(draft, topics=topics.of(draft)),
        kind=draft.kind,
        headline=said or None,
        headline_derived=draft.headline is None,
        headline_key=words_key(said),
        related_keys=[words_key(line) for line in draft.related],
        **told,
    )
