"""The two buttons of an advisory: see and do what is asked for, or turn it down; only what it told of."""

from __future__ import annotations

from newsroom import amending, cycle, editing, holding, letting_in, questions, scheduling
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal
from newsroom.questions import Asker
from storage import waiting
from storage.advisories import WHOLE
from storage.database import Transaction
from storage.records import RevisionKind, Story, StoryState
from storage.waiting import Waiting


def decide(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Message | Proposal:
    """`typed`: a story's code, a dot, and the number of the telling that waits.

    A hold is at once; under an embargo a story is let out at its end. What takes a story back counts whatever
    its source says next; a correction does not outlive the next one.
    """
    story, telling = _waits(tx, asker, typed)
    if telling is None and cycle.running(story.opens_at, asker.now):
        return scheduling.approve(tx, asker, editor, story.code, desktop)
    if telling is None:
        return editing.propose_breaking(tx, asker, editor, story.code, desktop)
    if telling.kind is RevisionKind.KILL:
        return amending.propose_kill(tx, asker, editor, story.code, desktop)
    if telling.kind is RevisionKind.HOLD:
        return holding.hold(tx, asker, editor, story.code)
    if telling != waiting.of_story(tx, story.id):
        raise Refusal("newer_waits", code=story.code)
    return letting_in.propose(tx, asker, editor, story=story, telling=telling, desktop=desktop)


def turn_down(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """What came of the story after it still waits."""
    story, telling = _waits(tx, asker, typed)
    if telling is None:
        return scheduling.reject(tx, asker, editor, story.code)
    waiting.settle(tx, story.id, telling.number)
    return scheduling.turned_down(tx, asker, editor, story, telling)


def _waits(tx: Transaction, asker: Asker, typed: str) -> tuple[Story, Waiting | None]:
    """The story, and of it the telling that waits; None where it waits as a whole."""
    code, _, number = typed.partition(".")
    story = questions.find(tx, asker, code)
    telling = waiting.of_story(tx, story.id, int(number))
    as_a_whole = int(number) == WHOLE and story.state is StoryState.REVIEW
    if telling is None and not as_a_whole:
        raise Refusal("decided_already", code=story.code)
    return story, telling
