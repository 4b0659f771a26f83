"""What readers ask, answered inside one transaction: each function is one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom import codes, events, relating, topics
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.render import cards, greetings, lists
from newsroom.render import related as related_page
from newsroom.render import sections as section_pages
from newsroom.render import topics as topic_pages
from newsroom.terms import query
from newsroom.words import Words
from storage import chats, stories, terms
from storage import topics as kept_topics
from storage.database import Transaction
from storage.records import Chat, Story, StoryState

LATEST, MOST_LATEST = 8, 20
MOST_RELATED = 6
TOPICS_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The chat that asks, the words that it is answered in, the instant; `edits` where an editor asks."""

    chat: Chat
    words: Words
    now: datetime
    edits: bool = False


def latest(tx: Transaction, asker: Asker, argument: str) -> Message:
    """`argument`: nothing, how many, or a topic, by any of its names."""
    wanted = argument.strip()
    is_number = wanted.isdecimal()
    limit = min(max(int(wanted[:2]), 1), MOST_LATEST) if is_number else LATEST
    topic = (topics.read(wanted) or wanted) if wanted and not is_number else None
    lines = stories.latest(tx, limit=limit, topic=topic, now=asker.now)
    if not lines:
        raise Refusal("topic_empty", topic=wanted[:80]) if topic else Refusal("nothing_yet")
    return lists.latest(lines, asker.words, asker.now)


def topic_list(tx: Transaction, asker: Asker) -> Message:
    """The topics that have stories, with how many of this week's."""
    counted = kept_topics.counts(tx, asker.now - TOPICS_LOOK_BACK, asker.now)
    listed = [(topic, counted[topic.slug]) for topic in topics.TOPICS if counted.get(topic.slug)]
    if not listed:
        raise Refusal("nothing_yet")
    return topic_pages.listed(listed, asker.words)


def search(tx: Transaction, asker: Asker, wanted: str) -> Message:
    if not wanted.strip():
        raise Refusal("search_missing")
    lines = terms.search(tx, query(wanted), limit=LATEST, now=asker.now)
    if not lines:
        raise Refusal("search_empty", wanted=wanted[:80])
    return lists.search(lines, wanted, asker.words, asker.now)


def story(tx: Transaction, asker: Asker, typed: str) -> Message:
    found = find(tx, asker, typed)
    follows = any((s.scope, s.value) == ("story", found.code) for s in chats.subscriptions(tx, asker.chat.id))
    company = events.company(tx, found) if asker.edits else None
    return cards.story(
        found, asker.words, asker.now, for_editor=asker.edits, company=company, followed=follows
    )


def contents(tx: Transaction, asker: Asker, typed: str) -> Message:
    found = find(tx, asker, typed)
    return section_pages.contents(found, asker.words)


def section(tx: Transaction, asker: Asker, code: str, anchor: str, page: int) -> Message:
    return section_pages.section(find(tx, asker, code), anchor, page, asker.words)


def related(tx: Transaction, asker: Asker, typed: str, replied_to: int | None) -> Message:
    """Of the story named, else of the message replied to, else of the last story that this chat saw."""
    found = find(tx, asker, typed or _in_view(tx, asker.chat, replied_to))
    own = {link.code for link in found.related if link.code}
    ranked = relating.relations(tx, found, now=asker.now, most=MOST_RELATED + len(own))
    relations = [relation for relation in ranked if relation.line.code not in own][:MOST_RELATED]
    if not (found.related or relations):
        raise Refusal("no_related", code=found.code)
    return related_page.related(found, relations, asker.words, asker.now)


def hint(tx: Transaction, asker: Asker, typed: str) -> Message:
    """For what is no question: a story is offered only where the asker could read it."""
    code = codes.alone(typed)
    found = stories.by_code(tx, code) if code else None
    offered = found.code if found and _may_read(found, asker) else None
    return greetings.hint(asker.words, typed, story=offered, for_editor=asker.edits)


def find(tx: Transaction, asker: Asker, typed: str) -> Story:
    """The story of a code as typed, if the asker may read it now."""
    if not typed.strip():
        raise Refusal("code_missing")
    code = codes.read(typed)
    found = stories.by_code(tx, code) if code else None
    if found is not None and found.state is StoryState.KILLED and found.published_at is not None:
        raise Refusal("story_killed", code=found.code)
    if found is None or not _may_read(found, asker):
        raise Refusal("unknown_code", typed=typed.strip()[:20], near=_near(tx, code, asker.now))
    return found


def names_story(tx: Transaction, asker: Asker, typed: str) -> bool:
    """Whether what was typed is meant as a story's code: by its looks, or because such a story is here."""
    code = codes.read(typed)
    found = stories.by_code(tx, code) if code else None
    return codes.alone(typed) is not None or bool(found and _may_read(found, asker))


def _may_read(found: Story, asker: Asker) -> bool:
    if asker.edits:
        return found.state is not StoryState.KILLED
    embargoed = found.revision.embargo is not None and found.revision.embargo > asker.now
    return found.state is StoryState.PUBLISHED and not embargoed


def _near(tx: Transaction, code: str | None, now: datetime) -> tuple[str, ...]:
    return tuple(stories.published_among(tx, codes.neighbours(code), limit=3, now=now)) if code else ()


def _in_view(tx: Transaction, chat: Chat, replied_to: int | None) -> str:
    seen = chats.story_shown(tx, chat.id, replied_to) if replied_to else None
    return seen or chats.last_story(tx, chat.id) or ""
