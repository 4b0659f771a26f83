"""What editors do with events: see why a story is in one, put two together, take one out."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom import questions
from newsroom.errors import Refusal
from newsroom.events import company
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import events as pages
from storage import audit, events, promises
from storage.database import Transaction
from storage.records import Story


@dataclass(frozen=True, slots=True)
class Two:
    one: Story
    other: Story


def merge(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """`typed`: two codes. The second's event goes into the first's."""
    promises.alone(tx)
    two = _two(tx, asker, typed)
    known = events.of(tx, [two.one.id, two.other.id])
    into, event = known[two.one.id], known[two.other.id]
    if into == event:
        raise Refusal("merged_already", code=two.one.code, other=two.other.code)
    events.merge(tx, event, into)
    promises.follow(tx, event, into)
    _note(tx, asker, editor, "event.merge", two.one, other=two.other.code)
    return pages.merged(company(tx, two.one), two.one, asker.words)


def split(tx: Transaction, asker: Asker, editor: int, typed: str) -> Message:
    """The story tells an event of its own from now on."""
    promises.alone(tx)
    story = questions.find(tx, asker, typed)
    others = [line.id for line in company(tx, story).others]
    if not others:
        raise Refusal("alone_already", code=story.code)
    events.split(tx, story.id)
    promises.follow(tx, *events.of(tx, [story.id, *others]).values())
    _note(tx, asker, editor, "event.split", story)
    return pages.parted(story, asker.words)


def _two(tx: Transaction, asker: Asker, typed: str) -> Two:
    one, _, other = typed.strip().partition(" ")
    if not other.strip():
        raise Refusal("merge_missing")
    return Two(questions.find(tx, asker, one), questions.find(tx, asker, other))


def _note(tx: Transaction, asker: Asker, editor: int, action: str, story: Story, **detail: str) -> None:
    subject = f"story:{story.code}"
    audit.append(tx, actor=f"editor:{editor}", action=action, subject=subject, detail=detail, now=asker.now)
