"""The menu beside the text field."""

from __future__ import annotations

from bureau import HOUSE, OWNER, Bureau
from telegram import BotCommandScopeChat

from handlers.menu import offer
from handlers.register import COMMANDS
from newsroom.render.commands import menu
from newsroom.words import words_for
from simulator.errors import bad_request
from simulator.faults import refusal


async def test_readers_and_editors_get_their_own_in_their_language(bureau: Bureau) -> None:
    bot = bureau.application.bot
    await offer(bot, HOUSE)
    for tag in (None, "ar", "en"):
        words = words_for(tag or HOUSE.language)
        readers = await bot.get_my_commands(language_code=tag)
        editors = await bot.get_my_commands(BotCommandScopeChat(OWNER), language_code=tag)
        assert tuple((one.command, one.description) for one in readers) == menu(words)
        assert tuple((one.command, one.description) for one in editors) == menu(words, for_editor=True)


async def test_an_owner_who_never_wrote_is_passed_over(bureau: Bureau) -> None:
    languages = len((None, *HOUSE.languages))
    no_chat = refusal(bad_request("chat not found")).on("setMyCommands", skip=languages)
    bureau.world.faults.add(no_chat)
    await offer(bureau.application.bot, HOUSE)
    assert await bureau.application.bot.get_my_commands() != ()
    assert await bureau.application.bot.get_my_commands(BotCommandScopeChat(OWNER)) == ()


def test_every_command_of_the_menu_is_answered_and_every_answered_one_is_in_it() -> None:
    listed = {name for name, _ in menu(words_for("en"), for_editor=True)}
    assert listed == {name for name, _ in COMMANDS}
