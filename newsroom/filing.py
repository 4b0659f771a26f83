"""From copy to a stored revision: what `Desk.take` does inside its one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsroom import codes, copies, cycle, events, following, naming, placing, revising, steps
from newsroom.breaking import break_news
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Incoming, dispose
from newsroom.placing import Place
from newsroom.steps import Case
from storage import keys, promises, stories, takes, waiting
from storage.database import Transaction
from storage.records import Draft, Push, RevisionKind, Story, StoryState


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

    @property
    def waits(self) -> bool:
        """For an editor, perhaps."""
        return self.kept_back or self.state is StoryState.REVIEW


def file(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Taken:
    """Store the draft as what it is. Where another process takes a key meanwhile, the whole runs again."""
    if dispose(copy, draft).breaks:
        promises.alone(tx)
    place = placing.find(tx, copy, draft, now)
    incoming, verdict, hit = place.incoming, place.verdict, place.verdict.hit
    if hit is None:
        return _begin(tx, place)
    ends = incoming.draft.kind in cycle.ENDS
    if ends and copy.trust.decides and place.may_go_on:
        return _take_back(tx, incoming, hit.story_id, verdict.outcome)
    if verdict.outcome is Outcome.DUPLICATE or hit.state is StoryState.KILLED:
        return _keep_out(tx, incoming, hit, verdict.outcome)
    incoming = replace(incoming, draft=_as_kind(incoming.draft, verdict.outcome))
    if ends or incoming.shadow or not place.may_go_on:
        return _keep_back(tx, incoming, _case(hit), verdict.outcome, None)
    return _go_on(tx, incoming, _settle(tx, hit, incoming), verdict.outcome)


def _begin(tx: Transaction, place: Place) -> Taken:
    """A story that is new here, though it may tell an event that another one told."""
    incoming = naming.part(tx, place.incoming) if place.apart else place.incoming
    embargo = cycle.running(incoming.draft.embargo, incoming.now)
    state = cycle.entry(incoming.draft.kind, waits=incoming.waits, embargo=embargo)
    story_id, code = stories.create(tx, codes.fresh(), state, incoming.now, opens_at=embargo)
    case = Case(story_id=story_id, code=code, state=state, opens_at=embargo)
    _join(tx, place, story_id)
    if state is StoryState.PUBLISHED and incoming.by.tells:
        following.note_new(tx, story_id, incoming.now)
    number = revising.begin(tx, story_id, incoming.draft, **incoming.told)
    _name(tx, incoming, story_id, number)
    push = _break(tx, case, number, incoming.now) if incoming.disposition.breaks else None
    return _taken(Outcome.NEW, case, number, incoming.draft, push)


def _join(tx: Transaction, place: Place, story_id: int) -> None:
    hits, heard = place.incoming.hits, place.incoming.names.heard
    kin = place.apart or next((hits[key] for key in heard if key in hits), None)
    if kin and kin.state is not StoryState.KILLED:
        events.join_named(tx, story_id, kin.story_id)
    elif place.match:
        events.join(tx, story_id, place.match)


def _go_on(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    """The next take of a story that is here."""
    if case.state is not StoryState.PUBLISHED:
        return _tell(tx, incoming, case, outcome)
    until = _embargo_of_take(tx, incoming, case.story_id)
    if until or incoming.asks_an_editor:
        return _keep_back(tx, incoming, case, outcome, until)
    return _tell(tx, incoming, case, outcome)


def _tell(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    number = revising.add(tx, case.story_id, incoming.draft, **incoming.told)
    _name(tx, incoming, case.story_id, number)
    push = _break_late(tx, incoming, case, number) if incoming.disposition.breaks else None
    taken = _taken(outcome, case, number, incoming.draft, push)
    return replace(taken, edit=copies.follow(tx, case.story_id, by=incoming.by, now=incoming.now))


def _name(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    naming.give(tx, incoming, story_id, number)
    naming.give_slug(tx, incoming, story_id, number)
    naming.note_why(tx, incoming, story_id, number)


def _take_back(tx: Transaction, incoming: Incoming, story_id: int, outcome: Outcome) -> Taken:
    """By a source that needs no editor: its story is withdrawn, or being checked, from now on."""
    story = _there(tx, story_id)
    edit = None
    if incoming.draft.kind is RevisionKind.KILL:
        edit = copies.kill(tx, story, by=incoming.by, now=incoming.now)
    elif story.state is not StoryState.HELD:
        edit = copies.hold(tx, story, by=incoming.by, now=incoming.now)
    ended = _there(tx, story_id)
    naming.give(tx, incoming, story_id, ended.revision.number)
    taken = _taken(outcome, steps.case_of(ended), ended.revision.number, incoming.draft, None)
    return replace(taken, edit=edit)


def _keep_back(
    tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome, until: datetime | None
) -> Taken:
    """Readers go on seeing what they saw."""
    number = revising.keep_back(tx, case.story_id, incoming.draft, until=until, **incoming.told)
    naming.give(tx, incoming, case.story_id, number)
    naming.note_why(tx, incoming, case.story_id, number)
    return replace(_taken(outcome, case, number, incoming.draft, None), kept_back=True)


def _embargo_of_take(tx: Transaction, incoming: Incoming, story_id: int) -> datetime | None:
    """Of the next telling of a story that is out: a silent take is under that of the one before."""
    known = waiting.embargo_of(tx, story_id, incoming.now)
    claimed, trusted = incoming.draft.embargo, incoming.copy.trust.decides
    until = cycle.embargo_after(known, claimed, trusted=trusted, now=incoming.now)
    if until and until != known:
        waiting.embargo(tx, story_id, until)
    return until


def _keep_out(tx: Transaction, incoming: Incoming, hit: keys.KeyHit, outcome: Outcome) -> Taken:
    """Nothing is stored, but a name that the wire had not used before is the story's from now on.

    Copy that we have may be called breaking only now; an older telling of a story breaks nothing.
    """
    case = _settle(tx, hit, incoming)
    if outcome is Outcome.DUPLICATE:
        unknown = [key for key in incoming.given if key not in incoming.hits]
        keys.claim(tx, unknown, hit.story_id, hit.number)
    breaks = incoming.disposition.breaks and hit.number == hit.head
    push = _break_late(tx, incoming, case, hit.number) if breaks else None
    return _taken(outcome, case, hit.number, incoming.draft, push)


def _settle(tx: Transaction, hit: keys.KeyHit, incoming: Incoming) -> Case:
    """Where the story stands once this copy's embargo, and its source's word, are heard."""
    case = _case(hit)
    if case.state in (StoryState.PUBLISHED, StoryState.KILLED):
        return case
    trusted, now = incoming.copy.trust.decides, incoming.now
    known = None if case.state is StoryState.SCHEDULED else cycle.running(case.opens_at, now)
    embargo = cycle.embargo_after(known, incoming.draft.embargo, trusted=trusted, now=now)
    if embargo != known:
        case = steps.put_under_embargo(tx, case, embargo, incoming.by, now)
    if case.state is StoryState.REVIEW and trusted and not takes.is_shadowed(tx, case.story_id):
        case = steps.let_out(tx, case, incoming.by, now)
    return case


def _break(tx: Transaction, case: Case, number: int, now: datetime) -> Push | None:
    """Now, or as soon as the story may be out."""
    if case.state is StoryState.PUBLISHED:
        return break_news(tx, case.story_id, number, now)
    if case.state in (StoryState.SCHEDULED, StoryState.EMBARGOED):
        stories.break_when_open(tx, case.story_id)
    return None


def _break_late(tx: Transaction, incoming: Incoming, case: Case, number: int) -> Push | None:
    """A story that was told before as ordinary news."""
    events.look_again(tx, case.story_id, incoming.draft, incoming.now)
    return _break(tx, case, number, incoming.now)


def _case(hit: keys.KeyHit) -> Case:
    return Case(story_id=hit.story_id, code=hit.code, state=hit.state, opens_at=hit.opens_at)


def _taken(outcome: Outcome, case: Case, number: int, draft: Draft, push: Push | None) -> Taken:
    return Taken(outcome=outcome, code=case.code, revision=number, draft=draft, state=case.state, push=push)


def _there(tx: Transaction, story_id: int) -> Story:
    found = stories.by_id(tx, story_id)
    if found is None:
        raise LookupError(f"story {story_id} is named by a key and is not there")
    return found


def _as_kind(draft: Draft, outcome: Outcome) -> Draft:
    """Copy that says nothing of its kind is an update where its story is here."""
    if outcome is Outcome.UPDATE and draft.kind is RevisionKind.NEW:
        return replace(draft, kind=RevisionKind.UPDATE)
    return draft
