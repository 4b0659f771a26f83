"""What a chat follows: the answers to `/follow` and `/unfollow`."""

from __future__ import annotations

from newsroom.actions import Verb
from newsroom.message import Message
from newsroom.render import telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import Story

HEADLINE_LIMIT = 200


def followed(words: Words, story: Story) -> Message:
    told = telling.headline(story.revision, words, HEADLINE_LIMIT)
    text = Text(words.direction).line(*words.pieces("follow.done", headline=told))
    undo = telling.button(words.say("button.unfollow"), Verb.UNFOLLOW, story.code)
    return text.message([undo], about=story.code)


def unfollowed(words: Words, story: Story) -> Message:
    told = telling.headline(story.revision, words, HEADLINE_LIMIT)
    text = Text(words.direction).line(*words.pieces("unfollow.done", headline=told))
    return text.message(about=story.code)


def followed_topic(words: Words, topic: str) -> Message:
    name = bold(words.say(f"topic.{topic}"))
    return Text(words.direction).line(*words.pieces("follow.topic", topic=name)).message()


def unfollowed_topic(words: Words, topic: str) -> Message:
    name = bold(words.say(f"topic.{topic}"))
    return Text(words.direction).line(*words.pieces("unfollow.topic", topic=name)).message()


def followed_words(words: Words, wanted: str) -> Message:
    return Text(words.direction).line(*words.pieces("follow.words", words=bold(wanted))).message()


def unfollowed_words(words: Words, wanted: str) -> Message:
    return Text(words.direction).line(*words.pieces("unfollow.words", words=bold(wanted))).message()
