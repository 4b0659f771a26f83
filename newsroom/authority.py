"""Who may go on with a story that a name of the wire leads to. Pure; one rule for every door.

A name that claims to hold in all the world can be written by anybody. What a source says by it reaches only
the story that is its own, unless it is trusted to push, or the copy came by the house's own hands.
"""

from __future__ import annotations

from enum import StrEnum

from newsroom import cycle
from storage.records import RevisionKind, StoryState, Tellers


class Say(StrEnum):
    """`ASK`: an editor decides, and readers go on seeing what they saw. `APART`: it is another story, that
    tells the same event.
    """

    GO_ON = "go_on"
    ASK = "ask"
    APART = "apart"


def say(source: str, kind: RevisionKind, state: StoryState, told: Tellers) -> Say:
    """Of a source that speaks for nobody but itself."""
    if (told.first, told.newest) == (source, source):
        return Say.GO_ON
    waits = told.first == source or kind in cycle.WEIGHTY or state is not StoryState.PUBLISHED
    return Say.ASK if waits else Say.APART
