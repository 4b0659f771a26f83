"""Corrections that waited for an editor: shown as readers will see them, let in on a button."""

from __future__ import annotations

import secrets

from newsroom import copies, revising, steps
from newsroom.editing import TOKEN_BYTES, Desktop, Proposal
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import copies as pages
from storage import amendments, audit, pushes, stories
from storage.amendments import Amendment
from storage.copies import reach
from storage.database import Transaction
from storage.records import PushKind, Story
from storage.waiting import Waiting


def propose(
    tx: Transaction, asker: Asker, editor: int, *, story: Story, telling: Waiting, desktop: Desktop
) -> Proposal:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    proposed = Amendment(
        token=token,
        kind=PushKind.CORRECTION,
        story_id=story.id,
        base=story.revision.number,
        telling=telling.number,
        created_by=editor,
    )
    amendments.propose(tx, proposed, asker.now)
    corrected = _as_it_will_be(tx, story, telling, asker)
    found = reach(tx, story.id, telling.number)
    seconds = found.chats / desktop.rate_per_second
    question = pages.correction_question(corrected, found, seconds, asker.words, token=token)
    shown = pages.copy(corrected, asker.words, asker.now, broke=pushes.broke(tx, story.id))
    return Proposal(shown=shown, question=question)


def let_in(tx: Transaction, asker: Asker, editor: int, story: Story, number: int, *, loud: bool) -> Message:
    """The telling that was shown, and no other that has come since."""
    if not revising.let_in(tx, story.id, number, asker.now):
        raise Refusal("proposal_gone")
    by = steps.by_editor(editor)
    subject, detail = f"story:{story.code}", {"revision": number}
    audit.append(tx, actor=by.name, action="telling.approve", subject=subject, detail=detail, now=asker.now)
    push = copies.follow(tx, story.id, by=by, now=asker.now, loud=loud)
    return pages.let_in(stories.by_id(tx, story.id) or story, push, asker.words)


def _as_it_will_be(tx: Transaction, story: Story, telling: Waiting, asker: Asker) -> Story:
    """Done, looked at and undone."""
    with tx.begin_nested() as trial:
        revising.show(tx, story.id, telling.number, asker.now)
        shown = stories.by_id(tx, story.id) or story
        trial.rollback()
    return shown
