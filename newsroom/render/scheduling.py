"""When a story is out: what an editor sees after deciding it."""

from __future__ import annotations

from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Message
from newsroom.render import telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import Story


def scheduled(story: Story, opens_at: datetime, words: Words, now: datetime) -> Message:
    said = words.say("schedule.set", time=words.moment(opens_at, now))
    off = words.say("schedule.off", command=f"/schedule {story.code} off")
    return _told(story, words, said, off)


def unscheduled(story: Story, words: Words) -> Message:
    again = words.say("schedule.again", command=f"/schedule {story.code} 18:30")
    return _told(story, words, words.say("schedule.unset"), again)


def approved(story: Story, opens_at: datetime | None, words: Words, now: datetime) -> Message:
    if opens_at is not None:
        return _told(story, words, words.say("approve.embargoed", time=words.moment(opens_at, now)))
    command = words.say("filed.break", command=f"/breaking {story.code}")
    return _told(story, words, words.say("approve.published"), command)


def rejected(story: Story, words: Words) -> Message:
    again = words.say("reject.again", command=f"/approve {story.code}")
    return _told(story, words, words.say("reject.done"), again)


def turned_down(story: Story, words: Words) -> Message:
    return _told(story, words, words.say("reject.telling"))


def _told(story: Story, words: Words, done: str, *more: str) -> Message:
    text = Text(words.direction).line(bold(done)).line(telling.headline(story.revision, words))
    text.gap().lines(more).line(*telling.code_line(story, words))
    return text.message([telling.button(words.say("button.open"), Verb.OPEN, story.code)], about=story.code)
