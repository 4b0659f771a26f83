"""The life of a story: which step leads from which state to which, and who may take it. Pure.

    draft ⇄ in review → approved → scheduled | embargoed → published ⇄ on hold → killed

Takes and corrections of a published story are revisions of it, not states.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records import RevisionKind, StoryState

S = StoryState


class Step(StrEnum):
    """Names as the audit keeps them."""

    REJECT = "reject"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    EMBARGO = "embargo"
    PUBLISH = "publish"
    OPEN = "open"
    LIFT = "lift"
    HOLD = "hold"
    RELEASE = "release"
    KILL = "kill"


class Actor(StrEnum):
    """`SOURCE` is one that needs no editor for the step; `CLOCK` takes what has come due."""

    EDITOR = "editor"
    SOURCE = "source"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Rule:
    before: frozenset[StoryState]
    after: StoryState
    actors: frozenset[Actor]


def _rule(before: set[StoryState], after: StoryState, *actors: Actor) -> Rule:
    return Rule(frozenset(before), after, frozenset(actors))


_ALIVE = set(S) - {S.KILLED}

RULES: dict[Step, Rule] = {
    Step.REJECT: _rule({S.REVIEW}, S.DRAFT, Actor.EDITOR),
    Step.APPROVE: _rule({S.DRAFT, S.REVIEW}, S.APPROVED, Actor.EDITOR, Actor.SOURCE),
    Step.SCHEDULE: _rule({S.APPROVED, S.SCHEDULED}, S.SCHEDULED, Actor.EDITOR),
    Step.UNSCHEDULE: _rule({S.SCHEDULED}, S.APPROVED, Actor.EDITOR),
    Step.EMBARGO: _rule({S.APPROVED, S.SCHEDULED, S.EMBARGOED}, S.EMBARGOED, Actor.EDITOR, Actor.SOURCE),
    Step.PUBLISH: _rule({S.APPROVED, S.SCHEDULED}, S.PUBLISHED, Actor.EDITOR, Actor.SOURCE),
    Step.OPEN: _rule({S.SCHEDULED, S.EMBARGOED}, S.PUBLISHED, Actor.CLOCK),
    Step.LIFT: _rule({S.EMBARGOED}, S.PUBLISHED, Actor.SOURCE),
    Step.HOLD: _rule(_ALIVE - {S.HELD}, S.HELD, Actor.EDITOR, Actor.SOURCE),
    Step.RELEASE: _rule({S.HELD}, S.APPROVED, Actor.EDITOR, Actor.SOURCE),
    Step.KILL: _rule(_ALIVE, S.KILLED, Actor.EDITOR, Actor.SOURCE),
}

# A story that was never out keeps its embargo through these; every other step has a time of its own, or none.
_KEEPS_TIME = frozenset({Step.REJECT, Step.APPROVE, Step.RELEASE})


def after(state: StoryState, step: Step, actor: Actor) -> StoryState | None:
    """Where the step leads, or None where it cannot be taken from here, or not by this actor."""
    rule = RULES[step]
    return rule.after if state in rule.before and actor in rule.actors else None


def time_after(
    state: StoryState, step: Step, opens_at: datetime | None, wanted: datetime | None
) -> datetime | None:
    """The instant before which the story must not be out, once the step is taken."""
    if step in (Step.SCHEDULE, Step.EMBARGO):
        return wanted
    keeps = step in _KEEPS_TIME or (step is Step.HOLD and state is not StoryState.SCHEDULED)
    return opens_at if keeps else None


WEIGHTY = frozenset({RevisionKind.CORRECTION, RevisionKind.HOLD, RevisionKind.KILL})
"""What changes or takes back what was said: of a source that is not trusted, an editor decides."""

ENDS = {RevisionKind.KILL: S.KILLED, RevisionKind.HOLD: S.HELD}
"""What copy may say of a story that has not come yet: it comes to nothing."""


def entry(kind: RevisionKind, *, waits: bool, embargo: datetime | None) -> StoryState:
    """Where a story begins. `waits`: for an editor; `embargo` is one that still runs."""
    if waits:
        return StoryState.REVIEW
    if kind in ENDS:
        return ENDS[kind]
    return StoryState.PUBLISHED if embargo is None else StoryState.EMBARGOED


def running(embargo: datetime | None, now: datetime) -> datetime | None:
    """The embargo, as long as it runs."""
    return embargo if embargo is not None and embargo > now else None


def embargo_after(
    known: datetime | None, claimed: datetime | None, *, trusted: bool, now: datetime
) -> datetime | None:
    """The embargo of a story that is not out, after a take that `claimed` one (None: that said nothing).

    A take that is silent inherits it. Only a trusted source may shorten it; any may make it longer.
    """
    if claimed is None:
        return running(known, now)
    if trusted or known is None:
        return running(claimed, now)
    return running(max(known, claimed), now)
