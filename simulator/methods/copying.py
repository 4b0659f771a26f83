"""Copies and forwards."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from simulator.errors import bad_request
from simulator.formatting import caption_content
from simulator.methods.sending import post
from simulator.model import Chat, Json, Message
from simulator.parameters import Params
from simulator.world import World, forwarded

MOST_AT_ONCE = 100
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")


def copy_message(world: World, params: Params) -> Json:
    chat, original = _one(world, params, "copy")
    content = original.content
    if "caption" in params and "text" not in content:
        content = _uncaptioned(content) | caption_content(params, world.users)
    return {"message_id": post(world, chat, params, content).id}


def copy_messages(world: World, params: Params) -> list[Json]:
    def content(original: Message) -> Json:
        return _uncaptioned(original.content) if params.get("remove_caption") else original.content

    return _many(world, params, "copy", content, lambda _original: None)


def forward_message(world: World, params: Params) -> Json:
    chat, original = _one(world, params, "forward")
    return post(world, chat, params, original.content, extra=forwarded(original)).api()


def forward_messages(world: World, params: Params) -> list[Json]:
    return _many(world, params, "forward", lambda original: original.content, forwarded)


def _one(world: World, params: Params, verb: str) -> tuple[Chat, Message]:
    source = world.reachable(params["from_chat_id"])
    chat = world.writable(params["chat_id"])
    original = source.messages.get(params["message_id"])
    if original is None:
        raise bad_request(f"message to {verb} not found")
    if not _free(original):
        raise bad_request(f"message can't be {_DONE[verb]}")
    return chat, original


def _many(
    world: World,
    params: Params,
    verb: str,
    content: Callable[[Message], Json],
    origin: Callable[[Message], Json | None],
) -> list[Json]:
    """Those that are not there, or cannot be taken, are passed over; albums stay albums."""
    source = world.reachable(params["from_chat_id"])
    chat = world.writable(params["chat_id"])
    ids = params["message_ids"]
    if not 1 <= len(ids) <= MOST_AT_ONCE or any(a >= b for a, b in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [source.messages[one] for one in ids if one in source.messages and _free(source.messages[one])]
    if not found:
        raise bad_request(f"there are no messages to {verb}")
    albums: dict[str, str] = {}
    posted = []
    for original in found:
        extra = dict(origin(original) or {}) | _album(world, original, albums)
        posted.append(post(world, chat, params, content(original), extra=extra or None))
    return [{"message_id": message.id} for message in posted]


_DONE = {"copy": "copied", "forward": "forwarded"}


def _album(world: World, original: Message, albums: dict[str, str]) -> Json:
    if original.extra is None or "media_group_id" not in original.extra:
        return {}
    old = original.extra["media_group_id"]
    return {"media_group_id": albums.setdefault(old, str(world.random.getrandbits(60)))}


def _free(message: Message) -> bool:
    return not message.is_service and not (message.extra and message.extra.get("has_protected_content"))


def _uncaptioned(content: Json) -> Json:
    return {name: value for name, value in content.items() if name not in _CAPTION}
