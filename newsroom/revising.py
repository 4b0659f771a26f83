"""Tellings of a story: stored for good, kept back where they must be, shown, and found by their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from newsroom import headline, topics
from newsroom.terms import bag_of, words_key
from storage import links, stories, terms, waiting
from storage import topics as kept_topics
from storage.database import Transaction
from storage.records import Draft, Section


class Told(TypedDict):
    """How a draft came: its IPTC urgency, who brought it and when."""

    urgency: int
    source: str
    now: datetime


def begin(tx: Transaction, story_id: int, draft: Draft, **told: Unpack[Told]) -> int:
    """The first telling, of a story that this transaction has made: nobody else can be telling it."""
    draft = _with_topics(draft)
    said = _store(tx, story_id, 1, draft, **told)
    stories.set_head(tx, story_id, 1, told["now"])
    kept_topics.index_new(tx, story_id, draft.topics)
    bag = bag_of(said, draft.sections)
    terms.index_new(tx, story_id, bag.posted, bag.everything)
    _resolve(tx, story_id, said)
    return 1


def add(tx: Transaction, story_id: int, draft: Draft, **told: Unpack[Told]) -> int:
    """The newest telling, from now on what readers see. Its number."""
    number, draft = stories.next_number(tx, story_id), _with_topics(draft)
    said = _store(tx, story_id, number, draft, **told)
    if stories.set_head(tx, story_id, number, told["now"]):
        kept_topics.index(tx, story_id, draft.topics)
        _index(tx, story_id, said, draft.sections)
    return number


def keep_back(
    tx: Transaction, story_id: int, draft: Draft, *, until: datetime | None, **told: Unpack[Told]
) -> int:
    """A telling that no reader sees or finds: until its embargo is over, or (None) an editor lets it out."""
    number = stories.next_number(tx, story_id)
    _store(tx, story_id, number, _with_topics(draft), **told)
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
        _index(tx, story_id, told.headline, told.sections)
    return True


def lead_of(sections: tuple[Section, ...]) -> str:
    return "\n".join(sections[0].paragraphs) if sections else ""


def headline_of(draft: Draft) -> str | None:
    """As written, else from the lead."""
    return draft.headline or headline.derive(lead_of(draft.sections), draft.language) or None


def _with_topics(draft: Draft) -> Draft:
    return replace(draft, topics=topics.of(draft))


def _store(tx: Transaction, story_id: int, number: int, draft: Draft, **told: Unpack[Told]) -> str | None:
    """Its headline."""
    said = headline_of(draft)
    stories.keep(
        tx,
        story_id,
        number,
        draft,
        kind=draft.kind,
        headline=said,
        headline_derived=draft.headline is None,
        headline_key=words_key(said or ""),
        related_keys=[words_key(line) for line in draft.related],
        **told,
    )
    return said


def _index(tx: Transaction, story_id: int, said: str | None, sections: tuple[Section, ...]) -> None:
    """By what readers, other stories and later copy find it."""
    bag = bag_of(said, sections)
    terms.index(tx, story_id, bag.posted, bag.everything)
    _resolve(tx, story_id, said)


def _resolve(tx: Transaction, story_id: int, said: str | None) -> None:
    """Older stories that name it among their related ones lead to it."""
    links.resolve(tx, words_key(said or ""), story_id, matched_by="headline", score=1.0)
