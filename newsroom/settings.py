"""What a chat chooses for itself: each function is one choice inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newsroom import hours, zones
from newsroom.errors import Refusal
from newsroom.hours import Quiet
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import settings as pages
from newsroom.words import words_for
from storage import caps, chats, preferences
from storage.database import Transaction
from storage.records import Chat

NIGHT = Quiet("22:00", "07:00")
MORNING = ("08:00",)
MOST_FOLLOWED = 20


def quiet_of(chat: Chat) -> Quiet | None:
    return Quiet(chat.quiet_from, chat.quiet_to) if chat.quiet_from and chat.quiet_to else None


def card(tx: Transaction, asker: Asker) -> Message:
    return pages.card(asker.chat, quiet_of(asker.chat), _follows(tx, asker), asker.words, asker.now)


def choose_quiet(tx: Transaction, asker: Asker, typed: str) -> Message:
    """`typed`: `22:00-07:00` or `off`."""
    _set_quiet(tx, asker.chat.id, hours.read_quiet(typed))
    return _changed(tx, asker)


def choose_zone(tx: Transaction, asker: Asker, typed: str) -> Message:
    """`typed`: an IANA name, a city or a country."""
    chats.set_zone(tx, asker.chat.id, zones.read(typed))
    preferences.set_digests(
        tx, asker.chat.id, asker.chat.digest_times, asker.now
    )  # at the new hours, from now
    return _changed(tx, asker)


def choose_digests(tx: Transaction, asker: Asker, typed: str) -> Message:
    """`typed`: `08:00 18:00` or `off`."""
    preferences.set_digests(tx, asker.chat.id, hours.read_times(typed), asker.now)
    return _changed(tx, asker)


def press(tx: Transaction, asker: Asker, choice: str) -> Message:
    """A button of the card. Raises `Refusal` for one that a card of ours no longer has."""
    act = CHOICES.get(choice)
    if act is None:
        raise Refusal("button_gone")
    act(tx, asker)
    return _changed(tx, asker)


def following(tx: Transaction, asker: Asker) -> Message:
    stories = preferences.followed_stories(tx, asker.chat.id, limit=MOST_FOLLOWED, now=asker.now)
    topics, words = (preferences.followed(tx, asker.chat.id, scope) for scope in ("topic", "words"))
    return pages.following(stories, topics, words, asker.words, asker.now)


def _set_quiet(tx: Transaction, chat_id: int, quiet: Quiet | None) -> None:
    preferences.set_quiet(tx, chat_id, quiet.start if quiet else None, quiet.end if quiet else None)


CHOICES: dict[str, Callable[[Transaction, Asker], None]] = {
    "night": lambda tx, asker: _set_quiet(tx, asker.chat.id, NIGHT),
    "loud": lambda tx, asker: _set_quiet(tx, asker.chat.id, None),
    "every": lambda tx, asker: chats.subscribe(tx, asker.chat.id, how="all", now=asker.now),
    "urgent": lambda tx, asker: chats.subscribe(tx, asker.chat.id, how="breaking", now=asker.now),
    "whole": lambda tx, asker: preferences.set_whole(tx, asker.chat.id, whole=True),
    "brief": lambda tx, asker: preferences.set_whole(tx, asker.chat.id, whole=False),
    "sound": lambda tx, asker: preferences.set_breaking_sounds(tx, asker.chat.id, sounds=True),
    "silent": lambda tx, asker: preferences.set_breaking_sounds(tx, asker.chat.id, sounds=False),
    "digest": lambda tx, asker: preferences.set_digests(tx, asker.chat.id, MORNING, asker.now),
    "none": lambda tx, asker: preferences.set_digests(tx, asker.chat.id, (), asker.now),
    "five": lambda tx, asker: caps.choose(tx, asker.chat.id, 5),
    "ten": lambda tx, asker: caps.choose(tx, asker.chat.id, 10),
    "twenty": lambda tx, asker: caps.choose(tx, asker.chat.id, 20),
    "unlimited": lambda tx, asker: caps.choose(tx, asker.chat.id, None),
}


def _changed(tx: Transaction, asker: Asker) -> Message:
    """The card as it is now, in the words and on the clock of now."""
    chat = chats.by_telegram_id(tx, asker.chat.telegram_id) or asker.chat
    now = replace(asker, chat=chat, words=words_for(chat.language, chat.zone))
    return pages.card(chat, quiet_of(chat), _follows(tx, now), now.words, now.now, changed=True)


def _follows(tx: Transaction, asker: Asker) -> int:
    return sum(one.scope != "all" and one.how != "muted" for one in chats.subscriptions(tx, asker.chat.id))
