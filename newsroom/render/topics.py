"""The list of topics, each with a button for its newest stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.render import telling
from newsroom.text import Text, bold
from newsroom.topics import Topic
from newsroom.words import Words
from storage.records import Story

A_ROW = 2


def listed(found: Sequence[tuple[Topic, int]], words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("topics.title"))).line(words.say("topics.how")).gap()
    for topic, stories in found:
        text.line(
            words.say("topics.line", name=name(topic, words), stories=words.count(stories, "count.stories"))
        )
    return text.message(*_rows([topic for topic, _ in found], words))


def chosen(story: Story, topics: Sequence[Topic], words: Words) -> Message:
    """After an editor chose a story's topics."""
    names = words.listed([name(topic, words) for topic in topics])
    text = Text(words.direction).line(words.say("topics.chosen", topics=names))
    return text.line(*telling.code_line(story, words)).message(about=story.code)


def name(topic: Topic, words: Words) -> str:
    return words.say(topic.name)


def _rows(topics: Sequence[Topic], words: Words) -> Iterator[list[Button]]:
    buttons = [telling.button(name(topic, words), Verb.TOPIC, topic.slug) for topic in topics]
    for start in range(0, len(buttons), A_ROW):
        yield buttons[start : start + A_ROW]
