"""Chats and what they have asked for: coming, going, language, follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newsroom.errors import Refusal
from newsroom.house import House
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.render import greetings
from newsroom.visitor import Visitor
from newsroom.words import words_for
from storage import chats, stories
from storage.database import Transaction
from storage.records import Chat, ChatKind, ChatState

NAMES = {
    "عربي": "ar",
    "العربية": "ar",
    "عربية": "ar",
    "arabic": "ar",
    "english": "en",
    "إنجليزي": "en",
    "الإنجليزية": "en",
}


def see(tx: Transaction, who: Visitor, house: House, now: datetime) -> Chat:
    """The chat as it is now; a new one speaks its user's language where we do."""
    return chats.see(
        tx,
        who.chat_id,
        kind=who.kind,
        title=who.title,
        language=_language(who, house),
        zone=house.zone,
        now=now,
    )


def is_fresh(known: Chat, who: Visitor) -> bool:
    """Nothing that the update says of the chat is news to us."""
    return (known.state, known.kind, known.title) == (ChatState.ACTIVE, who.kind, who.title)


def start(tx: Transaction, asker: Asker, thread_id: int | None) -> Message:
    """An editor may have been one before this chat was there to show a menu in."""
    again = asker.chat.subscribed
    chats.set_thread(tx, asker.chat.id, thread_id)
    if not again:  # else it may have chosen more than breaking news
        chats.subscribe(tx, asker.chat.id, now=asker.now)
    in_group = asker.chat.kind is not ChatKind.PRIVATE
    greeting = greetings.start(asker.words, again=again, in_group=in_group)
    return replace(greeting, menu_of=asker.chat.telegram_id) if asker.edits else greeting


def join(tx: Transaction, asker: Asker) -> Message:
    """For whoever brought the bot into a channel, not for its readers."""
    chats.subscribe(tx, asker.chat.id, now=asker.now)
    return greetings.joined(asker.words, asker.chat.title or "")


def stop(tx: Transaction, asker: Asker) -> Message:
    chats.unsubscribe(tx, asker.chat.id, scope="all", value="")
    return greetings.stop(asker.words)


def choose_language(tx: Transaction, asker: Asker, tag: str) -> Message:
    chats.set_language(tx, asker.chat.id, tag)
    chosen = replace(asker.chat, language=tag)
    return greetings.language_chosen(words_for(chosen.language, chosen.zone))


def read_language(typed: str, languages: tuple[str, ...]) -> str:
    """The tag of a language that we speak: `ar`, `EN`, `en-GB`, or its name."""
    wanted = typed.strip().casefold()
    tag = NAMES.get(wanted, wanted.replace("_", "-").partition("-")[0])
    if tag not in languages:
        raise Refusal("language_unknown", typed=typed.strip()[:20])
    return tag


def remember(tx: Transaction, chat_id: int, message_id: int, code: str, now: datetime) -> None:
    story = stories.by_code(tx, code)
    if story is not None:
        chats.remember_shown(tx, chat_id, message_id, story.id, now)


def end(tx: Transaction, telegram_id: int, state: ChatState, why: str, now: datetime) -> None:
    chat = chats.by_telegram_id(tx, telegram_id)
    if chat is not None:
        chats.end(tx, chat.id, state, why, now)


def _language(who: Visitor, house: House) -> str:
    tag = (who.language or "").partition("-")[0].casefold()
    return tag if tag in house.languages else house.language
