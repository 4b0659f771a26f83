"""What an editor is shown before anything is done, and the page that asks for the word."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import copies as pages
from storage import amendments, pushes, stories
from storage.amendments import Amendment
from storage.copies import reach
from storage.database import Transaction
from storage.records import Composed, Story

TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What readers would see, exactly, and the page that asks the editor for the word.

    `shown` is None where the editor sees it already; `more` are the parts that some chats get after it.
    """

    shown: Message | Composed | None
    more: tuple[Message, ...] = ()
    question: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """What the acts need to know of the house: approvals wanted, messages a second, its owners."""

    approvals: int
    rate_per_second: float
    owners: frozenset[int]


def new_token() -> str:
    """What a proposal's button carries."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def as_it_will_be(tx: Transaction, story: Story, change: Callable[[], object]) -> Story:
    """The change is made, looked at and undone: what is shown is what the button will do."""
    with tx.begin_nested() as trial:
        change()
        changed = stories.by_id(tx, story.id) or story
        trial.rollback()
    return changed


def propose_telling(
    tx: Transaction, asker: Asker, proposed: Amendment, corrected: Story, desktop: Desktop
) -> Proposal:
    """Of a story that is out: `corrected` is how it will be."""
    amendments.propose(tx, proposed, asker.now)
    found = reach(tx, corrected.id, corrected.revision.number)
    seconds = (found.chats + found.digests) / desktop.rate_per_second
    question = pages.correction_question(corrected, found, seconds, asker.words, token=proposed.token)
    shown = pages.copy(corrected, asker.words, asker.now, broke=pushes.broke(tx, corrected.id))
    return Proposal(shown=shown, question=question)
