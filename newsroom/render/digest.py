"""The digest as readers see it: a numbered list with a button for each story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsroom.message import Message
from newsroom.render import lists
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import StoryLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Of `count` stories those that matter most; `withdrawn` are listed no more."""

    lines: Sequence[StoryLine]
    count: int
    withdrawn: int


def digest(listing: Listing, since: datetime, words: Words, now: datetime) -> Message:
    text = Text(words.direction).line(bold(words.say("digest.title", time=words.moment(since, now))))
    text.lines(_notes(listing, words))
    return lists.listed(text, listing.lines, words, now)


def _notes(listing: Listing, words: Words) -> Iterator[str]:
    yield words.count(listing.count, "count.stories")
    if listing.count > len(listing.lines):
        yield words.say("digest.more")
    if listing.withdrawn:
        yield words.count(listing.withdrawn, "digest.withdrawn")
