"""From an editor's new copy to the question whether it is to be so: each function is one transaction."""

from __future__ import annotations

import secrets

from newsroom import copies, questions, steps
from newsroom.editing import TOKEN_BYTES, Desktop, Proposal
from newsroom.errors import Refusal
from newsroom.filing import Copy
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import copies as pages
from storage import amendments, asked, pushes, stories
from storage.amendments import Amendment
from storage.copies import reach
from storage.database import Transaction
from storage.records import Draft, PushKind, Story

SOURCE = "chat"


def ask(tx: Transaction, asker: Asker, _editor: int, typed: str) -> Message:
    story = questions.find(tx, asker, typed)
    asked.ask(tx, asker.chat.id, story.id, asker.now)
    return pages.asked_for_copy(story, asker.words)


def is_awaited(tx: Transaction, asker: Asker) -> bool:
    return asker.edits and asked.story_of(tx, asker.chat.id, asker.now) is not None


def propose(
    tx: Transaction, asker: Asker, editor: int, typed: str, *, copy: Copy, draft: Draft, desktop: Desktop
) -> Proposal:
    story = questions.find(tx, asker, typed or _asked_about(tx, asker))
    corrected = _as_it_will_be(tx, story, draft, asker, editor)
    asked.forget(tx, asker.chat.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    proposed = Amendment(
        token=token,
        kind=PushKind.CORRECTION,
        story_id=story.id,
        base=story.revision.number,
        created_by=editor,
        copy=copy.body,
        media_type=copy.media_type,
        charset=copy.charset,
    )
    amendments.propose(tx, proposed, asker.now)
    found = reach(tx, story.id, corrected.revision.number)
    seconds = found.chats / desktop.rate_per_second
    question = pages.correction_question(corrected, found, seconds, asker.words, token=token)
    shown = pages.copy(corrected, asker.words, asker.now, broke=pushes.broke(tx, story.id))
    return Proposal(shown=shown, question=question)


def _asked_about(tx: Transaction, asker: Asker) -> str:
    story_id = asked.story_of(tx, asker.chat.id, asker.now)
    story = stories.by_id(tx, story_id) if story_id is not None else None
    if story is None:
        raise Refusal("proposal_gone")
    return story.code


def _as_it_will_be(tx: Transaction, story: Story, draft: Draft, asker: Asker, editor: int) -> Story:
    """Done, looked at and undone: what is shown is what the button will do."""
    with tx.begin_nested() as trial:
        copies.correct(tx, story, draft, by=steps.by_editor(editor), now=asker.now)
        corrected = stories.by_id(tx, story.id) or story
        trial.rollback()
    return corrected
