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
        text.add(queue.said(one.said, words, now)).lines(telling.standing(story, words, now)).add(kin)
    embargoed = one.matter is Matter.BREAKING and story.opens_at is not None and story.opens_at > now
    return text.message(_buttons(one, words, embargoed=embargoed), about=one.code)


def decided(story: Story | None, words: Words) -> Message:
    """Without a story, for who may see none."""
    text = Text(words.direction).line(bold(words.say("advisory.decided")))
    if story is None:
        return text.message()
    text.line(telling.headline(story.revision, words, queue.HEADING_LIMIT))
    text.line(*telling.code_line(story, words))
    return text.message([telling.button(words.say("button.open"), Verb.OPEN, story.code)], about=story.code)


def _buttons(one: Pending, words: Words, *, embargoed: bool) -> list[Button]:
    if one.matter is Matter.DOUBTFUL:
        return [telling.button(words.say("button.open"), Verb.OPEN, one.code)]
    subject = f"{one.code}.{one.number}"
    do = "button.decide_embargoed" if embargoed else f"button.decide_{one.matter}"
    leave = words.say("button.reject") if one.matter is Matter.BREAKING else words.say("button.leave_as_is")
    decide = telling.button(words.say(do), Verb.DECIDE, subject)
    return [decide, telling.button(leave, Verb.TURN_DOWN, subject)]
