"""Presses of the buttons under our messages. Anybody can send any data: it is decoded, never believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from telegram import CallbackQuery, InaccessibleMessage, MaybeInaccessibleMessage, Update
from telegram.error import BadRequest

from handlers import answering, replies, visitor
from handlers.doors import Answer, Context, Doors, Handler
from handlers.replies import Place
from newsroom.actions import Action, Verb, decode
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.visitor import Visitor
from storage.records import ChatKind

TOAST_LIMIT = 200  # Bot API `answerCallbackQuery`
TOO_LATE = "query"  # "query is too old and response timeout expired or query ID is invalid"

ANSWERS: dict[Verb, Callable[[Desk, Visitor, Action], Awaitable[Answer]]] = {
    Verb.STORY: lambda desk, who, action: desk.story(who, action.subject),
    Verb.CONTENTS: lambda desk, who, action: desk.sections(who, action.subject),
    Verb.SECTION: lambda desk, who, action: desk.section(who, action.subject, action.anchor, action.page),
    Verb.RELATED: lambda desk, who, action: desk.related(who, action.subject),
    Verb.OPEN: lambda desk, who, action: desk.story(who, action.subject),
    Verb.FOLLOW: lambda desk, who, action: desk.follow(who, action.subject),
    Verb.UNFOLLOW: lambda desk, who, action: desk.unfollow(who, action.subject),
    Verb.TOPIC: lambda desk, who, action: desk.latest(who, action.subject),
    Verb.LANGUAGE: lambda desk, who, action: desk.choose_language(who, action.subject),
    Verb.FOLLOWING: lambda desk, who, _: desk.following(who),
    Verb.SETTING: lambda desk, who, action: desk.press_setting(who, action.subject),
    Verb.SEND: lambda desk, who, action: desk.publishing.send(who, action.subject),
    Verb.DROP: lambda desk, who, action: desk.publishing.drop(who, action.subject),
    Verb.AMEND: lambda desk, who, action: desk.amending.amend(who, action.subject),
    Verb.AMEND_LOUDLY: lambda desk, who, action: desk.amending.amend(who, action.subject, loud=True),
    Verb.RELEASE: lambda desk, who, action: desk.amending.release(who, action.subject),
    Verb.LEAVE: lambda desk, who, action: desk.amending.leave(who, action.subject),
    Verb.PAUSE: lambda desk, who, action: desk.control.pause(who, action.subject),
    Verb.UNPAUSE: lambda desk, who, action: desk.control.unpause(who, action.subject),
    Verb.CANCEL: lambda desk, who, action: desk.control.cancel(who, action.subject),
    Verb.UNSURE: lambda desk, who, action: desk.control.unsure(who, action.subject),
    Verb.RESEND: lambda desk, who, action: desk.control.resend(who, action.subject),
    Verb.LET_BE: lambda desk, who, action: desk.control.leave(who, action.subject),
    Verb.APPROVE: lambda desk, who, action: desk.publishing.approve_push(who, action.subject),
    Verb.REJECT: lambda desk, who, action: desk.publishing.reject(who, action.subject),
    Verb.AUDIT: lambda desk, who, action: desk.audit(who, action.subject),
    Verb.FEED: lambda desk, who, action: desk.feeds.command(who, action.subject),
    Verb.FEEDS: lambda desk, who, _: desk.feeds.command(who, ""),
    Verb.FEED_PAUSE: lambda desk, who, action: desk.feeds.command(who, f"pause {action.subject}"),
    Verb.FEED_RESUME: lambda desk, who, action: desk.feeds.command(who, f"resume {action.subject}"),
    Verb.DECIDE: lambda desk, who, action: desk.publishing.decide(who, action.subject),
    Verb.TURN_DOWN: lambda desk, who, action: desk.publishing.turn_down(who, action.subject),
    Verb.UNHALT: lambda desk, who, _: desk.control.unhalt(who),
}
SETTINGS = {Verb.FOLLOW, Verb.UNFOLLOW, Verb.LANGUAGE, Verb.SETTING}
TOASTS = {Verb.FOLLOW, Verb.UNFOLLOW}
ANEW = {Verb.OPEN, Verb.RELATED, Verb.TOPIC, Verb.FOLLOWING, Verb.UNSURE, Verb.DECIDE}


@dataclass(frozen=True, slots=True)
class Press:
    query: CallbackQuery
    under: MaybeInaccessibleMessage
    who: Visitor
    action: Action | None


def presses(doors: Doors) -> Handler:
    async def handle(update: Update, _: Context) -> None:
        query = update.callback_query
        if query is not None and query.message is not None:
            who = visitor.of_press(query, query.message)
            await _answer(doors, Press(query, query.message, who, decode(query.data or "")))

    return handle


async def _answer(doors: Doors, press: Press) -> None:
    refuse = partial(_toast, press.query, alert=True)
    act = partial(
        answering.shown_first, press.query.get_bot(), _place(press), partial(_act, doors.desk, press)
    )
    answer = await answering.attempt(doors, press.who, act, refuse)
    if answer is None:
        return
    if press.action and press.action.verb in TOASTS:
        await _toast(press.query, answer)
    elif press.who.kind is ChatKind.CHANNEL:
        await _toast(press.query, answer, alert=True)  # one reader's press must not change the channel
    else:
        await _release(press.query)
        await _show(doors, press, answer)


async def _act(desk: Desk, press: Press) -> Answer:
    action, who = press.action, press.who
    if action is None:
        raise Refusal("button_gone")
    if action.verb in SETTINGS:
        who = replace(who, administrator=await visitor.administers(press.query.get_bot(), who))
    return await ANSWERS[action.verb](desk, who, action)


async def _show(doors: Doors, press: Press, page: Message) -> None:
    bot, who, place = press.query.get_bot(), press.who, _place(press)
    anew = press.action is None or press.action.verb in ANEW
    if anew or isinstance(press.under, InaccessibleMessage):
        shown = (await replies.say(bot, place, page)).message_id
    else:
        shown = await replies.say_instead(bot, place, press.under.message_id, page)
    await answering.remember(doors, who, shown, page)


def _place(press: Press) -> Place:
    return Place(chat_id=press.who.chat_id, thread_id=press.who.thread_id)


async def _toast(query: CallbackQuery, page: Message, *, alert: bool = False) -> None:
    text = page.text if len(page.text) <= TOAST_LIMIT else f"{page.text[: TOAST_LIMIT - 1]}…"
    await _release(query, text, alert=alert)


async def _release(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """The button stops turning. That it is too late for that is nobody's fault."""
    try:
        await query.answer(text, show_alert=alert)
    except BadRequest as error:
        if TOO_LATE not in error.message.casefold():
            raise
