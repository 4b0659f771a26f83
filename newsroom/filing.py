"""From copy to a stored revision: what `Desk.take` does inside its one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsroom import codes, deadlines, headline, identity, topics
from newsroom.identity import Outcome, Verdict
from newsroom.terms import weigh, words_key
from storage import keys, links, pushes, stories, terms
from storage.database import Transaction
from storage.records import Draft, Lane, Push, PushKind, RevisionKind, Section, StoryState

BREAKING_URGENCY = 2
ORDINARY_URGENCY = 5


class Trust(StrEnum):
    """What copy may do without an editor: breaking items of `REVIEW` sources wait for one."""

    REVIEW = "review"
    PUBLISH = "publish"
    PUSH = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Copy as it came in, by whatever door.

    `item_id` is the source's own name for the item; `at` the address that the copy was fetched from.
    """

    body: bytes
    source: str
    trust: Trust
    media_type: str = "text/plain"
    charset: str | None = None
    urgency: int | None = None
    item_id: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of copy. `push` is set where it went out as breaking news by itself."""

    outcome: Outcome
    code: str
    revision: int
    draft: Draft
    state: StoryState
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    state: StoryState
    breaks: bool


def urgency_of(copy: Copy, draft: Draft) -> int:
    """IPTC urgency 1 to 9: what the sender says with the item, else what the copy says of itself."""
    return copy.urgency or draft.urgency or ORDINARY_URGENCY


def dispose(trust: Trust, urgency: int) -> Disposition:
    urgent = urgency <= BREAKING_URGENCY
    waits = urgent and trust is Trust.REVIEW
    return Disposition(
        state=StoryState.REVIEW if waits else StoryState.PUBLISHED,
        breaks=urgent and trust is Trust.PUSH,
    )


def file(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Taken:
    """Store the draft as what it is. Where another process takes a key meanwhile, the whole runs again."""
    draft = _believed(draft, now)
    items = identity.item_keys(draft, copy.source, copy.item_id)
    text = identity.text_key(draft)
    hits = keys.find(tx, (*items, text))
    verdict = identity.decide(draft, items, text, hits)
    disposition = dispose(copy.trust, urgency_of(copy, draft))
    state = _let_out(tx, verdict.hit, copy.trust, now) if verdict.hit else disposition.state
    breaks = disposition.breaks and state is StoryState.PUBLISHED and not _is_under_embargo(draft, now)
    if verdict.outcome in (Outcome.DUPLICATE, Outcome.KILLED):
        unknown = tuple(key for key in items if key not in hits)
        push = _break_again(tx, verdict, now) if breaks else None
        return replace(_keep_out(tx, verdict, draft, unknown), state=state, push=push)
    story_id, code = _story_for(tx, verdict, disposition, now)
    number = _add_revision(tx, story_id, copy, _as_kind(draft, verdict.outcome), now)
    keys.claim(tx, (*items, text), story_id, number)
    push = break_news(tx, story_id, number, now) if breaks else None
    return Taken(outcome=verdict.outcome, code=code, revision=number, draft=draft, state=state, push=push)


def break_news(tx: Transaction, story_id: int, number: int, now: datetime) -> Push | None:
    """Readers are pushed once per story: None where it went out before."""
    return pushes.create(
        tx,
        kind=PushKind.BREAKING,
        lane=Lane.BREAKING,
        story_id=story_id,
        revision=number,
        once=f"breaking:{story_id}",
        now=now,
        deliver_by=deadlines.deadline(PushKind.BREAKING, now),
    )


def _believed(draft: Draft, now: datetime) -> Draft:
    """Nothing was told after it came, whatever it says."""
    if draft.version_created is None or draft.version_created <= now:
        return draft
    return replace(draft, version_created=now)


def _is_under_embargo(draft: Draft, now: datetime) -> bool:
    return draft.embargo is not None and draft.embargo > now


def _let_out(tx: Transaction, hit: keys.KeyHit, trust: Trust, now: datetime) -> StoryState:
    """What waits for an editor is out where a source brings it that needs none."""
    if hit.state is not StoryState.REVIEW or trust is Trust.REVIEW:
        return hit.state
    stories.set_state(tx, hit.story_id, StoryState.PUBLISHED, now)
    return StoryState.PUBLISHED


def _break_again(tx: Transaction, verdict: Verdict, now: datetime) -> Push | None:
    """Copy that we have may be called breaking only now; an older telling of a story breaks nothing."""
    hit = verdict.hit
    if hit is None or hit.number != hit.head:
        return None
    return break_news(tx, hit.story_id, hit.number, now)


def _keep_out(tx: Transaction, verdict: Verdict, draft: Draft, items: tuple[keys.WireKey, ...]) -> Taken:
    """Nothing is stored, but a name that the wire had not used before is the story's from now on."""
    hit = verdict.hit
    assert hit is not None  # noqa: S101 - only a hit makes a duplicate
    if verdict.outcome is Outcome.DUPLICATE:
        keys.claim(tx, items, hit.story_id, hit.number)
    return Taken(outcome=verdict.outcome, code=hit.code, revision=hit.number, draft=draft, state=hit.state)


def _story_for(tx: Transaction, verdict: Verdict, disposition: Disposition, now: datetime) -> tuple[int, str]:
    if verdict.hit is None:
        return stories.create(tx, codes.fresh(), disposition.state, now)
    return verdict.hit.story_id, verdict.hit.code


def _add_revision(tx: Transaction, story_id: int, copy: Copy, draft: Draft, now: datetime) -> int:
    told = draft.headline or headline.derive(lead_of(draft.sections), draft.language)
    key = words_key(told)
    draft = replace(draft, topics=topics.of(draft))
    number = stories.add_revision(
        tx,
        story_id,
        draft,
        kind=draft.kind,
        headline=told or None,
        headline_derived=draft.headline is None,
        headline_key=key,
        urgency=urgency_of(copy, draft),
        source=copy.source,
        related_keys=[words_key(line) for line in draft.related],
        now=now,
    )
    terms.index(tx, story_id, weigh(told, lead_of(draft.sections), draft.sections))
    links.resolve(tx, key, story_id, matched_by="headline", score=1.0)
    return number


def _as_kind(draft: Draft, outcome: Outcome) -> Draft:
    """Copy that says nothing of its kind is an update where its story is here."""
    if outcome is Outcome.UPDATE and draft.kind is RevisionKind.NEW:
        return replace(draft, kind=RevisionKind.UPDATE)
    return draft


def lead_of(sections: tuple[Section, ...]) -> str:
    return "\n".join(sections[0].paragraphs) if sections else ""
