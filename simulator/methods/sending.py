"""sendMessage, and what all sends share."""

from __future__ import annotations

from typing import Any

from simulator.errors import bad_request
from simulator.formatting import text_content
from simulator.keyboards import checked
from simulator.model import Chat, Json, Message
from simulator.parameters import Params
from simulator.world import World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, params: Params) -> Json:
    chat = world.writable(params["chat_id"])
    content = text_content(params, world.users)
    if options := params.get("link_preview_options"):
        content["link_preview_options"] = options
    return post(world, chat, params, content).api()


def post(
    world: World,
    chat: Chat,
    params: Params,
    content: Json,
    *,
    extra: Json | None = None,
) -> Message:
    """Put a message of the bot's into the chat, with the parameters that all sends take."""
    given = params.get("reply_markup")
    markup = checked(given) if given is not None else None
    if params.get("protect_content"):
        extra = {**(extra or {}), "has_protected_content": True}
    thread_id, reply_to = target(world, chat, params)
    if given is not None and "inline_keyboard" not in given:
        chat.prompt = given
    message = world.post(
        chat,
        world.bot,
        content,
        thread_id=thread_id,
        reply_to=reply_to,
        markup=markup,
        extra=extra,
    )
    message.silent = bool(params.get("disable_notification"))
    world.journal.count_sent(chat.id)
    return message


def target(world: World, chat: Chat, params: Params) -> tuple[int | None, int | None]:
    """The thread that a send goes to, and the message of this chat that it answers."""
    thread_id = world.thread(chat, params.get("message_thread_id"))
    answered = _answered(world, chat, params.get("reply_parameters"))
    if answered is None:
        return thread_id, None
    if chat.is_forum and thread_id is None:
        thread_id = answered.thread_id
    return thread_id, answered.id if answered.chat is chat else None


def _answered(world: World, chat: Chat, reply: dict[str, Any] | None) -> Message | None:
    if reply is None:
        return None
    there = world.chat(reply["chat_id"]) if "chat_id" in reply else chat
    found = there.messages.get(reply["message_id"])
    if found is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def send_chat_action(world: World, params: Params) -> bool:
    chat = world.writable(params["chat_id"])
    if params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.thread(chat, params.get("message_thread_id"))
    world.changes.add("action", chat.id, {"action": params["action"]})
    return True
