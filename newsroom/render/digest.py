"""The digest as readers see it: a numbered list with a button for each story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsroom.message import Message
from newsroom.render import lists
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import StoryLine


def digest(lines: Sequence[StoryLine], count: int, since: datetime, words: Words, now: datetime) -> Message:
    """Of `count` stories those that matter most. What was withdrawn since is in it no more."""
    text = Text(words.direction).line(bold(words.say("digest.title", time=words.moment(since, now))))
    text.line(words.count(count, "count.stories"))
    if count > len(lines):
        text.line(words.say("digest.more"))
    return lists.listed(text, lines, words, now)
