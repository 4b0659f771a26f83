"""python-telegram-bot as it comes, on its own HTTP client, cannot tell this from Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from bare import until
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatMemberOwner,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    MessageEntity,
    MessageOriginUser,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from simulator import Server, World, faults

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


async def test_a_command_is_answered_and_a_button_edits(program: Program, world: World) -> None:
    user = world.add_user("Layla")
    assert program.updater is not None
    await program.updater.start_polling(timeout=5)
    world.send_text(user.id, "/start")
    await until(lambda: bool(world.texts(user.id)))
    sent = world.messages(user.id)[-1]
    assert sent.content == {"text": "أهلا"}
    callback = world.press(user.id, sent.id)
    assert await world.answer_to(callback) == {"text": "here"}
    assert world.texts(user.id) == ["المزيد"]
    assert sent.markup is None
    await program.updater.stop()


async def test_what_a_bot_sends(program: Program, world: World) -> None:
    user, bot = world.add_user("Layla"), program.bot
    text = "عاجل 😀 خبر"
    entities = [MessageEntity("bold", 0, 4), MessageEntity("italic", 8, 3)]
    sent = await bot.send_message(user.id, text, entities=entities, reply_markup=KEYS)
    assert (sent.text, sent.entities, sent.reply_markup) == (text, tuple(entities), KEYS)
    assert sent.parse_entities() == {entities[0]: "عاجل", entities[1]: "خبر"}
    edited = await bot.edit_message_text("<b>x</b>", user.id, sent.message_id, parse_mode="HTML")
    assert isinstance(edited, Message)
    assert edited.text_html == "<b>x</b>"
    copied = await bot.copy_message(user.id, user.id, sent.message_id)
    forwarded = await bot.forward_message(user.id, user.id, copied.message_id)
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    assert await bot.delete_messages(user.id, [copied.message_id, forwarded.message_id])
    assert len(world.messages(user.id)) == 1
    reply = await bot.send_message(user.id, "y", reply_parameters=ReplyParameters(sent.message_id))
    assert reply.reply_to_message is not None
    assert await bot.send_chat_action(user.id, "typing")


async def test_files(program: Program, world: World) -> None:
    user, bot = world.add_user(), program.bot
    sent = await bot.send_document(user.id, b"copy", filename="copy.txt", caption="c", reply_markup=KEYS)
    assert sent.document is not None
    file = await sent.document.get_file()
    assert await file.download_as_bytearray() == b"copy"
    photo = await bot.send_photo(user.id, b"\x89PNG", caption="p")
    album = await bot.send_media_group(
        user.id, [InputMediaPhoto(b"one", caption="first"), InputMediaPhoto(photo.photo[-1].file_id)]
    )
    assert [one.caption for one in album] == ["first", None]
    await bot.send_video(user.id, b"v", duration=3, width=640, height=480)
    await bot.send_animation(user.id, b"a")
    await bot.send_audio(user.id, b"a", performer="p", title="t")
    await bot.send_voice(user.id, b"v")
    edited = await bot.edit_message_caption(user.id, photo.message_id, caption="q")
    assert isinstance(edited, Message)
    assert edited.caption == "q"
    assert world.journal.sent[user.id] == 8


async def test_chats_and_the_profile(program: Program, world: World) -> None:
    owner, bot = world.add_user("Owner"), program.bot
    forum = world.add_forum("Desk", topics=["News"], administrators=[owner.id], bot="administrator")
    assert (await bot.get_chat(forum.id)).is_forum is True
    assert isinstance(await bot.get_chat_member(forum.id, owner.id), ChatMemberOwner)
    assert {one.user.id for one in await bot.get_chat_administrators(forum.id)} == {owner.id, bot.id}
    topic = await bot.create_forum_topic(forum.id, "Sport")
    sent = await bot.send_message(forum.id, "goal", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    assert await bot.pin_chat_message(forum.id, sent.message_id)
    assert await bot.unpin_chat_message(forum.id)
    commands = (BotCommand("start", "ابدأ"),)
    await bot.set_my_commands(commands, scope=BotCommandScopeChat(owner.id), language_code="ar")
    assert await bot.get_my_commands(BotCommandScopeChat(owner.id), "ar") == commands
    assert await bot.set_my_description("about", "ar")
    assert await bot.set_my_short_description("short")
    assert await bot.set_my_name("Ajil", "ar")
    assert (await bot.get_my_description("ar")).description == "about"
    assert await bot.leave_chat(forum.id)
    with pytest.raises(Forbidden, match="bot is not a member"):
        await bot.send_message(forum.id, "a")


async def test_errors_as_ptb_knows_them(
    program: Program, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    bot, user = program.bot, world.add_user()
    group = world.add_group(members=[user.id])
    moved = world.upgrade(group.id)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "a")
    assert caught.value.new_chat_id == moved.id
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "a")
    world.block(user.id)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(user.id, "a")
    world.unblock(user.id)
    for fault, error in (
        (faults.flood(7), RetryAfter),
        (faults.bare_flood(), NetworkError),
        (faults.server_error(), NetworkError),
        (faults.bad_gateway(), NetworkError),
        (faults.reset(), NetworkError),
        (faults.dropped(), NetworkError),
        (faults.html_ok(), TelegramError),
        (faults.slow(before=3600), TimedOut),
    ):
        world.faults.clear()
        world.faults.add(fault.on("sendMessage", count=1))
        with pytest.raises(error):
            await bot.send_message(user.id, "a", read_timeout=0.2 if error is TimedOut else 60)


async def test_a_wrong_token(server: Server) -> None:
    bot = Bot("1:wrong", base_url=f"{server.url}/bot")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_people_come_and_go(program: Program, world: World) -> None:
    """Every update that the world can tell is one that the library can read."""
    user, owner = world.add_user(username="layla", language_code="ar"), world.add_user()
    group = world.add_group("G", administrators=[owner.id])
    channel = world.add_channel(administrators=[owner.id])
    world.send_text(user.id, "/start@AjilBot https://a.org #x @someone")
    for kind in ("document", "photo", "video", "animation", "audio", "voice"):
        world.send_file(user.id, b"x", kind=kind, name="x.x", caption="c")
    message = world.send_text(user.id, "a")
    world.edit_text(user.id, message.id, "b")
    world.forward(user.id, user.id, message.id)
    world.send_text(owner.id, "post", chat_id=channel.id)
    world.block(user.id)
    world.set_bot(group.id, "administrator", by=owner.id)
    world.set_member(group.id, user.id, "member", by=owner.id)
    world.upgrade(group.id)
    world.kick_bot(channel.id, by=owner.id)
    updates = await program.bot.get_updates(allowed_updates=Update.ALL_TYPES)
    kinds = [update.to_dict().keys() - {"update_id"} for update in updates]
    assert all(kind for kind in kinds)
    assert not any(update.effective_message.api_kwargs for update in updates if update.effective_message)
    assert {"message", "edited_message", "channel_post", "my_chat_member"} <= set().union(*kinds)


async def test_a_second_bot_is_told(program: Program, server: Server, world: World) -> None:
    first = asyncio.create_task(program.bot.get_updates(timeout=20))
    await until(lambda: world.updates._poll is not None)
    second = Bot(world.token, base_url=f"{server.url}/bot")
    async with second:
        await second.get_updates()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_a_webhook(program: Program, world: World) -> None:
    user = world.add_user()
    secrets = set()

    async def take(request: web.BaseRequest) -> web.Response:
        secrets.add(request.headers["X-Telegram-Bot-Api-Secret-Token"])
        await program.update_queue.put(Update.de_json(await request.json(), program.bot))
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    await program.bot.set_webhook(url, secret_token="s3cret")
    world.send_text(user.id, "/start")
    await until(lambda: world.texts(user.id) == ["أهلا"])
    info = await program.bot.get_webhook_info()
    assert (info.url, info.max_connections, secrets) == (url, 40, {"s3cret"})
    await program.bot.delete_webhook()
    await runner.cleanup()
