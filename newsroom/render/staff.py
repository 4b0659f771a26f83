"""Who edits, as owners see it."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.bidi import direction_of
from newsroom.message import TEXT_LIMIT, Message
from newsroom.paging import clip
from newsroom.text import Piece, Text, bold, code, plain
from newsroom.words import Words
from storage.editors import Editor

NAME_LIMIT = 60
PAGE_LIMIT = TEXT_LIMIT - 256


def listed(editors: Sequence[Editor], owners: Sequence[int], words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("editors.owners")))
    for owner in owners:
        text.line(*_line(owner, None, words))
    text.gap().line(bold(words.count(len(editors), "editors.title")))
    for number, editor in enumerate(editors):
        entry = Text(words.direction).line(*_line(editor.user_id, editor.name, words))
        if text.size + entry.size > PAGE_LIMIT:
            text.line(words.count(len(editors) - number, "editors.more"))
            break
        text.add(entry)
    return text.gap().line(words.say("editors.how")).message()


def added(user_id: int, name: str | None, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("editors.added")))
    return text.line(*_line(user_id, name, words)).line(words.say("editors.begin")).message()


def removed(user_id: int, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("editors.removed")))
    return text.line(*_line(user_id, None, words)).message()


def _line(user_id: int, name: str | None, words: Words) -> list[Piece]:
    number = code(str(user_id))
    called = clip(name or "", NAME_LIMIT)
    if not called:
        return words.pieces("editors.nameless", id=number)
    return words.pieces("editors.line", id=number, name=plain(called, direction_of(called, words.direction)))
