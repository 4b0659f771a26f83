"""A push that waits for editors' words, as they see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.render import control, stats, telling
from newsroom.render.stats import Standing
from newsroom.text import Text, bold, code
from newsroom.words import Words
from storage.records import Push


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`given` of the words that are `needed`; `may_approve` where the editor's own is still wanted."""

    standing: Standing
    audience: int
    seconds: float
    given: int
    needed: int
    may_approve: bool


def asking(found: Asking, words: Words, now: datetime) -> Message:
    push = found.standing.push
    text = Text(words.direction).line(*control.title(push, words, now))
    text.line(*stats.subject(found.standing, words))
    text.gap().line(words.count(found.audience, "approval.audience"))
    text.line(words.say("proposal.time", time=words.duration(found.seconds)))
    text.line(words.say("approval.given", given=found.given, needed=found.needed))
    if push.created_by is not None:
        text.line(*words.pieces("approval.by", by=code(str(push.created_by))))
    return text.message(*_buttons(found, words))


def noted(push: Push, given: int, needed: int, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("push.needs_approval")))
    text.line(words.say("approval.given", given=given, needed=needed))
    return text.line(words.say("unsure.stats", id=str(push.id))).message()


def rejected(push: Push, words: Words) -> Message:
    return Text(words.direction).line(bold(words.say("approval.rejected", id=str(push.id)))).message()


def _buttons(found: Asking, words: Words) -> list[list[Button]]:
    subject = str(found.standing.push.id)
    approve = telling.button(words.say("button.approve"), Verb.APPROVE, subject)
    reject = telling.button(words.say("button.reject"), Verb.REJECT, subject)
    return [[approve, reject] if found.may_approve else [reject]]
