"""The audit, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsroom.actions import Verb
from newsroom.bidi import direction_of
from newsroom.message import Button, Message
from newsroom.paging import clip
from newsroom.render import particulars, telling
from newsroom.text import Piece, Text, bold, code, plain
from newsroom.words import Words
from storage.audit import Entry

NAME_LIMIT = 40
ACTIONS = frozenset(
    {
        "approve",
        "cancel",
        "copies.correction",
        "copies.hold",
        "copies.kill",
        "copies.release",
        "copies.update",
        "drop",
        "editor.add",
        "editor.remove",
        "event.merge",
        "event.split",
        "feed.add",
        "feed.pause",
        "feed.remove",
        "feed.resume",
        "feed.trust",
        "halt",
        "leave",
        "pause",
        "publish",
        "reject",
        "resend",
        "send",
        "story.approve",
        "story.correct",
        "story.embargo",
        "story.hold",
        "story.kill",
        "story.lift",
        "story.open",
        "story.publish",
        "story.reject",
        "story.release",
        "story.schedule",
        "story.unschedule",
        "telling.approve",
        "telling.reject",
        "topics",
        "unhalt",
        "unpause",
    }
)
ACTORS = frozenset({"clock", "editor", "operator", "settings", "source"})
SUBJECTS = frozenset({"bot", "editor", "feed", "push", "story"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page. `broken` is the first entry that was changed or follows a gap; `names` are editors'."""

    entries: Sequence[Entry]
    older: bool = False
    newest: bool = True
    broken: int | None = None
    names: Mapping[int, str] = field(default_factory=dict)


def leaf(found: Leaf, words: Words, now: datetime) -> Message:
    text = Text(words.direction).line(bold(words.say("audit.title")))
    if not found.entries:
        return text.line(words.say("audit.empty")).message()
    if found.newest:
        text.line(_chain(found, words))
    for entry in found.entries:
        text.gap().line(*_who(entry, found.names, words, now)).line(*_what(entry, words))
        text.line(*particulars.of(entry, words, now))
    return text.message(_buttons(found, words))


def _chain(found: Leaf, words: Words) -> str:
    return words.say("audit.broken", id=found.broken) if found.broken else words.say("audit.holds")


def _who(entry: Entry, names: Mapping[int, str], words: Words, now: datetime) -> list[Piece]:
    return words.pieces(
        "audit.who",
        id=code(str(entry.id)),
        time=words.time(entry.at, now),
        who=_actor(entry.actor, names, words),
    )


def _what(entry: Entry, words: Words) -> list[Piece]:
    known = entry.action in ACTIONS
    what: Piece = words.say(f"audit.did.{entry.action}") if known else code(entry.action)
    return words.pieces("audit.what", what=what, subject=_subject(entry.subject, words))


def _actor(actor: str, names: Mapping[int, str], words: Words) -> Piece:
    kind, _, name = actor.partition(":")
    if kind == "editor" and name.isdecimal():
        called = clip(names.get(int(name), ""), NAME_LIMIT)
        return plain(called, direction_of(called, words.direction)) if called else code(name)
    if kind not in ACTORS:
        return code(clip(actor, NAME_LIMIT))
    return words.say(f"audit.by.{kind}", name=clip(name, NAME_LIMIT)).strip()


def _subject(subject: str, words: Words) -> Piece:
    kind, _, name = subject.partition(":")
    if kind == "story":
        return code(name)
    return words.say(f"audit.of.{kind}", name=name).strip() if kind in SUBJECTS else code(subject)


def _buttons(found: Leaf, words: Words) -> list[Button]:
    buttons = list[Button]()
    if found.older:
        last = str(found.entries[-1].id)
        buttons.append(telling.button(words.say("audit.older"), Verb.AUDIT, last))
    if not found.newest:
        buttons.append(telling.button(words.say("audit.newest"), Verb.AUDIT, "0"))
    return buttons
