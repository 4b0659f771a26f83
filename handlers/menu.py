"""The list of commands that Telegram shows beside the text field."""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, Forbidden

from newsroom.house import House
from newsroom.render.commands import menu
from newsroom.words import words_for

_LOG = logging.getLogger(__name__)


async def offer(bot: Bot, house: House) -> None:
    """Bot API `setMyCommands`: readers' for all, editors' besides in the owners' own chats.

    Without a language for those whose app speaks none of ours. An owner who never wrote to the bot is passed
    over: there is no chat yet.
    """
    await _offer(bot, house, BotCommandScopeDefault(), for_editor=False)
    for owner in sorted(house.owners):
        try:
            await _offer(bot, house, BotCommandScopeChat(owner), for_editor=True)
        except (BadRequest, Forbidden):
            _LOG.info("owner %s has not written to the bot yet: no editors' menu there", owner)


async def _offer(bot: Bot, house: House, scope: BotCommandScope, *, for_editor: bool) -> None:
    for tag in (None, *house.languages):
        listed = menu(words_for(tag or house.language), for_editor=for_editor)
        commands = [BotCommand(name, description) for name, description in listed]
        await bot.set_my_commands(commands, scope=scope, language_code=tag)
