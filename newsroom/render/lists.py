"""Lists of stories: a numbered line each, and a keyboard of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsroom.message import TEXT_LIMIT, Message
from newsroom.paging import clip
from newsroom.render import telling
from newsroom.text import Piece, Text, bold, code
from newsroom.words import Words
from storage.records import StoryLine

LIST_LIMIT = TEXT_LIMIT - 256
HEADLINE_LIMIT = 160
WANTED_LIMIT = 80


def latest(lines: Sequence[StoryLine], words: Words, now: datetime) -> Message:
    return listed(Text(words.direction).line(bold(words.say("latest.title"))), lines, words, now)


def search(lines: Sequence[StoryLine], wanted: str, words: Words, now: datetime) -> Message:
    title = words.pieces("search.title", wanted=bold(clip(wanted, WANTED_LIMIT)))
    text = Text(words.direction).line(*title).line(words.count(len(lines), "count.stories"))
    return listed(text, lines, words, now)


def entry(line: StoryLine, number: int, words: Words, now: datetime) -> Text:
    """Two lines: the number with the headline, then who says it, when, and the code."""
    return Text(words.direction).line(*_first(line, number, words, now)).line(*signed(line, words, now))


def signed(line: StoryLine, words: Words, now: datetime) -> list[Piece]:
    """Who says it, when, and the code."""
    signature = telling.sign(line, words, words.time(line.published_at, now))
    return [*signature, telling.SEPARATOR, code(line.code)]


def _first(line: StoryLine, number: int, words: Words, now: datetime) -> list[Piece]:
    told = telling.headline_text(line, words, HEADLINE_LIMIT)
    headline = bold(told, telling.way(line.language, told))
    if telling.is_urgent(line, now) and not telling.calls_itself_breaking(told):
        return words.pieces("list.breaking", number=number, headline=headline)
    return words.pieces("list.line", number=number, headline=headline)


def listed(text: Text, lines: Sequence[StoryLine], words: Words, now: datetime) -> Message:
    shown = list[str]()
    for number, line in enumerate(lines, start=1):
        entered = entry(line, number, words, now)
        if text.size + entered.size > LIST_LIMIT:
            break
        text.gap().add(entered)
        shown.append(line.code)
    return text.message(*telling.number_buttons(shown, words))
