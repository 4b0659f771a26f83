"""Chats: who is in them, what is pinned, their topics."""

from __future__ import annotations

from simulator.errors import bad_request
from simulator.founding import member_json
from simulator.model import PRESENT, Chat, Json
from simulator.parameters import Params
from simulator.world import World

_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
    True,
)


def get_chat(world: World, params: Params) -> Json:
    chat = _known(world, params)
    told = chat.api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _GIFTS,
    }
    if chat.pinned and (newest := chat.messages.get(chat.pinned[-1])):
        told["pinned_message"] = newest.api()
    if chat.kind in {"group", "supergroup"}:
        told["permissions"] = {"can_send_messages": not chat.silenced}
    return told


def get_chat_member(world: World, params: Params) -> Json:
    chat = _known(world, params)
    user = world.users.get(params["user_id"])
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.kind != "private" else "user not found")
    if chat.user is not None:
        return member_json(user, "member" if user in (chat.user, world.bot) else "left")
    return member_json(user, chat.members.get(user.id, "left"))


def get_chat_member_count(world: World, params: Params) -> int:
    chat = _known(world, params)
    return 2 if chat.user is not None else sum(standing in PRESENT for standing in chat.members.values())


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = _known(world, params)
    if chat.user is not None:
        raise bad_request("there are no administrators in the private chat")
    return [
        member_json(world.users[user_id], standing)
        for user_id, standing in chat.members.items()
        if standing in {"creator", "administrator"} and user_id in world.users
    ]


def pin_chat_message(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    if params["message_id"] not in chat.messages:
        raise bad_request("message to pin not found")
    if params["message_id"] not in chat.pinned:
        chat.pinned.append(params["message_id"])
    world.changes.add("pinned", chat.id, list(chat.pinned))
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    which = params.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if which not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(which)
    world.changes.add("pinned", chat.id, list(chat.pinned))
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    chat.pinned.clear()
    world.changes.add("pinned", chat.id, [])
    return True


def leave_chat(world: World, params: Params) -> bool:
    chat = world.reachable(params["chat_id"])
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    world.set_bot(chat.id, "left", by=world.bot.id)
    return True


def create_forum_topic(world: World, params: Params) -> Json:
    chat = _forum(world, params)
    topic = world.add_topic(chat.id, params["name"])
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": 7322096}


def close_forum_topic(world: World, params: Params) -> bool:
    return _set_closed(world, params, closed=True)


def reopen_forum_topic(world: World, params: Params) -> bool:
    return _set_closed(world, params, closed=False)


def _set_closed(world: World, params: Params, *, closed: bool) -> bool:
    chat = _forum(world, params)
    thread_id = params["message_thread_id"]
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    if chat.topics[thread_id].closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    world.close_topic(chat.id, thread_id, closed=closed)
    return True


def _known(world: World, params: Params) -> Chat:
    """A private chat may be asked about even where the bot is blocked."""
    chat = world.chat(params["chat_id"])
    return chat if chat.user is not None else world.reachable(chat.id)


def _pinnable(world: World, params: Params) -> Chat:
    chat = world.reachable(params["chat_id"])
    if chat.kind in {"supergroup", "channel"} and chat.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _forum(world: World, params: Params) -> Chat:
    chat = world.reachable(params["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if chat.bot != "administrator":
        raise bad_request("not enough rights to create a topic")
    return chat
