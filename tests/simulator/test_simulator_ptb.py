"""python-telegram-bot as it comes, on its own HTTP client, cannot tell this from Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from simulator import Server, World

Program = Application[Any, Any, Any, Any, Any, Any]
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


async def _start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text("أهلا", reply_markup=KEYS)


async def _more(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.edit_message_text("المزيد")
    await update.callback_query.answer("here")


@pytest.fixture
async def program(server: Server) -> AsyncIterator[Program]:
    built = (
        ApplicationBuilder()
        .token(server.world.token)
        .base_url(f"{server.url}/bot")
        .base_file_url(f"{server.url}/file/bot")
        .build()
    )
    built.add_handler(CommandHandler("start", _start))
    built.add_handler(CallbackQueryHandler(_more))
    async with built:
        await built.start()
        yield built
        await built.stop()


async def _changed(world: World, what: str, after: int = 0) -> None:
    async with asyncio.timeout(10):
        while not any(one.what == what for one in world.changes.since(after)):
            await world.changes.wait(world.changes.last, 10)


async def test_a_command_is_answered_and_a_button_edits(program: Program, world: World) -> None:
    user = world.add_user("Layla")
    assert program.updater is not None
    await program.updater.start_polling(timeout=5)
    world.send_text(user.id, "/start")
    seen = world.changes.last
    await _changed(world, "message", seen)
    sent = world.messages(user.id)[-1]
    assert sent.content == {"text": "أهلا"}
    callback = world.press(user.id, sent.id)
    assert await world.answer_to(callback) == {"text": "here"}
    assert world.texts(user.id) == ["المزيد"]
    assert sent.markup is None
    await program.updater.stop()
