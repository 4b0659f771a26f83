"""Delivered copies: what readers see in place of one or under it, and what editors see of that."""

from __future__ import annotations

from datetime import datetime

from newsroom.actions import Verb
from newsroom.message import Message
from newsroom.render import cards, telling
from newsroom.text import Text, bold, code
from newsroom.words import Words
from storage.copies import Reach
from storage.records import Act, Push, RevisionKind, Story, StoryState


def told(story: Story, push: Push, act: Act, words: Words, *, broke: bool) -> Message:
    """What the chats of one variant get of a push of `EDITS`. `broke`: the story was breaking news."""
    if act is Act.REPLY:
        return notice(story, words)
    return copy(story, words, push.created_at, broke=broke, unsure=act is not Act.EDIT)


def copy(story: Story, words: Words, now: datetime, *, broke: bool, unsure: bool = False) -> Message:
    """A copy as it stands in a chat once it is changed."""
    show = cards.alert if broke else cards.news
    return show(story, words, now, unsure=unsure)


def notice(story: Story, words: Words) -> Message:
    """The reply to a copy that was changed: why, and of what."""
    if story.state is StoryState.KILLED:
        text = Text(words.direction).line(bold(words.say("story.withdrawn.notice")))
        text.line(words.say("story.withdrawn.ask"))
        return text.gap().line(*telling.code_line(story, words)).message(about=story.code)
    text = Text(words.direction).add(cards.marks(story, words))
    text.gap().line(telling.headline(story.revision, words))
    opener = telling.button(words.say("button.open"), Verb.OPEN, story.code)
    return text.gap().line(*telling.code_line(story, words)).message([opener], about=story.code)


def kill_question(story: Story, reached: Reach, seconds: float, words: Words, *, token: str) -> Message:
    text = Text(words.direction).line(bold(words.say("push.kill")))
    text.line(telling.headline(story.revision, words)).line(*telling.code_line(story, words))
    text.gap().line(words.say("kill.final"))
    _add_reach(text, reached, seconds, words)
    return text.message(
        [telling.button(words.say("kill.do"), Verb.AMEND, token)],
        [telling.button(words.say("proposal.drop"), Verb.LEAVE, token)],
    )


def asked_for_copy(story: Story, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("push.correction")))
    text.line(telling.headline(story.revision, words)).line(*telling.code_line(story, words))
    return text.gap().line(words.say("correction.ask")).message(about=story.code)


def correction_question(
    corrected: Story, reached: Reach, seconds: float, words: Words, *, token: str
) -> Message:
    """`seconds`: of editing; to reply as well takes twice the time."""
    corrects = corrected.revision.kind is RevisionKind.CORRECTION
    title = words.say("push.correction") if corrects else words.say("push.update")
    text = Text(words.direction).line(bold(title))
    if corrects and not corrected.revision.correction_note:
        text.line(words.say("correction.no_note"))
    text.gap().line(words.count(reached.chats, "amend.reach"))
    if reached.chats:
        once, twice = words.duration(seconds), words.duration(2 * seconds)
        text.line(words.say("correction.time", once=once, twice=twice))
    rows = [[telling.button(words.say("correction.quietly"), Verb.AMEND, token)]]
    if reached.copies:
        rows.append([telling.button(words.say("correction.loudly"), Verb.AMEND_LOUDLY, token)])
    return text.message(*rows, [telling.button(words.say("proposal.drop"), Verb.LEAVE, token)])


def corrected(story: Story, push: Push | None, words: Words) -> Message:
    return _changed(story, push, words.say("correction.done"), words)


def let_in(story: Story, push: Push | None, words: Words) -> Message:
    """After a telling that waited was approved."""
    if story.revision.kind is RevisionKind.CORRECTION:
        return corrected(story, push, words)
    return _changed(story, push, words.say("approve.telling"), words)


def _changed(story: Story, push: Push | None, done: str, words: Words) -> Message:
    text = Text(words.direction).line(bold(done)).line(*telling.code_line(story, words))
    return with_push(text, push, words).message()


def killed(story: Story, push: Push | None, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("kill.done")))
    text.line(*telling.code_line(story, words))
    return with_push(text, push, words).message()


def left(words: Words) -> Message:
    return Text(words.direction).line(words.say("amend.left")).message()


def _add_reach(text: Text, reached: Reach, seconds: float, words: Words) -> None:
    text.line(words.count(reached.chats, "amend.reach"))
    if reached.digests:
        text.line(words.count(reached.digests, "amend.digests"))
    if reached.chats or reached.digests:
        text.line(words.say("proposal.time", time=words.duration(seconds)))


def with_push(text: Text, push: Push | None, words: Words) -> Text:
    if push is None:
        return text.line(words.count(0, "amend.reach"))
    return text.line(*words.pieces("amend.push", id=code(str(push.id))))
