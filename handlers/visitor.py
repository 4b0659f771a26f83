"""Who speaks, and where: read from an Update."""

from __future__ import annotations

from telegram import Bot, CallbackQuery, Chat, ChatMemberUpdated, MaybeInaccessibleMessage, Message, User
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from newsroom.visitor import Visitor
from storage.records import ChatKind


def of_message(message: Message) -> Visitor:
    """Who writes in a group's or channel's own name is one of its administrators; then no user is known."""
    speaks_as_chat = message.sender_chat is not None
    user = None if speaks_as_chat else message.from_user
    own_name = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    return _visitor(message.chat, user, thread_of(message), administrator=own_name)


def of_press(query: CallbackQuery, under: MaybeInaccessibleMessage) -> Visitor:
    return _visitor(under.chat, query.from_user, thread_of(under), administrator=False)


def of_change(change: ChatMemberUpdated) -> Visitor:
    """Who lets the bot in to post is an administrator."""
    return _visitor(change.chat, change.from_user, None, administrator=True)


def thread_of(message: MaybeInaccessibleMessage) -> int | None:
    """The forum thread; a chain of replies in an ordinary group is none."""
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id
    return None


async def administers(bot: Bot, who: Visitor) -> bool:
    """Bot API `getChatMember`, where it matters: nobody administers a private chat."""
    if who.administrator or who.kind is ChatKind.PRIVATE or who.user_id is None:
        return who.administrator
    try:
        member = await bot.get_chat_member(who.chat_id, who.user_id)
    except (BadRequest, Forbidden):
        return False
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


def _visitor(chat: Chat, user: User | None, thread_id: int | None, *, administrator: bool) -> Visitor:
    return Visitor(
        chat_id=chat.id,
        kind=ChatKind(chat.type),
        user_id=user.id if user else None,
        title=chat.title,
        language=user.language_code if user else None,
        thread_id=thread_id,
        administrator=administrator,
    )
