"""Who did what, as editors ask for it."""

from __future__ import annotations

from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import auditing as pages
from newsroom.render.auditing import Leaf
from storage import audit, editors
from storage.database import Transaction

PAGE = 10


def show(tx: Transaction, asker: Asker, _editor: int, subject: str) -> Message:
    """The entries before the one with this number, the newest first; before 0: the newest of all.

    The first page tells whether the chain holds, which takes a look at every entry.
    """
    before = int(subject or 0)
    entries = audit.recent(tx, PAGE + 1, before=before or None)
    leaf = Leaf(
        entries=entries[:PAGE],
        older=len(entries) > PAGE,
        newest=not before,
        broken=None if before else audit.verify(tx),
        names={one.user_id: one.name for one in editors.all(tx) if one.name},
    )
    return pages.leaf(leaf, asker.words, asker.now)
