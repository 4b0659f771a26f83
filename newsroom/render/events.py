"""Stories that tell one event, as editors see them."""

from __future__ import annotations

from newsroom.events import Company
from newsroom.message import Message
from newsroom.paging import clip
from newsroom.render import lists, telling
from newsroom.render.related import as_written
from newsroom.text import Piece, Text, bold, code, italic
from newsroom.words import Words
from storage.events import Because
from storage.records import Story
from storage.takes import TakeReason

NAME_LIMIT = 60


def shown(told: Company, story: Story, words: Words) -> Text:
    """Under a story, for editors: nothing where it is alone and every telling came without a name."""
    text = Text(words.direction)
    for one in told.takes:
        text.line(*take(one, words))
    if not told.others:
        return text
    text.line(italic(words.count(len(told.others), "related.takes")), *_codes(told))
    return text.line(*_why(told, story, words))


def take(one: TakeReason, words: Words) -> list[Piece]:
    """Why a telling is one of this story."""
    name = code(clip(one.name.strip(), NAME_LIMIT))
    return words.pieces(f"take.by_{one.because}", number=words.number(one.number), name=name)


def merged(told: Company, story: Story, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("event.merged")))
    for line in told.others:
        said = clip(telling.unlabelled(line.headline), lists.HEADLINE_LIMIT)
        headline = bold(said, telling.way(line.language, said))
        text.line(*words.pieces("event.member", headline=headline, code=code(line.code)))
    text.line(words.say("event.undo", do=f"/split {story.code}"))
    return text.gap().line(*telling.code_line(story, words)).message(about=story.code)


def parted(story: Story, words: Words) -> Message:
    text = Text(words.direction).line(words.say("event.split"))
    return text.line(*telling.code_line(story, words)).message(about=story.code)


def _codes(told: Company) -> list[Piece]:
    return [piece for line in told.others for piece in (telling.SEPARATOR, code(line.code))]


def _why(told: Company, story: Story, words: Words) -> list[Piece]:
    if told.why is None or told.matched is None:
        return []
    if told.why.because is Because.EDITOR:
        return [italic(words.say("event.by_editor"))]
    if told.why.because is Because.URI:
        return [italic(words.say("event.by_uri", code=told.matched))]
    shared = words.listed(as_written(told.why.shared, story))
    sure = words.number(round(100 * told.why.sureness))
    return [italic(words.say("event.by_text", code=told.matched, sure=sure, words=shared))]
