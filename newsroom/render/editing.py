"""What editors see: how copy was understood, what a push would do, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.paging import clip
from newsroom.render import telling
from newsroom.text import Piece, Text, bold, italic, plain
from newsroom.words import Words
from storage.records import Push, Section, SectionKind, Story, StoryState

MOST_SECTIONS = 12
HEADING_LIMIT = 80


def filed(story: Story, outcome: str, words: Words, now: datetime) -> Message:
    """After copy was taken: what was understood of it, so that an editor sees at once what was not."""
    text = Text(words.direction).line(bold(words.say(f"filed.{outcome}")))
    text.line(telling.headline(story.revision, words)).add(_understood(story, words, now))
    text.gap().lines(telling.standing(story, words, now))
    if story.state is StoryState.REVIEW:
        text.line(words.say("filed.approve", command=f"/approve {story.code}"))
    if story.state in (StoryState.REVIEW, StoryState.PUBLISHED):
        text.gap().line(words.say("filed.break", command=f"/breaking {story.code}"))
    return text.message(_openers(story, words), about=story.code)


def proposal(push: Push, audience: int, seconds: float, words: Words, *, token: str) -> Message:
    """The question under what readers would see: how many chats, how long, and the word to give."""
    text = Text(words.direction).line(bold(words.say(f"push.{push.kind}")))
    text.line(words.count(audience, "proposal.audience"))
    text.line(words.say("proposal.time", time=words.duration(seconds)))
    send = telling.button(words.count(audience, "proposal.send"), Verb.SEND, token)
    drop = telling.button(words.say("proposal.drop"), Verb.DROP, token)
    return text.message([send], [drop])


def sending(push: Push, audience: int, words: Words) -> Message:
    said = Text(words.direction).line(words.count(audience, "push.sending")).message()
    return replace(said, tracks=push.id)


def dropped(words: Words) -> Message:
    return Text(words.direction).line(words.say("push.dropped")).message()


def _understood(story: Story, words: Words, now: datetime) -> Text:
    told = story.revision
    text = Text(words.direction)
    if told.headline_derived:
        text.line(italic(words.say("story.headline_derived")))
    signed = telling.credit(told, words) or [words.say("filed.no_credit")]
    text.gap().line(words.say("filed.credit"), " ", *signed)
    text.line(words.say("filed.taken", time=words.moment(told.created_at, now)))
    for line in _section_lines(told.sections, told.language, words):
        text.line(*line)
    text.line(words.count(len(story.related), "filed.related"))
    return text.line(*telling.code_line(story, words))


def _section_lines(sections: Sequence[Section], language: str, words: Words) -> Iterator[list[Piece]]:
    body = [section for section in sections if section.kind is SectionKind.BODY]
    lead = sum(len(section.paragraphs) for section in sections if section.kind is SectionKind.LEAD)
    yield [words.say("filed.lead", length=words.count(lead, "count.paragraphs"))]
    yield [words.count(len(body), "filed.sections")]
    for section in body[:MOST_SECTIONS]:
        heading = clip(section.heading or words.say("sections.untitled"), HEADING_LIMIT)
        length = words.count(len(section.paragraphs), "count.paragraphs")
        yield words.pieces(
            "filed.section", heading=plain(heading, telling.way(language, heading)), length=length
        )


def _openers(story: Story, words: Words) -> list[Button]:
    if story.state is StoryState.KILLED:
        return []
    return [telling.button(words.say("button.open"), Verb.OPEN, story.code)]
