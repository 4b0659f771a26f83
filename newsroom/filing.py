"""From copy to a stored revision: what `Desk.take` does inside its one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newsroom import (
    authority,
    codes,
    copies,
    cycle,
    events,
    following,
    identity,
    revising,
    slugs,
    steps,
    withdrawn,
)
from newsroom.authority import Say
from newsroom.breaking import break_news
from newsroom.identity import Names, Outcome
from newsroom.sameness import Band, Match
from newsroom.steps import By, Case
from storage import keys, promises, stories, takes, waiting
from storage.database import Transaction
from storage.events import Because
from storage.records import Draft, Push, RevisionKind, Story, StoryState
from storage.takes import TakeReason
from storage.withdrawn import Withdrawn

BREAKING_URGENCY = 2
ORDINARY_URGENCY = 5


class Trust(StrEnum):
    """What copy may do without an editor. Of `WAIT` all waits for one, of `REVIEW` what is breaking.

    `HAND`: it came by the house's own hands, from a chat or a file, and breaks by an editor's word.
    """

    WAIT = "wait"
    REVIEW = "review"
    PUBLISH = "publish"
    HAND = "hand"
    PUSH = "push"

    @property
    def decides(self) -> bool:
        """Where its word on a story's life needs no editor's."""
        return self in (Trust.PUBLISH, Trust.HAND, Trust.PUSH)

    @property
    def speaks_for_all(self) -> bool:
        """Where its word on the story of another source counts."""
        return self in (Trust.HAND, Trust.PUSH)


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
    """Copy on its way in. `text` is the key of its words, `hits` what its keys lead to.

    `led`: by which name it comes to its story. `shadow`: the story taken back that it looks like.
    """

    copy: Copy
    draft: Draft
    names: Names
    text: keys.WireKey
    hits: Mapping[keys.WireKey, keys.KeyHit]
    now: datetime
    led: keys.WireKey | None = None
    shadow: Withdrawn | None = None

    @property
    def leading(self) -> keys.WireKey | None:
        """The surest name of the wire that leads to a story."""
        return next((key for key in self.names.leading if key in self.hits), None)

    @property
    def given(self) -> tuple[keys.WireKey, ...]:
        """The names that its story has from now on, as far as this source can give them."""
        worldly = self.names.world if self.copy.trust.speaks_for_all else self.names.heard
        return (*self.names.own, *worldly)

    @property
    def disposition(self) -> Disposition:
        told = dispose(self.copy.trust, urgency_of(self.copy, self.draft))
        return replace(told, breaks=_breaks(self.copy, self.draft))

    @property
    def told(self) -> revising.Told:
        urgency = urgency_of(self.copy, self.draft)
        return revising.Told(urgency=urgency, source=self.copy.source, now=self.now)

    @property
    def waits(self) -> bool:
        """Of a story that is new: for an editor."""
        shadowed = self.shadow is not None
        return shadowed or self.disposition.waits or (self.asks_an_editor and self.draft.kind in cycle.ENDS)

    @property
    def asks_an_editor(self) -> bool:
        """Of a take: what changes or takes back what was said weighs more than news."""
        weighs = not self.copy.trust.decides and self.draft.kind in cycle.WEIGHTY
        return weighs or self.copy.trust is Trust.WAIT

    @property
    def by(self) -> By:
        return replace(steps.by_source(self.copy.source), tells=not self.copy.backlog)


def knows(tx: Transaction, copy: Copy, draft: Draft) -> bool:
    """Whether a name of the wire leads to a story that is here."""
    return bool(keys.find(tx, identity.names(draft, copy.source, copy.item_id).leading))


def _breaks(copy: Copy, draft: Draft) -> bool:
    return dispose(copy.trust, urgency_of(copy, draft)).breaks and not copy.backlog


def file(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Taken:
    """Store the draft as what it is. Where another process takes a key meanwhile, the whole runs again."""
    if _breaks(copy, draft):
        promises.alone(tx)
    incoming = _understood(tx, copy, _believed(draft, now), now)
    draft, led, by_text = incoming.draft, incoming.leading, incoming.hits.get(incoming.text)
    named = incoming.hits[led] if led else None
    said = _say(tx, incoming, named or by_text)
    apart = named if said is Say.APART else None
    verdict = identity.decide(draft, None if apart else named, by_text)
    match = events.find(tx, draft, now) if verdict.hit is None else None
    if match and apart is None and (slug := _slug(tx, incoming, match)):
        led, verdict = slug, identity.decide(draft, incoming.hits[slug], None)
    elif match and match.band is Band.DUPLICATE and (copied := _copied(tx, match)):
        said, verdict = _say(tx, incoming, copied), identity.decide(draft, None, copied)
    hit = verdict.hit
    if draft.kind not in cycle.ENDS and verdict.outcome is not Outcome.DUPLICATE:
        incoming = replace(incoming, shadow=_shadow(tx, incoming, hit))
    if hit is None:
        return _begin(tx, incoming, match, apart)
    if draft.kind in cycle.ENDS and copy.trust.decides and _may_go_on(said, hit):
        return _take_back(tx, incoming, hit.story_id, verdict.outcome)
    if verdict.outcome is Outcome.DUPLICATE or hit.state is StoryState.KILLED:
        return _keep_out(tx, incoming, hit, verdict.outcome)
    incoming = replace(incoming, draft=_as_kind(draft, verdict.outcome), led=led)
    if incoming.shadow or draft.kind in cycle.ENDS or not _may_go_on(said, hit):
        return _keep_back(tx, incoming, _case(hit), verdict.outcome, None)
    return _go_on(tx, incoming, _settle(tx, hit, incoming), verdict.outcome)


def _slug(tx: Transaction, incoming: Incoming, match: Match) -> keys.WireKey | None:
    """The slug, where it was used lately by this source for a story that its words lead to as well."""
    for key in incoming.names.slug:
        hit = incoming.hits.get(key)
        if hit and hit.state is not StoryState.KILLED and events.tells(tx, hit.story_id, match):
            is_recent = incoming.now - _there(tx, hit.story_id).updated_at <= slugs.RECENT
            return key if is_recent and _say(tx, incoming, hit) is Say.GO_ON else None
    return None


def _copied(tx: Transaction, match: Match) -> keys.KeyHit | None:
    """The story that an item is a copy of; of one that is on hold an editor is to see each copy."""
    copied = keys.hit(tx, match.story_id)
    return None if copied.state is StoryState.HELD else copied


def _shadow(tx: Transaction, incoming: Incoming, hit: keys.KeyHit | None) -> Withdrawn | None:
    found = withdrawn.shadow(tx, incoming.draft, incoming.now)
    return None if found and hit and found.story_id == hit.story_id else found


def _may_go_on(said: Say, hit: keys.KeyHit) -> bool:
    return said is Say.GO_ON and hit.state is not StoryState.KILLED


def _understood(tx: Transaction, copy: Copy, draft: Draft, now: datetime) -> Incoming:
    names, text = identity.names(draft, copy.source, copy.item_id), identity.text_key(draft)
    hits = keys.find(tx, (*names.everything, text))
    return Incoming(copy=copy, draft=draft, names=names, text=text, hits=hits, now=now)


def _say(tx: Transaction, incoming: Incoming, hit: keys.KeyHit | None) -> Say:
    """What this source may do with the story that was hit."""
    copy = incoming.copy
    if hit is None or copy.trust.speaks_for_all:
        return Say.GO_ON
    return authority.say(copy.source, incoming.draft.kind, hit.state, stories.tellers(tx, hit.story_id))


def _begin(tx: Transaction, incoming: Incoming, match: Match | None, apart: keys.KeyHit | None) -> Taken:
    """A story that is new here, though it may tell an event that another one told.

    `apart` is one that the wire calls by the same name, and that is not this source's to change.
    """
    if apart:
        incoming = _parted(tx, incoming)
    embargo = cycle.running(incoming.draft.embargo, incoming.now)
    state = cycle.entry(incoming.draft.kind, waits=incoming.waits, embargo=embargo)
    story_id, code = stories.create(tx, codes.fresh(), state, incoming.now, opens_at=embargo)
    case = Case(story_id=story_id, code=code, state=state, opens_at=embargo)
    _join(tx, incoming, story_id, match, apart)
    if state is StoryState.PUBLISHED and incoming.by.tells:
        following.note(tx, story_id, incoming.now)
    return _tell(tx, incoming, case, Outcome.NEW)


def _parted(tx: Transaction, incoming: Incoming) -> Incoming:
    """The source's own names for the item lead to its own story from now on."""
    keys.free(tx, [key for key in incoming.names.own if key in incoming.hits])
    left = {key: hit for key, hit in incoming.hits.items() if key not in incoming.names.own}
    return replace(incoming, hits=left)


def _join(
    tx: Transaction, incoming: Incoming, story_id: int, match: Match | None, apart: keys.KeyHit | None
) -> None:
    heard = next((incoming.hits[key] for key in incoming.names.heard if key in incoming.hits), None)
    kin = apart or heard
    if kin and kin.state is not StoryState.KILLED:
        events.join_named(tx, story_id, kin.story_id)
    elif match:
        events.join(tx, story_id, match)


def _go_on(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    """The next take of a story that is here."""
    if case.state is not StoryState.PUBLISHED:
        return _tell(tx, incoming, case, outcome)
    until = _embargo_of_take(tx, incoming, case.story_id)
    if until or incoming.asks_an_editor:
        return _keep_back(tx, incoming, case, outcome, until)
    return _tell(tx, incoming, case, outcome)


def _tell(tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome) -> Taken:
    tell = revising.begin if outcome is Outcome.NEW else revising.add
    number = tell(tx, case.story_id, incoming.draft, **incoming.told)
    _give_names(tx, incoming, case.story_id, number)
    _name_slug(tx, incoming, case.story_id, number)
    _note_why(tx, incoming, case.story_id, number)
    breaks = incoming.disposition.breaks
    if outcome is Outcome.NEW:
        push = _break(tx, case, number, incoming.now) if breaks else None
        return _taken(outcome, case, number, incoming.draft, push)
    push = _break_late(tx, incoming, case, number) if breaks else None
    taken = _taken(outcome, case, number, incoming.draft, push)
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
    _give_names(tx, incoming, story_id, ended.revision.number)
    taken = _taken(outcome, steps.case_of(ended), ended.revision.number, incoming.draft, None)
    return replace(taken, edit=edit)


def _keep_back(
    tx: Transaction, incoming: Incoming, case: Case, outcome: Outcome, until: datetime | None
) -> Taken:
    """Readers go on seeing what they saw."""
    number = revising.keep_back(tx, case.story_id, incoming.draft, until=until, **incoming.told)
    _give_names(tx, incoming, case.story_id, number)
    _note_why(tx, incoming, case.story_id, number)
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


def _give_names(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """And its words; but what names another story already goes on doing so."""
    given = (*incoming.given, incoming.text)
    others = {key for key, hit in incoming.hits.items() if hit.story_id != story_id}
    keys.claim(tx, [key for key in given if key not in others], story_id, number)


def _note_why(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """What it looks like, or by which name of the wire it came to its story: for editors who ask."""
    shadow, led = incoming.shadow, incoming.led
    if shadow:
        because, name = Because(shadow.state), shadow.code
    elif led:
        because, name = identity.because(led, incoming.draft), led.value
    else:
        return
    takes.note(tx, TakeReason(story_id=story_id, number=number, because=because, name=name))


def _name_slug(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """A slug leads to the story that it was used for last."""
    hits = incoming.hits
    others = [key for key in incoming.names.slug if key in hits and hits[key].story_id != story_id]
    if others:
        keys.free(tx, others)
    keys.claim(tx, incoming.names.slug, story_id, number)


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
