"""How editors decide when a story is out: each function is one act inside one transaction."""

from __future__ import annotations

from datetime import datetime

from newsroom import cycle, instants, letting_in, questions, steps
from newsroom.cycle import Step
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal
from newsroom.questions import Asker
from newsroom.render import scheduling as pages
from newsroom.steps import Case
from storage import amendments, audit, pushes, waiting
from storage.database import Transaction
from storage.records import Story, StoryState
from storage.waiting import Waiting

OFF = frozenset({"off", "إلغاء", "الغاء", "إيقاف"})


def schedule(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """`typed`: a story's code, then when it is to be out, in the editor's zone; or «off»."""
    code, _, wanted = typed.strip().partition(" ")
    story = questions.find(tx, asker, code)
    case, by = steps.case_of(story), steps.by_editor(editor)
    _require_no_embargo(case, asker)
    if wanted.strip().casefold() in OFF:
        steps.take(tx, case, Step.UNSCHEDULE, by, asker.now)
        return pages.unscheduled(story, asker.words)
    opens_at = _instant(wanted, asker)
    if case.state in (StoryState.DRAFT, StoryState.REVIEW):
        case = steps.take(tx, case, Step.APPROVE, by, asker.now)
    steps.take(tx, case, Step.SCHEDULE, by, asker.now, opens_at=opens_at)
    return pages.scheduled(story, opens_at, asker.words, asker.now)


def approve(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Message | Proposal:
    """What waits for review is out, or will be at the end of its embargo; a correction is shown first.

    What takes a story back has a command of its own, with its preview.
    """
    story = questions.find(tx, asker, typed)
    telling = waiting.of_story(tx, story.id)
    if telling is not None and story.state is StoryState.PUBLISHED:
        if telling.kind in cycle.ENDS:
            raise Refusal(f"waits_{telling.kind}", code=story.code)
        return letting_in.propose(tx, asker, editor, story=story, telling=telling, desktop=desktop)
    if story.state not in (StoryState.DRAFT, StoryState.REVIEW, StoryState.APPROVED):
        raise Refusal(f"not_while_{story.state}", code=story.code)
    case = steps.let_out(tx, steps.case_of(story), steps.by_editor(editor), asker.now)
    return pages.approved(story, case.opens_at, asker.words, asker.now)


def reject(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """Back to a draft: kept, seen by no reader, asked for by nobody."""
    story = questions.find(tx, asker, typed)
    telling = waiting.of_story(tx, story.id)
    if telling is not None and waiting.settle(tx, story.id, telling.number):
        return turned_down(tx, asker, editor, story, telling)
    return rejected(tx, asker, editor, story)


def rejected(tx: Transaction, asker: Asker, editor: int, story: Story) -> Message:
    """Nor is it let out by whoever was asked before."""
    steps.take(tx, steps.case_of(story), Step.REJECT, steps.by_editor(editor), asker.now)
    pushes.drop_proposed(tx, story.id)
    return pages.rejected(story, asker.words)


def turned_down(tx: Transaction, asker: Asker, editor: int, story: Story, telling: Waiting) -> Message:
    """Of a telling that waits no more; nor is it done by whoever was asked before."""
    amendments.drop(tx, story.id)
    _note(tx, asker, editor, "reject", telling)
    return pages.turned_down(story, asker.words)


def _note(tx: Transaction, asker: Asker, editor: int, action: str, telling: Waiting) -> None:
    audit.append(
        tx,
        actor=f"editor:{editor}",
        action=f"telling.{action}",
        subject=f"story:{telling.code}",
        detail={"revision": telling.number, "kind": telling.kind, "source": telling.source},
        now=asker.now,
    )


def _require_no_embargo(case: Case, asker: Asker) -> None:
    """It opens by itself, at the hour that its source has set."""
    embargo = None if case.state is StoryState.SCHEDULED else cycle.running(case.opens_at, asker.now)
    if embargo:
        raise Refusal("under_embargo", code=case.code, time=asker.words.moment(embargo, asker.now))


def _instant(wanted: str, asker: Asker) -> datetime:
    if not wanted.strip():
        raise Refusal("time_missing")
    instant = instants.read(wanted, asker.words.clock, asker.now)
    if instant is None:
        raise Refusal("time_unclear", typed=wanted.strip())
    if instant <= asker.now:
        raise Refusal("time_past", time=asker.words.moment(instant, asker.now))
    return instant
