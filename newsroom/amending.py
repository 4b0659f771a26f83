"""How editors change what went out: shown first as readers will see it, done on a button that works once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from newsroom import copies, correcting, corrections, holding, letting_in, questions, steps
from newsroom.control import Act, AsEditor
from newsroom.errors import Refusal
from newsroom.incoming import Copy, Trust
from newsroom.message import Message
from newsroom.proposing import Desktop, Proposal, new_token
from newsroom.questions import Asker
from newsroom.render import cards
from newsroom.render import copies as pages
from newsroom.visitor import Visitor
from storage import amendments, stories
from storage.amendments import Amendment
from storage.copies import reach
from storage.database import Transaction
from storage.records import Draft, PushKind, StoryState


class Amending:
    """The Desk's hand on what went out. `woken` is called when there is something to edit.

    `draft` is what copy says; it raises `newsroom.wire.CopyRefused`.
    """

    def __init__(
        self,
        edit: AsEditor,
        draft: Callable[[Copy], Awaitable[Draft]],
        desktop: Desktop,
        woken: Callable[[], None],
    ) -> None:
        self._edit = edit
        self._draft = draft
        self._desktop = desktop
        self._woken = woken

    async def hold(self, who: Visitor, typed: str) -> Message:
        return await self._at_once(who, partial(holding.hold, typed=typed))

    async def release(self, who: Visitor, typed: str) -> Message:
        return await self._at_once(who, partial(holding.release, typed=typed))

    async def propose_kill(self, who: Visitor, typed: str) -> Proposal:
        return await self._edit(who, partial(propose_kill, typed=typed, desktop=self._desktop))

    async def ask_for_copy(self, who: Visitor, typed: str) -> Message:
        """A correction without its copy: the next message is it."""
        return await self._edit(who, partial(correcting.ask, typed=typed))

    async def propose_correction(self, who: Visitor, typed: str, copy: Copy) -> Proposal:
        """`typed` empty: of the story that was asked about."""
        draft = await self._correction(copy)
        act = partial(correcting.propose, typed=typed, copy=copy, draft=draft, desktop=self._desktop)
        return await self._edit(who, act)

    async def amend(self, who: Visitor, token: str, *, loud: bool = False) -> Message:
        """The button: once, and only while the story is as it was when this was shown."""
        pending = await self._edit(who, partial(find, token=token))
        draft = await self._correction(_copy_of(pending)) if pending.copy is not None else None
        return await self._at_once(who, partial(amend, token=token, draft=draft, loud=loud))

    async def leave(self, who: Visitor, token: str) -> Message:
        return await self._edit(who, partial(leave, token=token))

    async def _correction(self, copy: Copy) -> Draft:
        """A line «تصحيح: …» is a note to readers here; on the wire it is a flag before a headline."""
        if copy.charset is None:
            return await self._draft(copy)
        text, note = corrections.parted(copy.body.decode(copy.charset))
        draft = await self._draft(replace(copy, body=text.encode(copy.charset)))
        return replace(draft, copy=copy.body, correction_note=note or draft.correction_note)

    async def _at_once(self, who: Visitor, act: Act[Message]) -> Message:
        answer = await self._edit(who, act)
        self._woken()
        return answer


def propose_kill(tx: Transaction, asker: Asker, editor: int, typed: str, desktop: Desktop) -> Proposal:
    story = questions.find(tx, asker, typed)
    token = new_token()
    base = story.revision.number
    proposed = Amendment(token=token, kind=PushKind.KILL, story_id=story.id, base=base, created_by=editor)
    amendments.propose(tx, proposed, asker.now)
    found = reach(tx, story.id, base + 1)
    seconds = (found.copies + found.chats + found.digests) / desktop.rate_per_second
    question = pages.kill_question(story, found, seconds, asker.words, token=token)
    killed = replace(story, state=StoryState.KILLED)
    return Proposal(shown=cards.withdrawn(killed, asker.words), question=question)


def find(tx: Transaction, _asker: Asker, _editor: int, token: str) -> Amendment:
    pending = amendments.find(tx, token)
    if pending is None:
        raise Refusal("proposal_gone")
    return pending


def amend(
    tx: Transaction, asker: Asker, editor: int, token: str, draft: Draft | None, *, loud: bool
) -> Message:
    taken = amendments.take(tx, token)
    story = stories.by_id(tx, taken.story_id) if taken else None
    if taken is None or story is None or story.revision.number != taken.base:
        raise Refusal("proposal_gone")
    by = steps.by_editor(editor)
    if taken.telling is not None:
        return letting_in.let_in(tx, asker, editor, story, taken.telling, loud=loud)
    if draft is None:
        return pages.killed(story, copies.kill(tx, story, by=by, now=asker.now), asker.words)
    push = copies.correct(tx, story, draft, by=by, now=asker.now, loud=loud)
    return pages.corrected(story, push, asker.words)


def leave(tx: Transaction, asker: Asker, _editor: int, token: str) -> Message:
    if amendments.take(tx, token) is None:
        raise Refusal("proposal_gone")
    return pages.left(asker.words)


def _copy_of(pending: Amendment) -> Copy:
    return Copy(
        body=pending.copy or b"",
        source=correcting.SOURCE,
        trust=Trust.HAND,
        media_type=pending.media_type or "text/plain",
        charset=pending.charset,
    )
