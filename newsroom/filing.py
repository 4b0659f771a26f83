"""From copy to a stored revision: what `Desk.take` does inside its one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsroom import codes, copies, cycle, events, following, identity, revising, steps
from newsroom.breaking import break_news
from newsroom.identity import Outcome, Verdict
from newsroom.sameness import Band, Match
from newsroom.steps import By, Case
from storage import keys, stories, waiting
from storage.database import Transaction
from storage.records import Draft, Push, RevisionKind, Story, StoryState

BREAKING_URGENCY = 2
ORDINARY_URGENCY = 5


class Trust(StrEnum):
    """What copy may do without an editor. Of `WAIT` all waits for one, of `REVIEW` what is breaking."""

    WAIT = "wait"
    REVIEW = "review"
    PUBLISH = "publish"
    PUSH = "push"

    @property
    def decides(self) -> bool:
        """Where its word on a story's life needs no editor's."""
        return self in (Trust.PUBLISH, Trust.PUSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Copy as it came in, by whatever door.

    `item_id` is the source's own name for the item; `at` the address that the copy was fetched from.
    `backlog`: it is no news, but what a source had before it was asked; nobody is told of it.
    """

    body: bytes
    source: str
    trust: Trust
    media_type: str = "text/plain"
    charset: str | None = None
    urgency: int | None = None
    item_id: str | None = None
    at: str | None = None
    backlog: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of copy. `push` is set where it went out as breaking news by itself.

    `edit` brings delivered copies up to it.
    `kept_back`: readers go on seeing an older telling, until an embargo ends or an editor has decided.
    """

    outcome: Outcome
    code: str
    revision: int
    draft: Draft
    state: StoryState
    push: Push | None = None
    edit: Push | None = None
    kept_back: bool = False


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
    waits = trust is Trust.WAIT or (urgent and trust is Trust.REVIEW)
    return Disposition(waits=waits, breaks=urgent and trust is Trust.PUSH)


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
        told = dispose(self.copy.trust, urgency_of(self.copy, self.draft))
        return replace(told, breaks=told.breaks and not self.copy.backlog)

    @property
    def told(self) -> revising.Told:
        urgency = urgency_of(self.copy, self.draft)
        return revising.Told(urgency=urgency, source=self.copy.source, now=self.now)

    @property
    def waits(self) -> bool:
        """Of a story that is new: for an editor."""
        return self.disposition.waits or (self.asks_an_editor and self.draft.kind in cycle.ENDS)

    @property
    def asks_an_editor(self) -> bool:
        """Of a take: what changes or takes back what was said weighs more than news."""
        weighs = not self.copy.trust.decides and self.draft.kind in cycle.WEIGHTY
        return weighs or self.copy.trust is Trust.WAIT

    @property
    def by(self) -> By:
        return replace(steps.by_source(self.copy.source), tells=not self.copy.backlog)


def file(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Taken:
    """Store the draft as what it is. Where another process takes a key meanwhile, the whole runs again."""
    draft = _believed(draft, now)
    items = identity.item_keys(draft, copy.source, copy.item_id)
    incoming = Incoming(copy=copy, draft=draft, items=items, text=identity.text_key(draft), now=now)
    known = (*items, *identity.origin_keys(draft))
    hits = keys.find(tx, (*known, incoming.text))
    verdict = identity.decide(draft, known, incoming.text, hits)
    match = events.find(tx, draft, now) if verdict.hit is None else None
    if match and match.band is Band.DUPLICATE:
        verdict = Verdict(outcome=Outcome.DUPLICATE, hit=keys.hit(tx, match.story_id))
    if verdict.hit is None:
        return _begin(tx, incoming, match)
    if draft.kind in cycle.ENDS and copy.trust.decides and verdict.hit.state is not StoryState.KILLED:
        return _take_back(tx, incoming, verdict.hit.story_id, verdict.outcome)
    case = _settle(tx, verdict.hit, incoming)
    if verdict.outcome is Outcome.DUPLICATE or case.state is StoryState.KILLED:
        return _keep_out(tx, incoming, case, verdict, [key for key in items if key not in hits])
    return _go_on(tx, incoming, case, verdict.outcome)


def _begin(tx: Transaction, incoming: Incoming, match: Match | None) -> Taken:
    """A story that is new here, though it may tell an event that another one told."""
    embargo = cycle.running(incoming.draft.embargo, incoming.now)
    state = cycle.entry(incoming.draft.kind, waits=incoming.waits, embargo=embargo)
    story_id, code = stories.create(tx, codes.fresh(), state, incoming.now, opens_at=embargo)
    case = Case(story_id=story_id, code=code, state=state, opens_at=embargo)
    if match:
        events.join(tx, story_id, match)
    if state is StoryState.PUBLISHED and incoming.by.tells:
        following.note(tx, story_id, incoming.now)
    return _tell(tx, incoming, case, Outcome.NEW)


def _go_on(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    """The next take of a story that is here."""
    incoming = replace(incoming, draft=_as_kind(incoming.draft, outcome))
    if case.state is not StoryState.PUBLISHED:
        return _tell(tx, incoming, case, outcome)
    until = _embargo_of_take(tx, incoming, case.story_id)
    if until or incoming.asks_an_editor:
        return _keep_back(tx, incoming, case, outcome, until)
    return _tell(tx, incoming, case, outcome)


def _tell(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    number = revising.add(tx, case.story_id, incoming.draft, **incoming.told)
    keys.claim(tx, (*incoming.items, incoming.text), case.story_id, number)
    push = _break(tx, case, number, incoming.now) if incoming.disposition.breaks else None
    taken = _taken(outcome, case, number, incoming.draft, push)
    if outcome is Outcome.NEW:
        return taken
    return replace(taken, edit=copies.follow(tx, case.story_id, by=incoming.by, now=incoming.now))


def _take_back(tx: Transaction, incoming: Incoming, story_id: int, outcome: Outcome) -> Taken:
    """By a source that needs no editor: its story is withdrawn, or being checked, from now on."""
    story = _there(tx, story_id)
    edit = None
    if incoming.draft.kind is RevisionKind.KILL:
        edit = copies.kill(tx, story, by=incoming.by, now=incoming.now)
    elif story.state is not StoryState.HELD:
        edit = copies.hold(tx, story, by=incoming.by, now=incoming.now)
    ended = _there(tx, story_id)
    keys.claim(tx, (*incoming.items, incoming.text), story_id, ended.revision.number)
    taken = _taken(outcome, steps.case_of(ended), ended.revision.number, incoming.draft, None)
    return replace(taken, edit=edit)


def _keep_back(
    tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome, until: datetime | None
) -> Taken:
    """Readers go on seeing what they saw."""
    number = revising.keep_back(tx, case.story_id, incoming.draft, until=until, **incoming.told)
    keys.claim(tx, (*incoming.items, incoming.text), case.story_id, number)
    return replace(_taken(outcome, case, number, incoming.draft, None), kept_back=True)


def _embargo_of_take(tx: Transaction, incoming: Incoming, story_id: int) -> datetime | None:
    """Of the next telling of a story that is out: a silent take is under that of the one before."""
    known = waiting.embargo_of(tx, story_id, incoming.now)
    claimed, trusted = incoming.draft.embargo, incoming.copy.trust.decides
    until = cycle.embargo_after(known, claimed, trusted=trusted, now=incoming.now)
    if until and until != known:
        waiting.embargo(tx, story_id, until)
    return until


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
    trusted, now = incoming.copy.trust.decides, incoming.now
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


def _there(tx: Transaction, story_id: int) -> Story:
    found = stories.by_id(tx, story_id)
    if found is None:
        raise LookupError(f"story {story_id} is named by a key and is not there")
    return found


def _believed(draft: Draft, now: datetime) -> Draft:
    """Nothing was told after it came, whatever it says."""
    if draft.version_created is None or draft.version_created <= now:
        return draft
    return replace(draft, version_created=now)


def _as_kind(draft: Draft, outcome: Outcome) -> Draft:
    """Copy that says nothing of its kind is an update where its story is here."""
    if outcome is Outcome.UPDATE and draft.kind is RevisionKind.NEW:
        return replace(draft, kind=RevisionKind.UPDATE)
    return draft
