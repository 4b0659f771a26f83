"""What the phone page asks of the server: one view to draw, and what a thumb can do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.model import Call, Json
from simulator.world import World

FILES = Path(__file__).parent
MESSAGES_SHOWN, CALLS_SHOWN = 80, 60
WAIT_SECONDS = 20.0
SHUTDOWN_SECONDS = 1.0
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 10 * 1024 * 1024
# A page of another site may not post here: browsers do not send this header across sites unasked.
GUARD = "X-Phone"
LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Phone:
    """The two people whose phones are shown, by user id, and the page's title."""

    reader: int
    editor: int
    title: str = "Ajil عاجل"


@asynccontextmanager
async def serve_phone(
    world: World, phone: Phone, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve the page until the block is left; gives its address. Port 0 takes a free one."""
    app = web.Application(client_max_size=LARGEST_UPLOAD)
    app.add_routes(_routes(_View(world, phone)))
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _routes(view: _View) -> list[web.AbstractRouteDef]:
    return [
        web.get("/", view.page),
        web.get("/phone/view", view.look),
        web.post("/phone/say", view.say),
        web.post("/phone/press", view.press),
        web.post("/phone/attach", view.upload),
        web.get("/phone/file/{file_id}", view.file),
        web.static("/phone/", FILES / "static"),
    ]


class _View:
    def __init__(self, world: World, phone: Phone) -> None:
        self._world = world
        self._phone = phone

    async def page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(FILES / "static" / "phone.html")

    async def look(self, request: web.Request) -> web.Response:
        """All there is to draw; waits for a change after `after`."""
        after = _number(request.query.get("after", "0"))
        if after and after <= self._world.changes.last:
            await self._world.changes.wait(after, WAIT_SECONDS)
        return web.json_response(self._drawn(after))

    async def say(self, request: web.Request) -> web.Response:
        body = await _asked(request)
        user = self._person(body)
        reply_to = body.get("reply_to")
        message = self._world.send_text(user, str(body.get("text", "")), reply_to=reply_to)
        return web.json_response({"message_id": message.id})

    async def press(self, request: web.Request) -> web.Response:
        body = await _asked(request)
        try:
            self._world.press(self._person(body), int(body["message_id"]), data=str(body["data"]))
        except (KeyError, ValueError) as error:
            raise web.HTTPConflict(text=f"that button is gone: {error}") from None
        return web.json_response({})

    async def upload(self, request: web.Request) -> web.Response:
        """A file from the page, as a photo where it is a picture; who and the caption are in the query."""
        _guard(request)
        data = await request.content.read(LARGEST_UPLOAD + 1)
        if len(data) > LARGEST_UPLOAD:
            raise web.HTTPRequestEntityTooLarge(LARGEST_UPLOAD, len(data))
        mime_type = request.content_type
        message = self._world.send_file(
            self._person(dict(request.query)),
            data,
            kind="photo" if mime_type.startswith("image/") else "document",
            name=request.query.get("name", "file"),
            mime_type=mime_type,
            caption=request.query.get("caption", ""),
        )
        return web.json_response({"message_id": message.id})

    async def file(self, request: web.Request) -> web.Response:
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.data, content_type=stored.mime_type, headers=headers)

    def _person(self, body: Json) -> int:
        """The person on whose phone it happened: nobody else's."""
        user = _number(str(body.get("user", "")))
        if user not in (self._phone.reader, self._phone.editor):
            raise web.HTTPForbidden(text="this page holds two phones only")
        return user

    def _drawn(self, after: int) -> Json:
        calls = islice(reversed(self._world.journal.calls), CALLS_SHOWN)
        return {
            "seq": self._world.changes.last,
            "title": self._phone.title,
            "bot": self._world.bot.api(),
            "phones": [self._chat("reader", self._phone.reader), self._chat("editor", self._phone.editor)],
            "answers": self._answers(after) if after else [],
            "calls": [_call(call) for call in calls if call.method not in _QUIET],
            "total": self._world.journal.total,
        }

    def _chat(self, role: str, user_id: int) -> Json:
        messages = self._world.messages(user_id)[-MESSAGES_SHOWN:]
        return {
            "role": role,
            "user": self._world.users[user_id].api(),
            "messages": [message.api() for message in messages],
            "commands": self._commands(user_id),
        }

    def _answers(self, after: int) -> list[Json]:
        """What the bot said to presses since `after`, in the chats where they were made."""
        changes = self._world.changes.since(after)
        return [change.detail | {"chat_id": change.chat_id} for change in changes if change.what == "answer"]

    def _commands(self, user_id: int) -> list[Json]:
        """The menu of a person: the narrowest scope and language that the bot has set one for."""
        language = self._world.users[user_id].language_code
        scopes: tuple[Json, ...] = (
            {"type": "chat", "chat_id": user_id},
            {"type": "all_private_chats"},
            {"type": "default"},
        )
        keys = [(json.dumps(scope, sort_keys=True), tag) for scope in scopes for tag in (language, "")]
        return next((found for key in keys if (found := self._world.commands.get(key))), [])


_QUIET = frozenset({"getUpdates", "getMe", "getWebhookInfo", "deleteWebhook"})


def _call(call: Call) -> dict[str, Any]:
    return {
        "at": call.at,
        "method": call.method,
        "chat": call.chat_id,
        "status": call.status,
        "outcome": call.outcome,
    }


async def _asked(request: web.Request) -> Json:
    _guard(request)
    if (request.content_length or 0) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length or 0)
    body = await request.json()
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object is expected")
    return body


def _guard(request: web.Request) -> None:
    if GUARD not in request.headers:
        raise web.HTTPForbidden(text=f"only the page itself may do that: the header {GUARD} is missing")


def _number(text: str) -> int:
    well_formed = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if well_formed else 0
