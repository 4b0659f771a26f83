"""A step in the life of a story, taken: the state changes once, whoever else tries, and the audit has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsroom import cycle, following
from newsroom.cycle import Actor, Step
from newsroom.errors import Refusal
from storage import audit, stories
from storage.database import Conflict, Transaction
from storage.records import Story, StoryState


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step; `name` as the audit writes it: "editor:7", "source:wire".

    `tells`: followers hear of what is published by it.
    """

    actor: Actor
    name: str
    tells: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story as its life sees it. `opens_at`: not out before, by its schedule or its embargo."""

    story_id: int
    code: str
    state: StoryState
    opens_at: datetime | None = None


def by_editor(editor: int) -> By:
    return By(Actor.EDITOR, f"editor:{editor}")


def by_source(source: str) -> By:
    return By(Actor.SOURCE, f"source:{source}")


def by_clock() -> By:
    return By(Actor.CLOCK, "clock")


def case_of(story: Story) -> Case:
    return Case(story_id=story.id, code=story.code, state=story.state, opens_at=story.opens_at)


def take(
    tx: Transaction, case: Case, step: Step, by: By, now: datetime, *, opens_at: datetime | None = None
) -> Case:
    """The case after the step. `Refusal` where it cannot be taken, `Conflict` where somebody was quicker."""
    state = cycle.after(case.state, step, by.actor)
    if state is None:
        raise Refusal(_reason(case.state), code=case.code)
    opens_at = cycle.time_after(case.state, step, case.opens_at, opens_at)
    if not stories.move(tx, case.story_id, case.state, state, now, opens_at=opens_at):
        raise Conflict(f"story {case.code} is not {case.state} any more")
    if state is StoryState.PUBLISHED and by.tells:
        following.note(tx, case.story_id, now)
    detail = {"from": case.state, "to": state} | ({"at": opens_at.isoformat()} if opens_at else {})
    subject = f"story:{case.code}"
    audit.append(tx, actor=by.name, action=f"story.{step}", subject=subject, detail=detail, now=now)
    return replace(case, state=state, opens_at=opens_at)


def let_out(tx: Transaction, case: Case, by: By, now: datetime) -> Case:
    """As far as it may go: to the public, or to the end of its embargo."""
    if case.state in (StoryState.DRAFT, StoryState.REVIEW):
        case = take(tx, case, Step.APPROVE, by, now)
    embargo = cycle.running(case.opens_at, now) if case.state is StoryState.APPROVED else None
    if embargo:
        return take(tx, case, Step.EMBARGO, by, now, opens_at=embargo)
    if case.state in (StoryState.APPROVED, StoryState.SCHEDULED):
        return take(tx, case, Step.PUBLISH, by, now)
    return case


def put_under_embargo(tx: Transaction, case: Case, until: datetime | None, by: By, now: datetime) -> Case:
    """`until` None: its source has lifted it. A story that waits for an editor waits on, and remembers."""
    if case.state in (StoryState.DRAFT, StoryState.REVIEW, StoryState.HELD):
        stories.put_under_embargo(tx, case.story_id, until)
        return replace(case, opens_at=until)
    if until is None:
        return take(tx, case, Step.LIFT, by, now)
    return take(tx, case, Step.EMBARGO, by, now, opens_at=until)


def _reason(state: StoryState) -> str:
    return "story_killed" if state is StoryState.KILLED else f"not_while_{state}"
