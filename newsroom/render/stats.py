"""How things stand, for editors: of one push, and of all of them with the engine that sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsroom.bidi import direction_of
from newsroom.engine import EngineState
from newsroom.message import Message
from newsroom.paging import clip
from newsroom.render import control, doubting, reasons, telling
from newsroom.text import Piece, Text, bold, code, plain
from newsroom.words import Words
from storage.figures import Refused, Totals
from storage.records import Composed, Push, PushState, Story

SUBJECT_LIMIT = 120
DECIMALS_BELOW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A push as it stands. `rate` is outcomes a second; `brake` says what keeps it from going out.

    `unchanged`: what was said of sent ones. `unsure` chats wait for an editor's word: they may have a copy.
    """

    push: Push
    story: Story | None = None
    rate: float | None = None
    brake: Sequence[str] = ()
    refused: Sequence[Refused] = field(default=())
    unchanged: Sequence[Refused] = field(default=())
    unsure: int = 0

    @property
    def seconds_left(self) -> float | None:
        """None where it does not move, or where nothing is left."""
        left = self.push.counts.open
        if self.push.state is not PushState.RUNNING or self.brake or not self.rate or not left:
            return None
        return left / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All pushes, those that are going out, and the engine."""

    totals: Totals
    going: Sequence[Push]
    engine: EngineState
    brake: Sequence[str]


def of_push(standing: Standing, words: Words, now: datetime) -> Message:
    push = standing.push
    text = Text(words.direction).line(*control.title(push, words, now)).line(*subject(standing, words))
    planned, sent, rejected, *others = control.counts(push.counts, words)
    text.gap().lines([planned, sent, *reasons.lines(standing.unchanged, words)])
    text.lines([rejected, *reasons.lines(standing.refused, words), *others])
    text.gap().lines(_pace(standing, words, now)).lines(standing.brake)
    return text.message(*control.buttons(push, words), doubting.button(push, standing.unsure, words))


def of_all(whole: Whole, words: Words, now: datetime) -> Message:
    text = Text(words.direction).line(bold(words.count(whole.totals.pushes, "stats.pushes")))
    text.lines(control.counts(whole.totals.counts, words))
    text.gap().lines(_engine(whole.engine, words)).lines(whole.brake)
    for push in whole.going[: control.MOST_PUSHES]:
        text.gap().add(control.entry(push, words, now))
    return text.message()


def subject(standing: Standing, words: Words) -> list[Piece]:
    """What goes out: the story's headline and code, or how the composed message begins."""
    story = standing.story
    if story is not None:
        told = telling.headline(story.revision, words, SUBJECT_LIMIT)
        return [told, telling.SEPARATOR, code(story.code)]
    begins = clip(_text_of(standing.push.composed), SUBJECT_LIMIT)
    return [plain(begins, direction_of(begins, words.direction))] if begins else []


def pace(rate: float, words: Words) -> str:
    """A rate as people say it: whole, but for a slow one."""
    return words.number(round(rate) if rate >= DECIMALS_BELOW else round(rate, 1))


def _pace(standing: Standing, words: Words, now: datetime) -> list[str]:
    push, lines = standing.push, list[str]()
    if push.state is PushState.RUNNING and standing.rate is not None:
        lines.append(words.say("stats.rate", rate=pace(standing.rate, words)))
    if (seconds := standing.seconds_left) is not None:
        lines.append(words.say("stats.left", time=words.duration(seconds)))
    if push.deliver_by is not None and push.counts.open:
        lines.append(words.say("stats.deadline", time=words.moment(push.deliver_by, now)))
    return lines


def _engine(engine: EngineState, words: Words) -> list[str]:
    if not engine.sends:
        return [words.say("stats.elsewhere")]
    now, most = pace(engine.rate, words), pace(engine.permitted, words)
    lines = [words.say("stats.pace", rate=now, permitted=most), words.say("stats.window", n=engine.window)]
    if engine.penalty > 0:
        lines.append(words.say("stats.penalty", time=words.duration(engine.penalty)))
    return lines


def _text_of(composed: Composed | None) -> str:
    params = composed.params if composed else {}
    return str(params.get("text") or params.get("caption") or "")
