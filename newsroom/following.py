"""Followers: what a chat follows, and when it is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsroom import deadlines, questions, topics
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import following as pages
from newsroom.render import whole
from newsroom.terms import query, terms_of
from storage import chats, follow_ups, pushes, stories
from storage import topics as kept_topics
from storage.database import Transaction
from storage.records import Followers, Lane, Push, PushKind, Revision, Story, StoryState

COOLDOWN = timedelta(minutes=30)
"""Between two pushes of one story to its followers: takes that come in between are told as one."""

MOST = 100  # in one transaction; the rest at the next tick
MOST_FOLLOWED = 200
MOST_WORDS, LONGEST_WORDS = 5, 100
LETTERS_READ = 100_000


def follow(tx: Transaction, asker: Asker, typed: str) -> Message:
    """`typed`: a story's code, a topic by any of its names, or words."""
    if not typed.strip():
        raise Refusal("follow_missing")
    _require_room(tx, asker)
    if questions.names_story(tx, asker, typed):
        story = questions.find(tx, asker, typed)
        _subscribe(tx, asker, "story", story.code)
        return pages.followed(asker.words, story)
    if (topic := topics.read(typed)) is not None:
        _subscribe(tx, asker, "topic", topic)
        return pages.followed_topic(asker.words, topic)
    words = _words(typed)
    _subscribe(tx, asker, "words", words)
    return pages.followed_words(asker.words, words)


def unfollow(tx: Transaction, asker: Asker, typed: str) -> Message:
    if not typed.strip():
        raise Refusal("unfollow_missing")
    if questions.names_story(tx, asker, typed):
        story = questions.find(tx, asker, typed)
        chats.unsubscribe(tx, asker.chat.id, scope="story", value=story.code)
        return pages.unfollowed(asker.words, story)
    if (topic := topics.read(typed)) is not None and _ended(tx, asker, "topic", topic):
        return pages.unfollowed_topic(asker.words, topic)
    words = _words(typed)
    if not _ended(tx, asker, "words", words):
        raise Refusal("not_followed", typed=words)
    return pages.unfollowed_words(asker.words, words)


def note(tx: Transaction, story_id: int, now: datetime) -> None:
    """A story is out, or says something new: its followers are told, not more often than they would like."""
    follow_ups.plan(tx, story_id, due_at(follow_ups.last_told(tx, story_id), now))


def note_new(tx: Transaction, story_id: int, now: datetime) -> None:
    """A story that this transaction has made is out: nobody was told of it yet."""
    follow_ups.plan(tx, story_id, due_at(None, now))


def due_at(last: datetime | None, now: datetime) -> datetime:
    return now if last is None else max(now, last + COOLDOWN)


def tell(tx: Transaction, now: datetime) -> list[Push]:
    """The pushes to followers that have come due."""
    told = [_tell(tx, one, now) for one in follow_ups.due(tx, now, MOST)]
    return [push for push in told if push is not None]


def _tell(tx: Transaction, one: follow_ups.FollowUp, now: datetime) -> Push | None:
    story = stories.by_id(tx, one.story_id)
    if not follow_ups.done(tx, one.story_id, now) or story is None or story.state is not StoryState.PUBLISHED:
        return None
    followers = _new_to(tx, story) if one.is_new else _told_again(tx, story)
    if not followers.wanted:
        return None
    return pushes.create(
        tx,
        kind=PushKind.FOLLOW,
        lane=Lane.UPDATE,
        story_id=story.id,
        revision=story.revision.number,
        once=f"follow:{story.id}:{story.revision.number}",
        followers=followers,
        parts=whole.count(story.revision) if one.is_new else 1,
        deliver_by=deadlines.deadline(PushKind.FOLLOW, now),
        now=now,
    )


def _new_to(tx: Transaction, story: Story) -> Followers:
    """Those who follow its topics or its words, or want everything.

    Who gets breaking news has it by that, if it broke.
    """
    said = _said(story.revision)
    words = [words for words in follow_ups.words_followed(tx) if said.issuperset(query(words))]
    of_topics = follow_ups.topics_followed(tx, kept_topics.of(tx, story.id))
    wanted = [("topic", topic) for topic in of_topics] + [("words", one) for one in words]
    wanted += [("all", "")] if follow_ups.everything_wanted(tx) else []
    return Followers(wanted=tuple(wanted), besides_breaking=pushes.broke(tx, story.id))


def _told_again(tx: Transaction, story: Story) -> Followers:
    followed = follow_ups.is_followed(tx, story.code)
    return Followers(wanted=(("story", story.code),) if followed else ())


def _said(told: Revision) -> set[str]:
    """Every term of it, however light."""
    parts = [told.headline or ""]
    for section in told.sections:
        parts += [section.heading or "", *section.paragraphs]
    return set(terms_of("\n".join(parts)[:LETTERS_READ]))


def _subscribe(tx: Transaction, asker: Asker, scope: str, value: str) -> None:
    chats.subscribe(tx, asker.chat.id, scope=scope, value=value, how="all", now=asker.now)


def _ended(tx: Transaction, asker: Asker, scope: str, value: str) -> bool:
    return chats.unsubscribe(tx, asker.chat.id, scope=scope, value=value) > 0


def _words(typed: str) -> str:
    """As the chat wrote them, so that it can read them again; spelled in one way, so that they are one."""
    words = " ".join(typed.split()).casefold()
    if not 1 <= len(query(words)) <= MOST_WORDS or len(words) > LONGEST_WORDS:
        raise Refusal("words_unclear", typed=words[:LONGEST_WORDS])
    return words


def _require_room(tx: Transaction, asker: Asker) -> None:
    followed = [one for one in chats.subscriptions(tx, asker.chat.id) if one.scope != "all"]
    if len(followed) >= MOST_FOLLOWED:
        raise Refusal("follows_too_many", n=MOST_FOLLOWED)
