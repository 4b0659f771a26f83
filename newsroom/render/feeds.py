"""Feeds as editors see them: how each fares, and what became of its polls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from newsroom.actions import Verb
from newsroom.bidi import direction_of
from newsroom.message import TEXT_LIMIT, Button, Message
from newsroom.paging import clip
from newsroom.render import telling
from newsroom.text import Piece, Text, bold, code, plain
from newsroom.words import Words
from storage.feed_log import Poll
from storage.feeds import Feed, FeedState
from storage.hubs import Subscription

NAME_LIMIT, URL_LIMIT, DETAIL_LIMIT = 60, 200, 160
PAGE_LIMIT = TEXT_LIMIT - 512
MOST_LINES = 15
MOST_BUTTONS = 40


def listed(feeds: Sequence[Feed], words: Words, now: datetime) -> Message:
    """Those in trouble first."""
    text = Text(words.direction)
    if not feeds:
        return text.line(words.say("feeds.none")).line(words.say("feeds.how")).message()
    text.line(bold(words.say("feeds.title")))
    ordered = sorted(feeds, key=lambda feed: (feed.failures == 0, feed.id))
    told = _add_entries(text, ordered, words, now)
    if told < len(feeds):
        text.gap().line(words.count(len(feeds) - told, "feeds.more"))
    text.gap().line(words.say("feeds.how"))
    return text.message(*_openers(ordered[: min(told, MOST_BUTTONS)], words))


def shown(feed: Feed, hub: Subscription | None, log: Sequence[Poll], words: Words, now: datetime) -> Message:
    """One feed, how it is set up, and its log, the newest poll first."""
    text = _entry(feed, words, now).line(code(clip(feed.url, URL_LIMIT)))
    text.lines(_setting(feed, words))
    if hub is not None:
        text.line(words.say(f"feeds.hub.{hub.state}"))
    text.gap().line(bold(words.say("feeds.log")))
    if not log:
        text.line(words.say("feeds.log.none"))
    for poll in log[:MOST_LINES]:
        line = _line(poll, words, now)
        if text.size + line.size > PAGE_LIMIT:
            break
        text.add(line)
    return text.message(*_buttons(feed, words))


def added(feed: Feed, words: Words, *, by_page: bool) -> Message:
    text = Text(words.direction).line(bold(words.say("feeds.added"))).line(*_title(feed, words))
    if by_page:
        text.line(words.say("feeds.by_page"))
    text.line(code(clip(feed.url, URL_LIMIT))).lines(_setting(feed, words))
    return text.gap().line(words.say("feeds.first")).message()


def changed(feed: Feed, words: Words, now: datetime) -> Message:
    text = _entry(feed, words, now).lines(_setting(feed, words))
    if feed.kept.good_at is None and feed.state is FeedState.ACTIVE:
        text.gap().line(words.say("feeds.anew"))
    return text.message(*_buttons(feed, words))


def removed(feed: Feed, words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("feeds.removed")))
    return text.line(*_title(feed, words)).line(words.say("feeds.removed.stories")).message()


def outcome(name: str, status: int | None, words: Words) -> str:
    """What became of a poll, in words."""
    return words.say(f"feeds.outcome.{name}", status=str(status or ""))


def _openers(feeds: Sequence[Feed], words: Words) -> Iterator[list[Button]]:
    """By the numbers that stand in the list."""
    numbered = [telling.button(words.number(feed.id), Verb.FEED, str(feed.id)) for feed in feeds]
    for start in range(0, len(numbered), telling.BUTTONS_A_ROW):
        yield numbered[start : start + telling.BUTTONS_A_ROW]


def _buttons(feed: Feed, words: Words) -> list[list[Button]]:
    """To stop it or let it go on, and the way back to the list."""
    subject = str(feed.id)
    if feed.state is FeedState.ACTIVE:
        first = telling.button(words.say("button.pause"), Verb.FEED_PAUSE, subject)
    else:
        first = telling.button(words.say("button.unpause"), Verb.FEED_RESUME, subject)
    return [[first, telling.button(words.say("feeds.title"), Verb.FEEDS, "all")]]


def _add_entries(text: Text, feeds: Sequence[Feed], words: Words, now: datetime) -> int:
    for count, feed in enumerate(feeds):
        entry = _entry(feed, words, now)
        if text.size + entry.size > PAGE_LIMIT:
            return count
        text.gap().add(entry)
    return len(feeds)


def _entry(feed: Feed, words: Words, now: datetime) -> Text:
    return Text(words.direction).line(*_title(feed, words)).lines(_standing(feed, words, now))


def _title(feed: Feed, words: Words) -> list[Piece]:
    name = clip(feed.kept.title or feed.url, NAME_LIMIT)
    return words.pieces("feeds.line", id=code(str(feed.id)), name=plain(name, direction_of(name, "ltr")))


def _standing(feed: Feed, words: Words, now: datetime) -> Iterator[str]:
    """How the last poll went, and when the next one is."""
    if feed.outcome is None or feed.polled_at is None:
        yield words.say("feeds.never")
    else:
        told = outcome(feed.outcome, feed.status, words)
        yield words.say("feeds.last", outcome=told, time=words.time(feed.polled_at, now))
    if feed.failures > 1:
        yield words.count(feed.failures, "feeds.failures")
    if feed.state is FeedState.ACTIVE:
        yield words.say("feeds.next", time=words.time(feed.next_at, now))
    else:
        yield words.say(f"feeds.state.{feed.state}", command=f"/feeds resume {feed.id}")


def _setting(feed: Feed, words: Words) -> Iterator[str]:
    yield words.say("feeds.source", source=clip(feed.source, NAME_LIMIT))
    yield words.say(f"feeds.trust.{feed.trust}")
    if feed.language:
        yield words.say("feeds.language", language=feed.language)
    if feed.topics:
        named = words.listed([words.say(f"topic.{one}") for one in feed.topics])
        yield words.say("feeds.topics", topics=named)


def _line(poll: Poll, words: Words, now: datetime) -> Text:
    text = Text(words.direction).line(*_poll(poll, words, now))
    if poll.detail:
        text.line(plain(clip(poll.detail, DETAIL_LIMIT), "ltr"))
    return text


def _poll(poll: Poll, words: Words, now: datetime) -> list[Piece]:
    """When, how it went, and what it brought."""
    brought = [
        words.count(n, f"feeds.brought.{name}")
        for name, n in (
            ("fresh", poll.fresh),
            ("changed", poll.changed),
            ("refused", poll.refused),
            ("pushed", poll.pushed),
        )
        if n
    ]
    told = outcome(poll.outcome, poll.status, words)
    if brought:
        told = words.say("feeds.brought", outcome=told, items=words.listed(brought))
    times = [" ", words.count(poll.times, "feeds.times")] if poll.times > 1 else []
    return [*words.pieces("feeds.poll", time=words.time(poll.at, now), told=told), *times]
