"""Sending files, alone and in albums, and fetching them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.errors import bad_request
from simulator.files import described
from simulator.formatting import caption_content
from simulator.methods.sending import post
from simulator.model import Json, StoredFile
from simulator.parameters import Params, Upload
from simulator.world import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
ALBUM = range(2, 11)
_TOLD = ("duration", "width", "height", "performer", "title")
_FLAGS = {"has_spoiler": "has_media_spoiler"}
_UNMIXED = frozenset({"document", "audio"})


def sender(kind: str) -> Callable[[World, Params], Json]:
    """The method that sends one file of a kind."""

    def send(world: World, params: Params) -> Json:
        chat = world.writable(params["chat_id"])
        caption = caption_content(params, world.users)
        content = _content(world, kind, params[kind], params) | caption
        return post(world, chat, params, content).api()

    return send


def send_media_group(world: World, params: Params) -> list[Json]:
    chat = world.writable(params["chat_id"])
    items = params["media"]
    if len(items) not in ALBUM:
        raise bad_request("the number of items must be between 2 and 10")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & _UNMIXED:
        raise bad_request("document and audio can't be mixed with other media types")
    contents = [
        _content(world, one["type"], one["media"], one) | caption_content(one, world.users) for one in items
    ]
    extra = {"media_group_id": str(world.random.getrandbits(60))}
    return [post(world, chat, params, content, extra=extra).api() for content in contents]


def _content(world: World, kind: str, given: Upload | str, params: Params) -> Json:
    file = _file(world, kind, given)
    told = {name: params[name] for name in _TOLD if name in params}
    flags = {shown: True for name, shown in _FLAGS.items() if params.get(name)}
    return described(file, **told) | flags


def _file(world: World, kind: str, given: Upload | str) -> StoredFile:
    if isinstance(given, str):
        return _known(world, kind, given)
    if not given.data:
        raise bad_request("file must be non-empty")
    if kind == "photo" and len(given.data) > PHOTO_LIMIT:
        raise bad_request("file is too big")
    return world.store(kind, given.data, given.name, given.mime_type)


def _known(world: World, kind: str, given: str) -> StoredFile:
    """By file id; an address is taken on trust, for nothing is fetched here."""
    if given.startswith(("http://", "https://")):
        return world.store(kind, b"", given.rpartition("/")[2] or "file", "application/octet-stream")
    file = world.files.get(given)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def get_file(world: World, params: Params) -> Json:
    file = world.files.get(params["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    told: dict[str, Any] = {"file_id": file.id, "file_unique_id": file.id[-16:], "file_size": len(file.data)}
    return told | {"file_path": file.path}
