"""How editors hold a story and release it: at once, for nothing may go on while somebody is asked."""

from __future__ import annotations

from newsroom import copies, questions, steps
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import holding as pages
from storage.database import Transaction


def hold(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    story = questions.find(tx, asker, typed)
    push = copies.hold(tx, story, by=steps.by_editor(editor), now=asker.now)
    return pages.held(story, push, asker.words)


def release(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    story = questions.find(tx, asker, typed)
    push = copies.release(tx, story, by=steps.by_editor(editor), now=asker.now)
    return pages.released(questions.find(tx, asker, story.code), push, asker.words)
