"""What waits for an editor's decision, told without being asked for."""

from __future__ import annotations

from datetime import datetime

from newsroom.actions import Verb
from newsroom.events import Company
from newsroom.message import Button, Message
from newsroom.render import events, queue, telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.advisories import Matter, Pending
from storage.records import Story
from storage.waiting import Waiting


def pending(one: Pending, story: Story, company: Company, words: Words, now: datetime) -> Message:
    """What is to be decided, about what, who says so and when, and the two ways."""
    text = Text(words.direction).line(bold(words.say(f"advisory.{one.matter}")))
    kin = events.shown(company, story, words)
    if isinstance(one.said, Waiting):
        text.add(queue.telling_of(one.said, words, now)).add(kin).line(*telling.code_line(story, words))
    elif one.matter is Matter.DOUBTFUL:
        text.add(queue.unsent(one.said, kin, words, now))
    else:
        text.add(queue.said(one.said, words, now)).add(kin)
    return text.message(_buttons(one, words), about=one.code)


def decided(story: Story, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("advisory.decided")))
    text.line(telling.headline(story.revision, words, queue.HEADING_LIMIT))
    text.line(*telling.code_line(story, words))
    return text.message([telling.button(words.say("button.open"), Verb.OPEN, story.code)], about=story.code)


def _buttons(one: Pending, words: Words) -> list[Button]:
    if one.matter is Matter.DOUBTFUL:
        return [telling.button(words.say("button.open"), Verb.OPEN, one.code)]
    subject = f"{one.code}.{one.number}"
    decide = telling.button(words.say(f"button.decide_{one.matter}"), Verb.DECIDE, subject)
    return [decide, telling.button(words.say("button.reject"), Verb.TURN_DOWN, subject)]
