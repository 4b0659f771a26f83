"""One request of the bot, from its parameters to the answer: faults, limits, the method, the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.errors import STATUS_TITLES, ApiError, not_found, too_many
from simulator.faults import Fault
from simulator.methods import HANDLERS, Handler
from simulator.model import Call
from simulator.parameters import DECLARATIONS, Declaration, Files, Params
from simulator.updates import checked_kinds, poll_arguments
from simulator.world import World

POLL = "getUpdates"
_LIMITED = (
    "sendMessage",
    "sendPhoto",
    "sendVideo",
    "sendAnimation",
    "sendDocument",
    "sendAudio",
    "sendVoice",
    "sendMediaGroup",
    "copyMessage",
    "copyMessages",
    "forwardMessage",
    "forwardMessages",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


Ending = Literal["whole", "cut", "half", "stall", "silence"]
_ENDINGS: dict[str, Ending] = {"cut": "cut", "half": "half", "stall": "stall", "silence": "silence"}
_NOT_DONE = b'{"ok":true,"result":{"message_id":'


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire. `ending`: whole, or cut before it, cut or stalled half-way, or never begun."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    retry_after: int | None = None
    ending: Ending = "whole"


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    declaration: Declaration
    handler: Handler | None
    limited: bool


_METHODS = {
    name.lower(): Method(name, declaration, HANDLERS.get(name), name in _LIMITED)
    for name, declaration in DECLARATIONS.items()
}


async def answer(world: World, name: str, given: dict[str, Any], files: Files) -> Reply:
    """Carry out one request; everything that happens is in the world's journal afterwards."""
    method = _METHODS.get(name.lower())
    if method is None:
        return refuse(world, name, None, not_found())
    if files:
        given = {name: file for name, file in files.items() if name in method.declaration.readers} | given
    try:
        params = method.declaration.read(given, files, strict=world.options.strict)
    except ApiError as error:
        return refuse(world, method.name, _chat_id(world, given), error)
    chat_id = _chat_id(world, params)
    fault = world.faults.strike(method.name, chat_id) if world.faults else None
    if fault is not None:
        return await _faulty(world, method, params, chat_id, fault)
    return await _really(world, method, params, chat_id)


def _carried_out(world: World, method: Method, params: Params, chat_id: int | None, fault: str) -> Reply:
    journal = world.journal
    done = journal.done
    try:
        if method.limited:
            _admit(world, params, chat_id)
        result = method.handler(world, params)  # type: ignore[misc]  # only polling has none
    except ApiError as error:
        return refuse(world, method.name, chat_id, error, fault)
    body = ('{"ok":true,"result":' + _encode(result) + "}").encode("utf-8", "replace")
    message_id = result.get("message_id") if isinstance(result, dict) else None
    applied = journal.done - done
    journal.add(Call(world.clock(), method.name, chat_id, 200, "ok", applied, message_id, fault))
    return Reply(200, body)


def _admit(world: World, params: Params, chat_id: int | None) -> None:
    """Telegram's limits; an album or a batch counts as many messages."""
    chat = world.chats.get(chat_id) if chat_id is not None else None
    if chat is None:
        return
    several = params.get("message_ids") or params.get("media")
    cost = max(1, len(several)) if several else 1
    wait = world.limits.admit(chat.id, chat.kind != "private", world.clock(), cost)
    if wait is not None:
        raise too_many(wait)


async def _poll(world: World, params: Params) -> Reply:
    try:
        if world.options.strict:
            checked_kinds(params.get("allowed_updates"))
        world.updates.allow(params.get("allowed_updates"))
        updates = await world.updates.poll(*poll_arguments(params))
    except ApiError as error:
        return refuse(world, POLL, None, error)
    world.journal.add(Call(world.clock(), POLL, None, 200, "ok", 0))
    return Reply(200, b'{"ok":true,"result":' + updates + b"}")


async def _faulty(world: World, method: Method, params: Params, chat_id: int | None, fault: Fault) -> Reply:
    await asyncio.sleep(fault.before)
    usual: Reply | None = None
    if fault.apply or fault.answer == "usual":
        usual = await _really(world, method, params, chat_id, fault.name)
    await asyncio.sleep(fault.after)
    if usual is not None and fault.answer == "usual":
        return usual
    _penalise(world, fault, chat_id)
    if usual is None:
        silent = fault.answer in ("cut", "silence")
        status = fault.error.code if fault.error else 0 if silent else fault.status
        _note_failed(
            world, Call(world.clock(), method.name, chat_id, status, "not done", 0, None, fault.name)
        )
    return _spoiled(fault, usual.body if usual else _NOT_DONE)


async def _really(
    world: World, method: Method, params: Params, chat_id: int | None, fault: str = ""
) -> Reply:
    if method.handler is None:
        return await _poll(world, params)
    return _carried_out(world, method, params, chat_id, fault)


def _penalise(world: World, fault: Fault, chat_id: int | None) -> None:
    if fault.error is not None and (seconds := fault.error.parameters.get("retry_after")):
        world.limits.penalise(chat_id if fault.chats else None, world.clock() + seconds)


def _spoiled(fault: Fault, body: bytes) -> Reply:
    """`body`: of the answer that would have come."""
    ending = _ENDINGS.get(fault.answer)
    if ending is not None:
        return Reply(200, body, ending=ending)
    if fault.answer == "short":
        return Reply(200, body[: len(body) // 2])
    if fault.error is not None:
        return error_reply(fault.error)
    title = STATUS_TITLES.get(fault.status, "OK")
    page = (
        f"<html>\r\n<head><title>{fault.status} {title}</title></head>\r\n<body>{title}</body>\r\n</html>\r\n"
    )
    return Reply(fault.status, page.encode(), "text/html")


def refuse(world: World, name: str, chat_id: int | None, error: ApiError, fault: str = "") -> Reply:
    """Note in the journal what the bot did not get, and say it."""
    _note_failed(world, Call(world.clock(), name, chat_id, error.code, error.description, 0, None, fault))
    return error_reply(error)


def _note_failed(world: World, call: Call) -> None:
    """Whoever follows the chats hears of it too: nothing in them changes."""
    world.journal.add(call)
    world.changes.add("failed", call.chat_id, {"method": call.method, "status": call.status})


def error_reply(error: ApiError) -> Reply:
    return Reply(
        error.code,
        _encode(error.body()).encode(),
        retry_after=error.parameters.get("retry_after"),
    )


def _chat_id(world: World, params: Mapping[str, Any]) -> int | None:
    """The chat that a request is about, as a number where it is known."""
    ref = params.get("chat_id")
    if type(ref) is int:
        return ref
    if not isinstance(ref, str):
        return None
    if (named := world.names.get(ref.lstrip("@").lower())) is not None:
        return named.id
    try:
        return int(ref)
    except ValueError:
        return None
