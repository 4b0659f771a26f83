"""What a story is called from now on, and by which name a telling came to it."""

from __future__ import annotations

from dataclasses import replace

from newsroom import identity
from newsroom.incoming import Incoming
from storage import keys, takes
from storage.database import Transaction
from storage.events import Because
from storage.takes import TakeReason


def give(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """And its words; but what names another story already goes on doing so."""
    given = (*incoming.given, incoming.text)
    others = {key for key, hit in incoming.hits.items() if hit.story_id != story_id}
    keys.claim(tx, [key for key in given if key not in others], story_id, number)


def note_why(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """What it looks like, or by which name of the wire it came to its story: for editors who ask."""
    shadow, led = incoming.shadow, incoming.led
    if shadow:
        because, name = Because(shadow.state), shadow.code
    elif led:
        because, name = identity.because(led, incoming.draft), led.value
    else:
        return
    takes.note(tx, TakeReason(story_id=story_id, number=number, because=because, name=name))


def give_slug(tx: Transaction, incoming: Incoming, story_id: int, number: int) -> None:
    """A slug leads to the story that it was used for last."""
    hits = incoming.hits
    others = [key for key in incoming.names.slug if key in hits and hits[key].story_id != story_id]
    if others:
        keys.free(tx, others)
    keys.claim(tx, incoming.names.slug, story_id, number)


def part(tx: Transaction, incoming: Incoming) -> Incoming:
    """The source's own names for the item lead to its own story from now on."""
    keys.free(tx, [key for key in incoming.names.own if key in incoming.hits])
    left = {key: hit for key, hit in incoming.hits.items() if key not in incoming.names.own}
    return replace(incoming, hits=left, led=None)
