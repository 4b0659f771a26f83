"""The card of a chat's settings, and the list of what it follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from newsroom import zones
from newsroom.actions import Verb
from newsroom.hours import Quiet
from newsroom.message import Button, Message
from newsroom.paging import clip
from newsroom.render import lists, telling
from newsroom.text import Span, Text, bold
from newsroom.words import LANGUAGES, Words, words_for
from storage.records import Chat, StoryLine

WORDS_LIMIT = 80
CAPS = {5: "five", 10: "ten", 20: "twenty"}


def card(
    chat: Chat, quiet: Quiet | None, follows: int, words: Words, now: datetime, *, changed: bool = False
) -> Message:
    title = words.say("settings.changed") if changed else words.say("settings.title")
    text = Text(words.direction).line(bold(title)).gap()
    text.line(_news(chat, words))
    text.line(words.say("settings.whole") if chat.whole else words.say("settings.brief"))
    text.line(words.say("settings.language", name=words.say("language.name")))
    text.line(words.say("settings.zone", city=zones.city(chat.zone, words.language), time=words.hour(now)))
    text.lines(_quiet(chat, quiet, words))
    text.line(_digests(chat, words))
    text.line(words.say("settings.follows", stories=words.number(follows)))
    if chat.daily_cap is not None:
        text.line(words.say("settings.cap", most=chat.daily_cap))
    text.gap().line(words.say("settings.how")).lines(_example(typed) for typed in _examples(words))
    return text.message(*_buttons(chat, quiet, follows, words))


def following(
    stories: Sequence[StoryLine],
    topics: Sequence[str],
    wanted: Sequence[str],
    words: Words,
    now: datetime,
) -> Message:
    """Stories as a numbered list; topics and words above them."""
    if not (stories or topics or wanted):
        return Text(words.direction).line(words.say("following.nothing")).message()
    text = Text(words.direction).line(bold(words.say("following.title")))
    for topic in topics:
        text.line(words.say("following.topic", topic=words.say(f"topic.{topic}")))
    for followed in wanted:
        text.line(words.say("following.words", words=clip(followed, WORDS_LIMIT)))
    return lists.listed(text, stories, words, now)


def _news(chat: Chat, words: Words) -> str:
    if not chat.subscribed:
        return words.say("settings.news_off")
    return words.say("settings.news_all") if chat.everything else words.say("settings.news_on")


def _quiet(chat: Chat, quiet: Quiet | None, words: Words) -> Iterator[str]:
    if quiet is None:
        yield words.say("settings.no_quiet")
        return
    yield words.say("settings.quiet", start=words.written(quiet.start), end=words.written(quiet.end))
    if chat.breaking_sounds:
        yield words.say("settings.breaking_sounds")
    else:
        yield words.say("settings.breaking_silent")


def _digests(chat: Chat, words: Words) -> str:
    if not chat.digest_times:
        return words.say("settings.no_digest")
    return words.say("settings.digest", times=words.listed([words.written(t) for t in chat.digest_times]))


def _examples(words: Words) -> tuple[str, ...]:
    return "/quiet 22:00-07:00", "/digest 08:00 18:00", f"/timezone {words.say('settings.some_city')}"


def _example(typed: str) -> Span:
    return Span(text=typed, style="code", direction="ltr")


def _buttons(chat: Chat, quiet: Quiet | None, follows: int, words: Words) -> Iterator[list[Button]]:
    if chat.everything:
        yield [_choice(words.say("button.urgent"), "urgent")]
    elif chat.subscribed:
        yield [_choice(words.say("button.every"), "every")]
    if chat.whole:
        yield [_choice(words.say("button.brief"), "brief")]
    else:
        yield [_choice(words.say("button.whole"), "whole")]
    yield _cap_buttons(chat, follows, words)
    if quiet is None:
        yield [_choice(words.say("button.night"), "night")]
    else:
        yield [_choice(words.say("button.loud"), "loud")]
        yield [_sound_button(chat, words)]
    if chat.digest_times:
        yield [_choice(words.say("button.no_digest"), "none")]
    else:
        yield [_choice(words.say("button.digest"), "digest")]
    if follows:
        yield [telling.button(words.say("button.following"), Verb.FOLLOWING, "all")]
    others = [tag for tag in LANGUAGES if tag != words.language]
    yield [telling.button(words_for(tag).say("language.name"), Verb.LANGUAGE, tag) for tag in others]


def _cap_buttons(chat: Chat, follows: int, words: Words) -> list[Button]:
    """Where more may come than breaking news."""
    if chat.daily_cap is not None:
        return [_choice(words.say("button.no_cap"), "unlimited")]
    if not (follows or chat.everything):
        return []
    return [_choice(words.say("button.cap", most=most), choice) for most, choice in CAPS.items()]


def _sound_button(chat: Chat, words: Words) -> Button:
    if chat.breaking_sounds:
        return _choice(words.say("button.silent"), "silent")
    return _choice(words.say("button.sound"), "sound")


def _choice(text: str, choice: str) -> Button:
    return telling.button(text, Verb.SETTING, choice)
