"""What an entry of the audit tells besides who did what: what it was about, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from newsroom import topics
from newsroom.bidi import direction_of
from newsroom.identity import Outcome
from newsroom.paging import clip
from newsroom.render.topics import name
from newsroom.text import Piece, Text, code, plain
from newsroom.words import Words
from storage.audit import Entry
from storage.records import PushKind, RevisionKind, StoryState

LINE_LIMIT = 160
NOTE_LIMIT, URL_LIMIT, NAME_LIMIT = 80, 80, 40
STATES = frozenset(StoryState) - {StoryState.KILLED}
"""Those that a story can leave."""

TELLINGS = frozenset(RevisionKind) - {RevisionKind.NEW}


def of(entry: Entry, words: Words, now: datetime) -> list[Piece]:
    """On one line, as much as there is room for. What nobody here knows how to say is left out."""
    told: list[Piece] = []
    for pieces in _said(entry, words, now):
        longer = [*told, " · ", *pieces] if told else pieces
        if Text(words.direction).line(*longer).size <= LINE_LIMIT:
            told = longer
    return told


def _said(entry: Entry, words: Words, now: datetime) -> Iterator[list[Piece]]:
    about_push = entry.subject.startswith("push:")
    yield from _kind(entry.detail, words, about_push=about_push)
    for key, say in _SAYINGS.items():
        if entry.detail.get(key) not in (None, "", [], False):
            yield from [pieces] if (pieces := say(entry.detail[key], words)) else []
    if isinstance(at := entry.detail.get("at"), str):
        yield [words.say("audit.at", time=words.moment(datetime.fromisoformat(at), now))]


def _kind(detail: Mapping[str, Any], words: Words, *, about_push: bool) -> Iterator[list[Piece]]:
    kind = detail.get("kind")
    if about_push and kind in set(PushKind):
        yield [words.say(f"push.{kind}")]
    elif not about_push and kind in TELLINGS:
        yield [words.say(f"telling.{kind}")]


def _came_from(state: str, words: Words) -> list[Piece]:
    known = state in STATES
    return [words.say("audit.from", state=words.say(f"audit.state.{state}"))] if known else []


def _outcome(outcome: str, words: Words) -> list[Piece]:
    return [words.say(f"filed.{outcome}")] if outcome in set(Outcome) else []


def _topics(chosen: list[str], words: Words) -> list[Piece]:
    names = [name(topic, words) for topic in topics.known_among(chosen)]
    return [clip(words.listed(names), NOTE_LIMIT)] if names else []


def _note(note: str, words: Words) -> list[Piece]:
    clipped = clip(note, NOTE_LIMIT)
    return words.pieces("audit.note", note=plain(clipped, direction_of(clipped, words.direction)))


_SAYINGS: Mapping[str, Callable[[Any, Words], list[Piece]]] = {
    "from": _came_from,
    "outcome": _outcome,
    "revision": lambda number, words: [words.say("audit.revision", number=int(number))],
    "topics": _topics,
    "other": lambda other, words: words.pieces("audit.other", code=code(clip(other, NAME_LIMIT))),
    "note": _note,
    "push": lambda number, words: [words.say("audit.of.push", name=str(number))],
    "chats": lambda chats, words: [words.say("audit.chats", n=int(chats))],
    "loud": lambda _, words: [words.say("audit.loud")],
    "trust": lambda trust, words: words.pieces("audit.trust", trust=code(clip(trust, NAME_LIMIT))),
    "url": lambda url, _: [code(clip(url, URL_LIMIT))],
    "source": lambda source, words: [words.say("audit.by.source", name=clip(source, NAME_LIMIT))],
}
