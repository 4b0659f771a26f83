"""What editors are told without having asked: one message a matter and chat, which may change along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from newsroom.house import House
from newsroom.message import Message
from newsroom.words import Words, words_for
from storage import chats
from storage.database import Transaction
from storage.records import Composed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Generic[T]):
    """What one chat is to be shown `about` something: in place of `message_id`, or as a new message.

    `over`: for good. `loud`: somebody has to act. `shown` comes before it, where a word is asked for: what
    readers would see.
    """

    about: T
    chat_id: int
    message_id: int | None
    page: Message
    over: bool
    loud: bool = False
    shown: Message | Composed | None = None


class Board(Protocol[T]):
    """Who knows what is to be shown. Whoever shows it says what became of each."""

    async def look(self) -> list[Notice[T]]:
        """What is to be shown now."""

    async def showed(self, notice: Notice[T], message_id: int) -> None:
        """By this message."""

    async def failed(self, notice: Notice[T]) -> None:
        """Nobody knows whether it is shown: to be tried again, in a while."""

    async def forget(self, notice: Notice[T]) -> None:
        """The message is deleted, or the chat is no more."""


def words_of(tx: Transaction, chat_id: int, house: House) -> Words:
    """The chat's own; an owner who never wrote to the bot has none."""
    chat = chats.by_telegram_id(tx, chat_id)
    return words_for(chat.language, chat.zone) if chat else words_for(house.language, house.zone)
