"""What may or may not have arrived, as editors see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.paging import clip
from newsroom.render import control, telling
from newsroom.text import Piece, Text, bold, code
from newsroom.words import Words
from storage.doubts import Doubt, Doubts
from storage.records import Push, PushState

TITLE_LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the chats; `rest` is how many come after it."""

    push: Push
    doubts: Doubts
    chats: Sequence[Doubt]
    page: int
    rest: int


def listed(found: Listed, words: Words, now: datetime) -> Message:
    text = Text(words.direction).line(*control.title(found.push, words, now))
    text.line(bold(words.count(found.doubts.unsure, "unsure.title"))).line(words.say("unsure.why"))
    text.gap()
    for doubt in found.chats:
        text.line(*_line(doubt, words, now))
    if found.doubts.resendable < found.doubts.unsure:
        text.gap().line(words.say("unsure.twice"))
    return text.message(*_buttons(found, words))


def resent(push: Push, chats: int, words: Words) -> Message:
    return _done(words.count(chats, "unsure.resent"), push, words)


def left(push: Push, chats: int, words: Words) -> Message:
    return _done(words.count(chats, "unsure.left"), push, words)


def button(push: Push, unsure: int, words: Words) -> list[Button]:
    """To the list, where there is one."""
    said = words.say("unsure.show", n=unsure)
    return [telling.button(said, Verb.UNSURE, f"{push.id}.1")] if unsure else []


def _done(said: str, push: Push, words: Words) -> Message:
    stats = words.say("unsure.stats", id=str(push.id))
    return Text(words.direction).line(bold(said)).line(stats).message()


def _line(doubt: Doubt, words: Words, now: datetime) -> list[Piece]:
    title = clip(doubt.title or words.say(f"chat.{doubt.kind}"), TITLE_LIMIT)
    at = words.time(doubt.at, now) if doubt.at else ""
    return words.pieces("unsure.chat", chat=code(str(doubt.telegram_id)), title=title, time=at)


def _buttons(found: Listed, words: Words) -> list[list[Button]]:
    push, doubts = found.push, found.doubts
    rows = list[list[Button]]()
    if found.rest > 0:
        more = words.say("unsure.more", n=found.rest)
        rows.append([telling.button(more, Verb.UNSURE, f"{push.id}.{found.page + 1}")])
    which = f"{push.id}.{doubts.mark}"
    if doubts.resendable and push.state is not PushState.CANCELLED:
        again = words.count(doubts.resendable, "unsure.resend")
        rows.append([telling.button(again, Verb.RESEND, which)])
    rows.append([telling.button(words.say("unsure.leave"), Verb.LET_BE, which)])
    return rows
