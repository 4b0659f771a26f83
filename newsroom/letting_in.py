"""Corrections that waited for an editor: shown as readers will see them, let in on a button."""

from __future__ import annotations

from functools import partial

from newsroom import copies, revising, steps
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal, as_it_will_be, new_token, propose_telling
from newsroom.questions import Asker
from newsroom.render import copies as pages
from storage import audit, stories
from storage.amendments import Amendment
from storage.database import Transaction
from storage.records import PushKind, Story
from storage.waiting import Waiting


def propose(
    tx: Transaction, asker: Asker, editor: int, *, story: Story, telling: Waiting, desktop: Desktop
) -> Proposal:
    proposed = Amendment(
        token=new_token(),
        kind=PushKind.CORRECTION,
        story_id=story.id,
        base=story.revision.number,
        telling=telling.number,
        created_by=editor,
    )
    shown = as_it_will_be(tx, story, partial(revising.show, tx, story.id, telling.number, asker.now))
    return propose_telling(tx, asker, proposed, shown, desktop)


def let_in(tx: Transaction, asker: Asker, editor: int, story: Story, number: int, *, loud: bool) -> Message:
    """The telling that was shown, and no other that has come since."""
    if not revising.let_in(tx, story.id, number, asker.now):
        raise Refusal("proposal_gone")
    by = steps.by_editor(editor)
    subject, detail = f"story:{story.code}", {"revision": number}
    audit.append(tx, actor=by.name, action="telling.approve", subject=subject, detail=detail, now=asker.now)
    push = copies.follow(tx, story.id, by=by, now=asker.now, loud=loud)
    return pages.let_in(stories.by_id(tx, story.id) or story, push, asker.words)
