"""`/sim/…`: the world's methods over HTTP, for a phone in the browser and tests in other processes.

`POST /sim/{act}` takes a JSON object with the arguments of `World.{act}` by name and answers JSON; what the
world cannot do is a 400 with `{"error": …}`. `GET` reads: `/sim/messages?chat_id=`, `/sim/chats`,
`/sim/calls`, `/sim/counts`, `/sim/callback?id=&timeout=`, `/sim/changes?after=&timeout=` (long poll) and
`/sim/events?after=` (Server-Sent Events).
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from simulator import faults
from simulator.errors import ApiError
from simulator.journal import Change
from simulator.limits import Rates
from simulator.model import Callback, Chat, Json, Message
from simulator.world import World

Route = Callable[[World, web.BaseRequest], Awaitable[web.StreamResponse]]
MOST_WAIT = 50.0
_KEEP_ALIVE = 15.0


def _answer(told: Any, status: int = 200) -> web.Response:
    return web.json_response(told, status=status)


def chat_json(chat: Chat) -> Json:
    """The Bot API's Chat and what a phone would know besides."""
    return chat.api() | {
        "bot": chat.bot,
        "blocked": chat.blocked,
        "started": chat.started,
        "migrated_to": chat.migrated_to,
        "prompt": chat.prompt,
        "pinned": chat.pinned,
        "topics": [{"id": one.id, "name": one.name, "closed": one.closed} for one in chat.topics.values()],
        "members": {str(user): standing for user, standing in chat.members.items()},
    }


def callback_json(callback: Callback) -> Json:
    return asdict(callback)


def change_json(world: World, change: Change) -> Json:
    """A change, with the message as it is by now (null when it is gone)."""
    told: Json = {"seq": change.seq, "what": change.what, "chat_id": change.chat_id}
    chat = world.chats.get(change.chat_id) if change.chat_id is not None else None
    if change.what in {"message", "edited", "deleted"}:
        found = chat.messages.get(change.detail) if chat is not None else None
        return told | {"message_id": change.detail, "message": found.api() if found else None}
    if change.what == "chat":
        return told | {"chat": chat_json(chat) if chat is not None else None}
    return told | {"detail": change.detail}


def _json(told: Any) -> Any:
    match told:
        case Message():
            return told.api()
        case Chat():
            return chat_json(told)
        case Callback():
            return callback_json(told)
        case range():
            return {"first_id": told.start, "count": len(told)}
        case None:
            return {"ok": True}
    return told.api() if hasattr(told, "api") else asdict(told)


def _act(name: str) -> Route:
    """`POST /sim/{name}`: the world's method of that name."""

    async def act(world: World, request: web.BaseRequest) -> web.StreamResponse:
        try:
            given = json.loads(await request.read() or b"{}")
            if "data_base64" in given:
                given["data"] = base64.b64decode(given.pop("data_base64"))
            told = _json(getattr(world, name)(**given))
        except (ValueError, TypeError, KeyError) as error:
            return _answer({"error": f"{type(error).__name__}: {error}"}, 400)
        except ApiError as error:
            return _answer({"error": error.description}, 400)
        return _answer(told)

    return act


ACTS = (
    "add_user",
    "add_people",
    "add_group",
    "add_supergroup",
    "add_channel",
    "add_forum",
    "add_topic",
    "close_topic",
    "send_text",
    "send_file",
    "forward",
    "edit_text",
    "press",
    "block",
    "unblock",
    "deactivate",
    "set_bot",
    "kick_bot",
    "set_member",
    "silence",
    "vanish",
    "upgrade",
)


async def _messages(world: World, request: web.BaseRequest) -> web.StreamResponse:
    chat = world.chats.get(_number(request, "chat_id", 0))
    if chat is None:
        return _answer({"error": "there is no such chat"}, 404)
    return _answer([message.api() for message in chat.messages.values()])


async def _chats(world: World, _request: web.BaseRequest) -> web.StreamResponse:
    return _answer([chat_json(chat) for chat in world.chats.values()])


async def _calls(world: World, request: web.BaseRequest) -> web.StreamResponse:
    """The newest `limit` requests of the bot (all), oldest first, those of `method` only."""
    method, limit = request.query.get("method"), _number(request, "limit", len(world.journal.calls))
    found = [asdict(call) for call in world.journal.calls if method is None or call.method == method]
    return _answer({"total": world.journal.total, "calls": found[-limit:] if limit else []})


async def _counts(world: World, _request: web.BaseRequest) -> web.StreamResponse:
    """Messages applied in each chat, answers by status, the fullest windows, faults that struck."""
    return _answer(
        {
            "sent": {str(chat): count for chat, count in world.journal.sent.items()},
            "edited": {str(chat): count for chat, count in world.journal.edited.items()},
            "statuses": {str(status): count for status, count in world.journal.statuses.items()},
            "pending_updates": len(world.updates),
            "worst": asdict(world.limits.worst),
            "refused": world.limits.refused,
            "early": world.limits.early,
            "faults": world.faults.struck(),
        }
    )


async def _callback(world: World, request: web.BaseRequest) -> web.StreamResponse:
    """A press and its answer, waiting `timeout` seconds for it."""
    callback = world.callbacks.get(request.query.get("id", ""))
    if callback is None:
        return _answer({"error": "there is no such press"}, 404)
    with contextlib.suppress(TimeoutError):
        await world.answer_to(callback, _seconds(request))
    return _answer(callback_json(callback))


async def _changes(world: World, request: web.BaseRequest) -> web.StreamResponse:
    after = _number(request, "after", world.changes.last)
    found = world.changes.since(after)
    if not found and (seconds := _seconds(request)) > 0:
        found = await world.changes.wait(after, seconds)
    told = [change_json(world, one) for one in found]
    return _answer({"last": world.changes.last, "missed": world.changes.missed(after), "changes": told})


async def _events(world: World, request: web.BaseRequest) -> web.StreamResponse:
    seq = _number(request, "after", world.changes.last)
    if (resumed := request.headers.get("Last-Event-ID", "")).isdecimal():
        seq = int(resumed)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):
        await _stream(world, response, seq)
    return response


async def _stream(world: World, response: web.StreamResponse, seq: int) -> None:
    await response.write(b": here\n\n")
    while not world.changes.closed:
        found = world.changes.since(seq) or await world.changes.wait(seq, _KEEP_ALIVE)
        for change in found:
            told = json.dumps(change_json(world, change), ensure_ascii=False)
            await response.write(f"id: {change.seq}\ndata: {told}\n\n".encode())
            seq = change.seq
        if not found:
            await response.write(b": still here\n\n")


async def _add_fault(world: World, request: web.BaseRequest) -> web.StreamResponse:
    """`{"fault": "flood", "with": {"retry_after": 7}, "methods": […], "chats": […], "count": 3, …}`."""
    try:
        given = json.loads(await request.read())
        made = FAULTS[given.pop("fault")](**given.pop("with", {}))
        methods, chats = given.pop("methods", []), frozenset(given.pop("chats", []))
        world.faults.add(made.on(*methods, chats=chats, **given))
    except (ValueError, TypeError, KeyError) as error:
        return _answer({"error": f"{type(error).__name__}: {error}"}, 400)
    return _answer({"ok": True})


FAULTS: dict[str, Callable[..., faults.Fault]] = {
    "flood": faults.flood,
    "bare_flood": faults.bare_flood,
    "server_error": faults.server_error,
    "bad_gateway": faults.bad_gateway,
    "html_ok": faults.html_ok,
    "reset": faults.reset,
    "dropped": faults.dropped,
    "half_answer": faults.half_answer,
    "stalled_answer": faults.stalled_answer,
    "short_answer": faults.short_answer,
    "silence": faults.silence,
    "page": faults.page,
    "slow": faults.slow,
    "refusal": lambda code, description, **parameters: faults.refusal(
        ApiError(code, description, **parameters)
    ),
}


async def _clear_faults(world: World, _request: web.BaseRequest) -> web.StreamResponse:
    world.faults.clear()
    return _answer({"ok": True})


async def _set_limits(world: World, request: web.BaseRequest) -> web.StreamResponse:
    try:
        world.limits.rates = Rates(**json.loads(await request.read() or b"{}"))
    except (ValueError, TypeError) as error:
        return _answer({"error": str(error)}, 400)
    return _answer({"ok": True})


def _number(request: web.BaseRequest, name: str, usual: int) -> int:
    try:
        return int(request.query.get(name, usual))
    except ValueError:
        return usual


def _seconds(request: web.BaseRequest) -> float:
    return float(max(0, min(MOST_WAIT, _number(request, "timeout", 0))))


ROUTES: dict[tuple[str, str], Route] = {
    **{("POST", f"/sim/{name}"): _act(name) for name in ACTS},
    ("GET", "/sim/messages"): _messages,
    ("GET", "/sim/chats"): _chats,
    ("GET", "/sim/calls"): _calls,
    ("GET", "/sim/counts"): _counts,
    ("GET", "/sim/callback"): _callback,
    ("GET", "/sim/changes"): _changes,
    ("GET", "/sim/events"): _events,
    ("POST", "/sim/faults"): _add_fault,
    ("POST", "/sim/faults/clear"): _clear_faults,
    ("POST", "/sim/limits"): _set_limits,
}
