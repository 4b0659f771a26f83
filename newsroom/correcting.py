"""From an editor's new copy to the question whether it is to be so: each function is one transaction."""

from __future__ import annotations

from functools import partial

from newsroom import copies, questions, steps
from newsroom.errors import Refusal
from newsroom.incoming import Copy
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal, as_it_will_be, new_token, propose_telling
from newsroom.questions import Asker
from newsroom.render import copies as pages
from storage import asked, stories
from storage.amendments import Amendment
from storage.database import Transaction
from storage.records import Draft, PushKind

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
    correct = partial(copies.correct, tx, story, draft, by=steps.by_editor(editor), now=asker.now)
    corrected = as_it_will_be(tx, story, correct)
    asked.forget(tx, asker.chat.id)
    proposed = Amendment(
        token=new_token(),
        kind=PushKind.CORRECTION,
        story_id=story.id,
        base=story.revision.number,
        created_by=editor,
        copy=copy.body,
        media_type=copy.media_type,
        charset=copy.charset,
    )
    return propose_telling(tx, asker, proposed, corrected, desktop)


def _asked_about(tx: Transaction, asker: Asker) -> str:
    story_id = asked.story_of(tx, asker.chat.id, asker.now)
    story = stories.by_id(tx, story_id) if story_id is not None else None
    if story is None:
        raise Refusal("proposal_gone")
    return story.code
