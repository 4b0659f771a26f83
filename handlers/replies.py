"""What the Desk says, as calls of the Bot API."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram import Message as ChatMessage
from telegram.error import BadRequest

from newsroom.message import Button, Message

NOT_MODIFIED = "message is not modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer goes: the chat, its forum thread, and the message that it answers (in groups)."""

    chat_id: int
    thread_id: int | None = None
    answers: int | None = None


async def say(bot: Bot, place: Place, message: Message) -> ChatMessage:
    return await bot.send_message(
        place.chat_id,
        message.text,
        entities=entities(message),
        reply_markup=keyboard(message),
        link_preview_options=LinkPreviewOptions(is_disabled=not message.previews),
        message_thread_id=place.thread_id,
        reply_parameters=_reply_to(place.answers),
    )


async def say_instead(bot: Bot, place: Place, message_id: int, message: Message) -> int:
    """Change one of our messages into this one; where that cannot be done, say it anew. Returns its id."""
    try:
        await bot.edit_message_text(
            message.text,
            place.chat_id,
            message_id,
            entities=entities(message),
            reply_markup=keyboard(message),
            link_preview_options=LinkPreviewOptions(is_disabled=not message.previews),
        )
    except BadRequest as error:
        if NOT_MODIFIED not in error.message.casefold():
            return (await say(bot, place, message)).message_id
    return message_id


def entities(message: Message) -> list[MessageEntity]:
    return [
        MessageEntity(entity.type, entity.offset, entity.length, url=entity.url, language=entity.language)
        for entity in message.entities
    ]


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    rows = [[_button(button) for button in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url is not None:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)


def _reply_to(message_id: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None
