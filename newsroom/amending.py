"""How editors change what went out: shown first as readers will see it, done on a button that works once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from newsroom import copies, questions, steps
from newsroom.control import AsEditor
from newsroom.editing import TOKEN_BYTES, Desktop, Proposal
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import cards
from newsroom.render import copies as pages
from newsroom.visitor import Visitor
from storage import amendments, stories
from storage.amendments import Amendment
from storage.copies import reach
from storage.database import Transaction
from storage.records import PushKind, Story, StoryState


class Amending:
    """The Desk's hand on what went out. `woken` is called when there is something to edit."""

    def __init__(self, edit: AsEditor, desktop: Desktop, woken: Callable[[], None]) -> None:
        self._edit = edit
        self._desktop = desktop
        self._woken = woken

    async def propose_kill(self, who: Visitor, typed: str) -> Proposal:
        return await self._edit(who, partial(propose_kill, typed=typed, desktop=self._desktop))

    async def amend(self, who: Visitor, token: str) -> Message:
        answer = await self._edit(who, partial(amend, token=token))
        self._woken()
        return answer

    async def leave(self, who: Visitor, token: str) -> Message:
        return await self._edit(who, partial(leave, token=token))


def propose_kill(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Proposal:
    story = questions.find(tx, asker, typed)
    token = _propose(tx, asker, editor, story, PushKind.KILL)
    found = reach(tx, story.id, story.revision.number + 1)
    seconds = (found.copies + found.chats) / desktop.rate_per_second
    question = pages.kill_question(story, found, seconds, asker.words, token=token)
    killed = replace(story, state=StoryState.KILLED)
    return Proposal(shown=cards.withdrawn(killed, asker.words), question=question)


def amend(tx: Transaction, asker: Asker, editor: int, token: str) -> Message:
    """The button: once, and only while the story is as it was when this was shown."""
    taken = amendments.take(tx, token)
    story = stories.by_id(tx, taken.story_id) if taken else None
    if taken is None or story is None or story.revision.number != taken.base:
        raise Refusal("proposal_gone")
    push = copies.kill(tx, story, by=steps.by_editor(editor), now=asker.now)
    return pages.killed(story, push, asker.words)


def leave(tx: Transaction, asker: Asker, _editor: int, token: str) -> Message:
    if amendments.take(tx, token) is None:
        raise Refusal("proposal_gone")
    return pages.left(asker.words)


def _propose(tx: Transaction, asker: Asker, editor: int, story: Story, kind: PushKind) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    proposed = Amendment(
        token=token, kind=kind, story_id=story.id, base=story.revision.number, created_by=editor
    )
    amendments.propose(tx, proposed, asker.now)
    return token
