"""The two buttons of an advisory: see and do what is asked for, or turn it down; only what it told of."""

from __future__ import annotations

from newsroom import amending, cycle, editing, holding, questions, scheduling
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal
from newsroom.questions import Asker
from storage import advisories, waiting
from storage.advisories import WHOLE
from storage.database import Transaction
from storage.records import RevisionKind, Story, StoryState
from storage.waiting import Waiting


def decide(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Message | Proposal:
    """`typed`: a story's code, a dot, and the number of the telling that waits.

    A hold is at once; under an embargo a story is let out at its end.
    """
    story, telling = _waits(tx, asker, typed)
    if telling is None:
        return _let_out(tx, asker, editor, story, desktop)
    if telling.kind is RevisionKind.KILL:
        return amending.propose_kill(tx, asker, editor, story.code, desktop)
    if telling.kind is RevisionKind.HOLD:
        waiting.drop(tx, story.id, telling.number)
        return holding.hold(tx, asker, editor, story.code)
    if telling != waiting.of_story(tx, story.id):
        raise Refusal("newer_waits", code=story.code)
    return scheduling.approve(tx, asker, editor, story.code, desktop)


def turn_down(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """What else was asked of the story, before or after it, still waits."""
    story, telling = _waits(tx, asker, typed)
    if telling is None:
        return scheduling.rejected(tx, asker, editor, story)
    waiting.drop(tx, story.id, telling.number)
    return scheduling.turned_down(tx, asker, editor, story, telling)


def _let_out(
    tx: Transaction, asker: Asker, editor: int, story: Story, desktop: Desktop
) -> Message | Proposal:
    """But not before what its source has said of it since."""
    if waiting.of_story(tx, story.id) is not None:
        raise Refusal("newer_waits", code=story.code)
    if cycle.running(story.opens_at, asker.now):
        return scheduling.approve(tx, asker, editor, story.code, desktop)
    return editing.propose_breaking(tx, asker, editor, story.code, desktop)


def _waits(tx: Transaction, asker: Asker, typed: str) -> tuple[Story, Waiting | None]:
    """The story, and of it the telling that waits; None where it waits as a whole."""
    code, _, number = typed.partition(".")
    story = questions.find(tx, asker, code)
    if int(number) == WHOLE and story.state is StoryState.REVIEW:
        return story, None
    telling = waiting.of_story(tx, story.id, advisories.number_now(tx, story.id, int(number)))
    if telling is None:
        raise Refusal("decided_already", code=story.code)
    return story, telling
