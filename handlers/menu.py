"""The list of commands that Telegram shows beside the text field."""

from __future__ import annotations

import logging
from collections.abc import Collection

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, Forbidden, TelegramError

from handlers.doors import Doors
from newsroom.house import House
from newsroom.render.commands import menu
from newsroom.words import words_for
from storage.errors import StorageError

_LOG = logging.getLogger(__name__)


async def offer(bot: Bot, house: House, editors: Collection[int]) -> None:
    """Bot API `setMyCommands`: readers' for all, editors' besides in the editors' own chats."""
    await _offer(bot, house, BotCommandScopeDefault(), for_editor=False)
    for editor in sorted(editors):
        await _fit(bot, house, editor, edits=True)


async def renew(bot: Bot, doors: Doors, user_id: int) -> None:
    """Of who edits from now on, or no more. What fails can be typed all the same."""
    try:
        edits = user_id in await doors.desk.all_editors()
        await _fit(bot, doors.house, user_id, edits=edits)
    except (TelegramError, StorageError) as error:
        _LOG.warning("the menu of user %s is as it was: %s", user_id, type(error).__name__)


async def _fit(bot: Bot, house: House, user_id: int, *, edits: bool) -> None:
    """Who never wrote to the bot is passed over: there is no chat yet, and /start brings the menu."""
    scope = BotCommandScopeChat(user_id)
    try:
        if edits:
            await _offer(bot, house, scope, for_editor=True)
        else:
            await _withdraw(bot, house, scope)
    except (BadRequest, Forbidden):
        _LOG.info("user %s has not written to the bot yet: no menu of commands there", user_id)


async def _offer(bot: Bot, house: House, scope: BotCommandScope, *, for_editor: bool) -> None:
    for tag in _tags(house):
        listed = menu(words_for(tag or house.language), for_editor=for_editor)
        commands = [BotCommand(name, description) for name, description in listed]
        await bot.set_my_commands(commands, scope=scope, language_code=tag)


async def _withdraw(bot: Bot, house: House, scope: BotCommandScope) -> None:
    for tag in _tags(house):
        await bot.delete_my_commands(scope=scope, language_code=tag)


def _tags(house: House) -> tuple[str | None, ...]:
    """Without a language for those whose app speaks none of ours."""
    return (None, *house.languages)
