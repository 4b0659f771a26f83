"""From copy to a stored revision: what `Desk.take` does inside its one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsroom import codes, cycle, headline, identity, steps, topics
from newsroom.breaking import break_news
from newsroom.identity import Outcome, Verdict
from newsroom.steps import By, Case
from newsroom.terms import weigh, words_key
from storage import keys, links, stories, terms
from storage.database import Transaction
from storage.records import Draft, Push, RevisionKind, Section, StoryState

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
    """What copy may do by itself: break, or else wait for an editor where it is urgent."""

    waits: bool
    breaks: bool


def urgency_of(copy: Copy, draft: Draft) -> int:
    """IPTC urgency 1 to 9: what the sender says with the item, else what the copy says of itself."""
    return copy.urgency or draft.urgency or ORDINARY_URGENCY


def dispose(trust: Trust, urgency: int) -> Disposition:
    urgent = urgency <= BREAKING_URGENCY
    return Disposition(waits=urgent and trust is Trust.REVIEW, breaks=urgent and trust is Trust.PUSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Copy on its way in. `items` are the wire's own names for it, `text` the key of its words."""

    copy: Copy
    draft: Draft
    items: tuple[keys.WireKey, ...]
    text: keys.WireKey
    now: datetime

    @property
    def disposition(self) -> Disposition:
        return dispose(self.copy.trust, urgency_of(self.copy, self.draft))

    @property
    def by(self) -> By:
        return steps.by_source(self.copy.source)


def file(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Taken:
    """Store the draft as what it is. Where another process takes a key meanwhile, the whole runs again."""
    draft = _believed(draft, now)
    items = identity.item_keys(draft, copy.source, copy.item_id)
    incoming = Incoming(copy=copy, draft=draft, items=items, text=identity.text_key(draft), now=now)
    hits = keys.find(tx, (*items, incoming.text))
    verdict = identity.decide(draft, items, incoming.text, hits)
    if verdict.hit is None:
        return _begin(tx, incoming)
    case = _settle(tx, verdict.hit, incoming)
    if verdict.outcome in (Outcome.DUPLICATE, Outcome.KILLED):
        return _keep_out(tx, incoming, case, verdict, [key for key in items if key not in hits])
    return _go_on(tx, incoming, case, verdict.outcome)


def _begin(tx: Transaction, incoming: Incoming) -> Taken:
    """A story that is new here."""
    embargo = cycle.running(incoming.draft.embargo, incoming.now)
    state = cycle.entry(waits=incoming.disposition.waits, embargo=embargo)
    story_id, code = stories.create(tx, codes.fresh(), state, incoming.now, opens_at=embargo)
    case = Case(story_id=story_id, code=code, state=state, opens_at=embargo)
    return _tell(tx, incoming, case, Outcome.NEW)


def _go_on(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    """The next take of a story that is here."""
    draft = _as_kind(incoming.draft, outcome)
    return _tell(tx, replace(incoming, draft=draft), case, outcome)


def _tell(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    number = _add_revision(tx, case.story_id, incoming.copy, incoming.draft, incoming.now)
    keys.claim(tx, (*incoming.items, incoming.text), case.story_id, number)
    push = _break(tx, case, number, incoming.now) if incoming.disposition.breaks else None
    return _taken(outcome, case, number, incoming.draft, push)


def _keep_out(
    tx: Transaction, incoming: Incoming, case: Case, verdict: Verdict, unknown: list[keys.WireKey]
) -> Taken:
    """Nothing is stored, but a name that the wire had not used before is the story's from now on.

    Copy that we have may be called breaking only now; an older telling of a story breaks nothing.
    """
    hit = verdict.hit
    assert hit is not None  # noqa: S101 - only a hit makes a duplicate
    if verdict.outcome is Outcome.DUPLICATE:
        keys.claim(tx, unknown, hit.story_id, hit.number)
    breaks = incoming.disposition.breaks and hit.number == hit.head
    push = _break(tx, case, hit.number, incoming.now) if breaks else None
    return _taken(verdict.outcome, case, hit.number, incoming.draft, push)


def _settle(tx: Transaction, hit: keys.KeyHit, incoming: Incoming) -> Case:
    """Where the story stands once this copy's embargo, and its source's word, are heard."""
    case = Case(story_id=hit.story_id, code=hit.code, state=hit.state, opens_at=hit.opens_at)
    if case.state in (StoryState.PUBLISHED, StoryState.KILLED):
        return case
    trusted, now = incoming.copy.trust is not Trust.REVIEW, incoming.now
    known = None if case.state is StoryState.SCHEDULED else cycle.running(case.opens_at, now)
    embargo = cycle.embargo_after(known, incoming.draft.embargo, trusted=trusted, now=now)
    if embargo != known:
        case = steps.put_under_embargo(tx, case, embargo, incoming.by, now)
    if case.state is StoryState.REVIEW and trusted:
        case = steps.let_out(tx, case, incoming.by, now)
    return case


def _break(tx: Transaction, case: Case, number: int, now: datetime) -> Push | None:
    """Now, or as soon as the story may be out."""
    if case.state is StoryState.PUBLISHED:
        return break_news(tx, case.story_id, number, now)
    if case.state in (StoryState.SCHEDULED, StoryState.EMBARGOED):
        stories.break_when_open(tx, case.story_id)
    return None


def _taken(outcome: Outcome, case: Case, number: int, draft: Draft, push: Push | None) -> Taken:
    return Taken(outcome=outcome, code=case.code, revision=number, draft=draft, state=case.state, push=push)


def _believed(draft: Draft, now: datetime) -> Draft:
    """Nothing was told after it came, whatever it says."""
    if draft.version_created is None or draft.version_created <= now:
        return draft
    return replace(draft, version_created=now)


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
