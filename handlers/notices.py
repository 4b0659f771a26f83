"""What editors are told without having asked. Readers go first: what asks for nothing leaves last."""

from __future__ import annotations

import logging
from typing import TypeVar

from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from handlers import previews, replies
from handlers.replies import Place
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.notices import Board, Notice
from storage.records import Composed, Lane

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

LANE = Lane.DIGEST
MOST_TROUBLES = 3  # in one look: one chat may be in trouble, several mean that Telegram is


async def show(bot: ExtBot[Lane], board: Board[T]) -> None:
    """What cannot be shown now is shown the next time; what cannot be shown at all is forgotten."""
    troubles = 0
    for notice in await board.look():
        try:
            message_id = await _say(bot, notice)
        except (BadRequest, Forbidden, Refusal) as error:
            _LOG.info("%s is no longer shown in chat %d: %s", notice.about, notice.chat_id, error)
            await board.forget(notice)
        except TelegramError as error:
            _LOG.info("what editors are to see cannot be shown now: %s", type(error).__name__)
            await board.failed(notice)
            troubles += 1
            if troubles == MOST_TROUBLES:
                return
        else:
            await board.showed(notice, message_id)


async def _say(bot: ExtBot[Lane], notice: Notice[T]) -> int:
    """The id of the message that shows it now. A new one makes no sound, unless it asks for something."""
    if notice.loud:
        return await _ask(bot, notice)
    if notice.message_id is None:
        page = notice.page
        said = await bot.send_message(
            notice.chat_id,
            page.text,
            entities=replies.entities(page),
            reply_markup=replies.keyboard(page),
            disable_notification=True,
            rate_limit_args=LANE,
        )
        return said.message_id
    await _change(bot, notice.chat_id, notice.message_id, notice.page)
    return notice.message_id


async def _ask(bot: ExtBot[Lane], notice: Notice[T]) -> int:
    """Somebody waits for the answer: it leaves as replies do."""
    place = Place(chat_id=notice.chat_id)
    if isinstance(notice.shown, Composed):
        await previews.send(bot, notice.chat_id, notice.shown)
    elif notice.shown is not None:
        await replies.say(bot, place, notice.shown)
    return (await replies.say(bot, place, notice.page)).message_id


async def _change(bot: ExtBot[Lane], chat_id: int, message_id: int, page: Message) -> None:
    try:
        await bot.edit_message_text(
            page.text,
            chat_id,
            message_id,
            entities=replies.entities(page),
            reply_markup=replies.keyboard(page),
            rate_limit_args=LANE,
        )
    except BadRequest as error:
        if replies.NOT_MODIFIED not in error.message.casefold():
            raise
