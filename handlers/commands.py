"""From a command in a message to its answer under it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from telegram import Message, Update

from handlers import answering, menu, replies, visitor
from handlers.doors import Act, Answer, Asked, Context, Doors, Handler
from handlers.replies import Place
from handlers.spoken import spoken
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.visitor import Visitor
from storage.records import ChatKind


def answers(doors: Doors, act: Act) -> Handler:
    """The handler of one command."""

    async def handle(update: Update, _: Context) -> None:
        message = update.effective_message
        said = spoken(message) if message else None
        if message is None or said is None:
            return
        asked = Asked(who=visitor.of_message(message), message=message, words=said.rest)
        await _answer(doors, asked, partial(act, doors.desk, asked))

    return handle


def hints(doors: Doors) -> Handler:
    """The handler of what nobody here understands."""

    async def handle(update: Update, _: Context) -> None:
        message = update.effective_message
        if message is None:
            return
        typed = message.text or ""
        asked = Asked(who=visitor.of_message(message), message=message, words=typed)
        await _answer(doors, asked, partial(doors.desk.hint, asked.who, typed))

    return handle


def says(doors: Doors, act: Act) -> Handler:
    """The handler of what is no command. A file that nobody asked for is not answered."""

    async def handle(update: Update, _: Context) -> None:
        message = update.effective_message
        if message is None:
            return
        who = visitor.of_message(message)
        if message.document and not await doors.desk.awaits_copy(who):
            return
        asked = Asked(who=who, message=message, words=message.text or "")
        await _answer(doors, asked, partial(act, doors.desk, asked))

    return handle


def by_administrators(act: Act) -> Act:
    """The Desk lets only administrators change a group's settings: Telegram knows who they are."""

    async def guarded(desk: Desk, asked: Asked) -> Answer:
        known = await visitor.administers(asked.message.get_bot(), asked.who)
        return await act(desk, replace(asked, who=replace(asked.who, administrator=known)))

    return guarded


def by_editors(act: Act) -> Act:
    """Only an editor's own words count; nothing is fetched before it is known whose they are."""

    async def guarded(desk: Desk, asked: Asked) -> Answer:
        await desk.require_editor(asked.who)
        if not _own_words(asked.message):
            raise Refusal("not_own_words")
        return await act(desk, asked)

    return guarded


def _own_words(message: Message) -> bool:
    return message.forward_origin is None and message.via_bot is None and message.sender_chat is None


async def _answer(doors: Doors, asked: Asked, act: Callable[[], Awaitable[Answer]]) -> None:
    bot, place = asked.message.get_bot(), _under(asked.message, asked.who)
    asking = partial(answering.shown_first, bot, place, act)
    answer = await answering.attempt(doors, asked.who, asking, partial(replies.say, bot, place))
    if answer is not None:
        sent = await replies.say(bot, place, answer)
        await answering.remember(doors, asked.who, sent.message_id, answer)
        if answer.menu_of is not None:
            await menu.renew(bot, doors, answer.menu_of)


def _under(message: Message, who: Visitor) -> Place:
    """In a private chat it is plain what is answered."""
    answered = None if who.kind is ChatKind.PRIVATE else message.message_id
    return Place(chat_id=who.chat_id, thread_id=who.thread_id, answers=answered)
