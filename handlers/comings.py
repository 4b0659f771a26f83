"""Chats that come, leave us or move: what Telegram tells of them without being asked."""

from __future__ import annotations

import logging

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberUpdated, Update
from telegram.error import BadRequest, Forbidden

from handlers import replies, visitor
from handlers.doors import Context, Doors, Handler
from handlers.replies import Place
from storage.records import ChatKind, ChatState

_LOG = logging.getLogger(__name__)


def memberships(doors: Doors) -> Handler:
    """`my_chat_member`: blocked in private, removed from a group, or let in to post in a channel.

    Who makes it an administrator of a channel wants the news there. Elsewhere coming subscribes to nothing.
    """

    async def handle(update: Update, _: Context) -> None:
        change = update.my_chat_member
        if change is None:
            return
        if change.new_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED):
            await _left(doors, change)
        elif _lets_post(change):
            await _came(doors, change)

    return handle


def migrations(doors: Doors) -> Handler:
    """A group became a supergroup: told in both, in either order."""

    async def handle(update: Update, _: Context) -> None:
        message = update.effective_message
        if message is None:
            return
        if message.migrate_to_chat_id:
            await doors.desk.moved(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await doors.desk.moved(message.migrate_from_chat_id, message.chat.id)

    return handle


async def _left(doors: Doors, change: ChatMemberUpdated) -> None:
    private = ChatKind(change.chat.type) is ChatKind.PRIVATE
    state = ChatState.BLOCKED if private else ChatState.GONE
    await doors.desk.left(change.chat.id, state, f"my_chat_member: {change.new_chat_member.status}")


async def _came(doors: Doors, change: ChatMemberUpdated) -> None:
    """Told to who let it in, who may never have written to the bot; the channel's readers are spared it."""
    answer = await doors.desk.join(visitor.of_change(change))
    try:
        await replies.say(change.get_bot(), Place(chat_id=change.from_user.id), answer)
    except (BadRequest, Forbidden):
        _LOG.info("channel %d is subscribed; who let the bot in cannot be told", change.chat.id)


def _lets_post(change: ChatMemberUpdated) -> bool:
    in_channel = ChatKind(change.chat.type) is ChatKind.CHANNEL
    return in_channel and _may_post(change.new_chat_member) and not _may_post(change.old_chat_member)


def _may_post(member: ChatMember) -> bool:
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
