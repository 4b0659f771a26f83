"""A command as somebody wrote it, in a text or a caption."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, MessageEntity
from telegram.ext import filters


@dataclass(frozen=True, slots=True)
class Spoken:
    """`addressee` is the bot that it was written to (`/start@somebot`), None where it names none.

    `rest` is all that follows the command and the one space or line break after it, as it was written.
    """

    name: str
    addressee: str | None
    rest: str


def spoken(message: Message) -> Spoken | None:
    """The command that opens the message, or None."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset:
        return None
    length = entities[0].length  # a command is ASCII: UTF-16 units are characters
    name, _, addressee = text[1:length].partition("@")
    rest = text[length:]
    return Spoken(name.casefold(), addressee or None, rest[1:] if rest[:1].isspace() else rest)


def is_ours(said: Spoken, message: Message) -> bool:
    """In a room with several bots a command may be another one's."""
    return said.addressee is None or said.addressee.casefold() == message.get_bot().username.casefold()


class Says(filters.MessageFilter):
    """Messages that open with one command, written to us or to no bot in particular."""

    def __init__(self, command: str) -> None:
        super().__init__(name=f"/{command}")
        self._command = command

    def filter(self, message: Message) -> bool:
        said = spoken(message)
        return said is not None and said.name == self._command and is_ours(said, message)


class _Elsewhere(filters.MessageFilter):
    """Commands to other bots."""

    def filter(self, message: Message) -> bool:
        said = spoken(message)
        return said is not None and not is_ours(said, message)


class _ToUs(filters.MessageFilter):
    """Commands that name this bot."""

    def filter(self, message: Message) -> bool:
        said = spoken(message)
        return said is not None and said.addressee is not None and is_ours(said, message)


ELSEWHERE = _Elsewhere()
TO_US = _ToUs()
