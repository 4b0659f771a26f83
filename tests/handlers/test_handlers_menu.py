"""The menu beside the text field."""

from __future__ import annotations

from bureau import HOUSE, OWNER, Bureau, said
from ledgers import text
from telegram import BotCommandScopeChat

from handlers.menu import offer
from handlers.register import COMMANDS
from newsroom.render.commands import menu
from newsroom.words import words_for
from simulator.errors import bad_request
from simulator.faults import refusal, server_error

EVERYTHING = {name for name, _ in COMMANDS}


async def test_readers_and_editors_get_their_own_in_their_language(bureau: Bureau) -> None:
    bot = bureau.application.bot
    await offer(bot, HOUSE, HOUSE.owners)
    for tag in (None, "ar", "en"):
        words = words_for(tag or HOUSE.language)
        readers = await bot.get_my_commands(language_code=tag)
        editors = await bot.get_my_commands(BotCommandScopeChat(OWNER), language_code=tag)
        assert tuple((one.command, one.description) for one in readers) == menu(words)
        assert tuple((one.command, one.description) for one in editors) == menu(words, for_editor=True)


async def listed(bureau: Bureau, user_id: int, tag: str | None = None) -> set[str]:
    """What the menu of somebody's own chat has."""
    scope = BotCommandScopeChat(user_id)
    return {one.command for one in await bureau.application.bot.get_my_commands(scope, language_code=tag)}


async def test_an_editor_has_the_menu_from_the_moment_of_being_added_to_that_of_being_removed(
    bureau: Bureau, reader: int
) -> None:
    await bureau.say(OWNER, f"/editors add {reader} Mona")
    assert [await listed(bureau, reader, tag) for tag in (None, "ar", "en")] == [EVERYTHING] * 3
    await bureau.say(OWNER, f"/editors remove {reader}")
    assert [await listed(bureau, reader, tag) for tag in (None, "ar", "en")] == [set()] * 3


async def test_an_editor_who_comes_later_gets_the_menu_then(bureau: Bureau, reader: int) -> None:
    no_chat = refusal(bad_request("chat not found")).on("setMyCommands")
    bureau.world.faults.add(no_chat)
    (added,) = await bureau.say(OWNER, f"/editors add {reader}")
    assert said("editors.added") in text(added)
    assert await listed(bureau, reader) == set()
    bureau.world.faults.clear()
    await bureau.say(reader, "/start")
    assert await listed(bureau, reader) == EVERYTHING


async def test_a_reader_who_comes_gets_no_menu_of_their_own(bureau: Bureau, reader: int) -> None:
    await bureau.say(reader, "/start")
    assert [call.method for call in bureau.world.journal.calls if "MyCommands" in call.method] == []


async def test_where_telegram_does_not_answer_the_editor_is_added_all_the_same(
    bureau: Bureau, reader: int
) -> None:
    bureau.world.faults.add(server_error().on("setMyCommands"))
    (added,) = await bureau.say(OWNER, f"/editors add {reader}")
    assert said("editors.added") in text(added)
    assert reader in await bureau.desk.all_editors()


async def test_an_owner_who_never_wrote_is_passed_over(bureau: Bureau) -> None:
    languages = len((None, *HOUSE.languages))
    no_chat = refusal(bad_request("chat not found")).on("setMyCommands", skip=languages)
    bureau.world.faults.add(no_chat)
    await offer(bureau.application.bot, HOUSE, HOUSE.owners)
    assert await bureau.application.bot.get_my_commands() != ()
    assert await bureau.application.bot.get_my_commands(BotCommandScopeChat(OWNER)) == ()


def test_every_command_of_the_menu_is_answered_and_every_answered_one_is_in_it() -> None:
    assert {name for name, _ in menu(words_for("en"), for_editor=True)} == EVERYTHING
