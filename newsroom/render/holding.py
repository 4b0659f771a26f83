"""A story that is being checked, as editors see it."""

from __future__ import annotations

from newsroom.actions import Verb
from newsroom.message import Message
from newsroom.render import copies, telling
from newsroom.text import Text, bold
from newsroom.words import Words
from storage.records import Push, Story, StoryState


def held(story: Story, push: Push | None, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("hold.done")))
    text.line(telling.headline(story.revision, words)).line(*telling.code_line(story, words))
    release = telling.button(words.say("hold.release"), Verb.RELEASE, story.code)
    return copies.with_push(text, push, words).message([release], about=story.code)


def released(story: Story, push: Push | None, words: Words) -> Message:
    """One that was not out before is approved now, and waits for its hour or for `/breaking`."""
    is_out = story.state is StoryState.PUBLISHED
    done = words.say("release.done") if is_out else words.say("release.approved")
    text = Text(words.direction).line(bold(done))
    text.line(telling.headline(story.revision, words)).line(*telling.code_line(story, words))
    return copies.with_push(text, push, words).message(about=story.code)
