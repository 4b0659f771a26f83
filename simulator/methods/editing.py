"""Edits, deletions, and answers to buttons."""

from __future__ import annotations

from simulator.errors import ApiError, bad_request, not_modified, query_too_old
from simulator.formatting import caption_content, text_content
from simulator.keyboards import checked
from simulator.model import Chat, Json, Message
from simulator.parameters import Params, missing
from simulator.world import World

TWO_DAYS = 48 * 3600
MOST_DELETED = 100
ANSWER_LIMIT = 200
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")


def edit_message_text(world: World, params: Params) -> Json:
    message = _editable(world, params)
    if "rich_message" in params:
        raise bad_request("rich messages are not simulated")
    if "text" not in params:
        raise missing("text")
    content = text_content(params, world.users)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    if options := params.get("link_preview_options"):
        content["link_preview_options"] = options
    return _change(world, message, content, params)


def edit_message_caption(world: World, params: Params) -> Json:
    message = _editable(world, params)
    if "text" in message.content or message.is_service:
        raise bad_request("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in _CAPTION}
    return _change(world, message, kept | caption_content(params, world.users), params)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    message = _editable(world, params)
    return _change(world, message, message.content, params)


def _editable(world: World, params: Params) -> Message:
    """The bot's own message that is meant; raises where there is none or it cannot be changed."""
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    for name in ("chat_id", "message_id"):
        if name not in params:
            raise missing(name)
    chat = world.reachable(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    is_forward = message.extra is not None and "forward_origin" in message.extra
    if message.sender is not world.bot or message.is_service or is_forward:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, content: Json, params: Params) -> Json:
    given = params.get("reply_markup")
    markup = checked(given) if given is not None else None
    if content == message.content and markup == message.markup:
        raise not_modified()
    message.content, message.markup = content, markup
    world.edited(message)
    world.journal.count_edited(message.chat.id)
    return message.api()


def delete_message(world: World, params: Params) -> bool:
    chat = world.reachable(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    _delete(world, chat, [message])
    return True


def delete_messages(world: World, params: Params) -> bool:
    chat = world.reachable(params["chat_id"])
    ids = params["message_ids"]
    if not 1 <= len(ids) <= MOST_DELETED:
        raise bad_request("there must be 1 to 100 message identifiers to delete")
    _delete(world, chat, [chat.messages[one] for one in dict.fromkeys(ids) if one in chat.messages])
    return True


def _delete(world: World, chat: Chat, messages: list[Message]) -> None:
    """All or none: one that cannot be deleted fails the call."""
    for message in messages:
        if (refusal := _undeletable(world, chat, message)) is not None:
            raise refusal
    for message in messages:
        world.delete(message)
        world.journal.done += 1


def _undeletable(world: World, chat: Chat, message: Message) -> ApiError | None:
    if chat.kind in {"private", "group"} and world.clock() - message.date > TWO_DAYS:
        return bad_request("message can't be deleted for everyone")
    own = message.sender is world.bot or chat.kind == "private"
    if not own and chat.bot != "administrator":
        return bad_request("message can't be deleted")
    return None


def answer_callback_query(world: World, params: Params) -> bool:
    callback = world.callbacks.get(params["callback_query_id"])
    too_old = callback is not None and world.clock() - callback.at > world.options.callback_seconds
    if callback is None or callback.answer is not None or too_old:
        raise query_too_old()
    if len(params.get("text", "")) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    told: Json = {
        name: params[name] for name in ("text", "show_alert", "url", "cache_time") if name in params
    }
    callback.answer = told
    world.changes.add("answer", callback.chat_id, {"callback_query_id": callback.id, **told})
    return True
