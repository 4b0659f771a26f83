"""Chats that leave us or move: what Telegram tells of them without being asked."""

from __future__ import annotations

from telegram import ChatMember, Update

from handlers.doors import Context, Doors, Handler
from storage.records import ChatKind, ChatState


def memberships(doors: Doors) -> Handler:
    """`my_chat_member`: blocked in private, removed from a group. Coming back subscribes to nothing."""

    async def handle(update: Update, _: Context) -> None:
        change = update.my_chat_member
        if change is None or change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED):
            return
        private = ChatKind(change.chat.type) is ChatKind.PRIVATE
        state = ChatState.BLOCKED if private else ChatState.GONE
        await doors.desk.left(change.chat.id, state, f"my_chat_member: {change.new_chat_member.status}")

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
