"""What goes out, as editors see it: how a push stands, and what stopping it or letting it go on has done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.render import telling
from newsroom.text import Piece, Text, bold, code
from newsroom.words import Words
from storage.records import Counts, Push, PushState

MOST_PUSHES = 10
GOING = (PushState.APPROVED, PushState.RUNNING)


def status(push: Push, words: Words, now: datetime) -> Message:
    return _standing(push, words, now).message(*buttons(push, words))


def stopped(push: Push, under_way: int, words: Words, now: datetime) -> Message:
    """After a pause or a cancel: what may still arrive, and how to go on."""
    text = Text(words.direction).line(bold(words.say(f"stopped.{push.state}")))
    text.line(words.count(under_way, "stopped.under_way"))
    return text.gap().add(_standing(push, words, now)).message(*buttons(push, words))


def going_on(push: Push, brake: Sequence[str], words: Words, now: datetime) -> Message:
    """`brake` says what keeps it from going out all the same."""
    text = Text(words.direction).line(bold(words.say("unpaused.title"))).lines(brake)
    return text.gap().add(_standing(push, words, now)).message(*buttons(push, words))


def too_late(push: Push, words: Words, now: datetime) -> Message:
    """Let go on after its deadline: what had not gone out is given up."""
    text = Text(words.direction).line(bold(words.say("unpaused.late")))
    return text.gap().add(_standing(push, words, now)).message()


def halted(under_way: int, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("halt.done")))
    text.line(words.count(under_way, "stopped.under_way")).line(words.say("halt.lift"))
    return text.message([telling.button(words.say("button.unhalt"), Verb.UNHALT, "bot")])


def unhalted(due: Sequence[Push], halt_file: str | None, words: Words, now: datetime) -> Message:
    """What goes out now, or would if there were no file that halts as well."""
    text = Text(words.direction).line(bold(words.say("halt.lifted"))).lines(brake(words, None, halt_file))
    text.line(words.count(len(due), "halt.due"))
    for push in due[:MOST_PUSHES]:
        text.gap().add(entry(push, words, now))
    return text.message()


def brake(words: Words, halted_by: str | None, halt_file: str | None) -> list[str]:
    """Why nothing goes out to readers; empty where it does."""
    by_row = [words.say("halt.stands", by=halted_by)] if halted_by else []
    return by_row + ([words.say("halt.file", file=halt_file)] if halt_file else [])


def entry(push: Push, words: Words, now: datetime) -> Text:
    """Two lines of a list: which push it is, then how far it has come."""
    text = Text(words.direction).line(*title(push, words, now))
    sent, planned, left = push.counts.sent, push.counts.planned, push.counts.open
    return text.line(words.say("queue.counts", sent=sent, planned=planned, open=left))


def title(push: Push, words: Words, now: datetime) -> list[Piece]:
    return words.pieces(
        "push.title",
        id=code(str(push.id)),
        kind=words.say("push.digest_changed") if push.digest_id else words.say(f"push.{push.kind}"),
        state=words.say(f"push.state.{push.state}"),
        time=words.time(push.created_at, now),
    )


def buttons(push: Push, words: Words) -> list[list[Button]]:
    """Stopping works at once; so does going on, with what was shown when the push was released."""
    subject = str(push.id)
    if push.state is PushState.PAUSED:
        first = telling.button(words.say("button.unpause"), Verb.UNPAUSE, subject)
    elif push.state in GOING:
        first = telling.button(words.say("button.pause"), Verb.PAUSE, subject)
    else:
        return []
    return [[first, telling.button(words.say("button.cancel"), Verb.CANCEL, subject)]]


def _standing(push: Push, words: Words, now: datetime) -> Text:
    return Text(words.direction).line(*title(push, words, now)).lines(counts(push.counts, words))


def counts(counts: Counts, words: Words) -> list[str]:
    """G1, line by line."""
    return [
        words.say("stats.planned", n=counts.planned),
        words.say("stats.sent", n=counts.sent),
        words.say("stats.rejected", n=counts.rejected),
        words.say("stats.cancelled", n=counts.cancelled),
        words.say("stats.expired", n=counts.expired),
        words.say("stats.unknown", n=counts.unknown),
        words.say("stats.open", n=counts.open),
    ]
