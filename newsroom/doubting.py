"""What may or may not have arrived, and what editors do about it: each function is one act."""

from __future__ import annotations

from newsroom import deadlines, stopping
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import doubting as pages
from storage import bulletins, doubts, stories
from storage.database import Transaction
from storage.records import Push, PushKind, PushState, StoryState

PAGE = 20

TELLING = (PushKind.BREAKING, PushKind.FOLLOW)
"""What only a story that is public is told by; a hold or a kill is worth sending because it is not."""


def show(tx: Transaction, asker: Asker, _editor: int, subject: str) -> Message:
    """The chats, with buttons that decide about all of them. `subject`: a push's number, a dot, the page."""
    number, _, wanted = subject.partition(".")
    push, page = stopping.find(tx, number), int(wanted)
    found = doubts.of(tx, push.id)
    chats = doubts.listed(tx, push.id, page=page, size=PAGE)
    if not chats:
        raise Refusal("nothing_unsure", id=str(push.id))
    rest = found.unsure - (page - 1) * PAGE - len(chats)
    listed = pages.Listed(push=push, doubts=found, chats=chats, page=page, rest=rest)
    return pages.listed(listed, asker.words, asker.now)


def resend(tx: Transaction, asker: Asker, editor: int, subject: str) -> Message:
    """Once more to those that were shown, unless they may have two copies."""
    push = _shown(tx, subject)
    _require_worth_sending(tx, push)
    again = doubts.resend(tx, push.id, asker.now, deadlines.deadline(push.kind, asker.now))
    if not again:
        raise Refusal("nothing_to_resend", id=str(push.id))
    bulletins.revive(tx, push.id)
    stopping.note(tx, asker, editor, "resend", push, chats=again)
    return pages.resent(push, again, asker.words)


def leave(tx: Transaction, asker: Asker, editor: int, subject: str) -> Message:
    push = _shown(tx, subject)
    left = doubts.leave(tx, push.id)
    bulletins.revive(tx, push.id)
    stopping.note(tx, asker, editor, "leave", push, chats=left)
    return pages.left(push, left, asker.words)


def _shown(tx: Transaction, subject: str) -> Push:
    """A button decides about what was shown above it (the mark after the dot), and about nothing else."""
    number, _, mark = subject.partition(".")
    push = stopping.find(tx, number)
    found = doubts.of(tx, push.id)
    if not found.unsure:
        raise Refusal("nothing_unsure", id=str(push.id))
    if found.mark != mark:
        raise Refusal("unsure_changed", id=str(push.id))
    return push


def _require_worth_sending(tx: Transaction, push: Push) -> None:
    if push.state is PushState.CANCELLED:
        raise Refusal("push_ended", id=str(push.id))
    if push.story_id is None or push.kind not in TELLING:
        return
    story = stories.by_id(tx, push.story_id)
    if story is not None and story.state is not StoryState.PUBLISHED:
        raise Refusal("story_not_public", code=story.code)
