"""Trouble on demand, and what the judge's log says of it."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, ClientTimeout
from bare import Api

from simulator import World, faults
from simulator.errors import bad_request
from simulator.faults import Fault, Faults

END = ("}", "</html>\r\n")


async def _send(api: Api, chat_id: int) -> str:
    """How a send ended, in a word."""
    url = f"{api.server.url}/bot{api.server.world.token}/sendMessage"
    try:
        timeout = ClientTimeout(60)
        body = {"chat_id": chat_id, "text": "a"}
        async with api.session.post(url, json=body, timeout=timeout) as answered:
            text = await answered.text()
            return f"{answered.status} {answered.content_type}{'' if text.endswith(END) else ' in part'}"
    except ClientPayloadError:
        return "200 and cut"
    except ClientConnectionError:
        return "cut"


@pytest.mark.parametrize(
    ("fault", "seen", "stored"),
    [
        (faults.flood(7), "429 application/json", 0),
        (faults.bare_flood(), "429 application/json", 0),
        (faults.server_error(), "500 application/json", 0),
        (faults.server_error(503, applied=True), "503 application/json", 1),
        (faults.bad_gateway(), "502 text/html", 0),
        (faults.bad_gateway(applied=True), "502 text/html", 1),
        (faults.html_ok(), "200 text/html", 0),
        (faults.reset(), "cut", 0),
        (faults.dropped(), "cut", 1),
        (faults.slow(0.001, 0.001), "200 application/json", 1),
        (faults.refusal(bad_request("TOPIC_CLOSED")), "400 application/json", 0),
        (faults.half_answer(), "200 and cut", 0),
        (faults.half_answer(applied=True), "200 and cut", 1),
        (faults.short_answer(), "200 application/json in part", 0),
        (faults.short_answer(applied=True), "200 application/json in part", 1),
        (faults.page(403), "403 text/html", 0),
    ],
)
async def test_each_fault(api: Api, world: World, fault: Fault, seen: str, stored: int) -> None:
    user = world.add_user()
    world.faults.add(fault.on("sendMessage", count=1))
    assert await _send(api, user.id) == seen
    assert (len(world.messages(user.id)), world.journal.sent[user.id]) == (stored, stored)
    [call] = world.journal.calls
    assert (call.fault, call.applied) == (fault.name, stored)
    assert await _send(api, user.id) == "200 application/json"
    assert world.faults.struck() == {fault.name: 1}


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (faults.stalled_answer(), 0),
        (faults.stalled_answer(applied=True), 1),
        (faults.silence(), 0),
        (faults.silence(applied=True), 1),
    ],
)
async def test_what_is_never_answered_is_still_waited_for_when_a_later_one_is_through(
    api: Api, world: World, fault: Fault, stored: int
) -> None:
    user = world.add_user()
    world.faults.add(fault.on("sendMessage", count=1))
    before = world.changes.last
    sending = asyncio.create_task(_send(api, user.id))
    async with asyncio.timeout(60):
        await world.changes.wait(before, 60)
    [call] = world.journal.calls
    assert (call.fault, call.applied) == (fault.name, stored)
    assert (len(world.messages(user.id)), world.journal.sent[user.id]) == (stored, stored)
    assert await _send(api, user.id) == "200 application/json"
    assert not sending.done()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert world.faults.struck() == {fault.name: 1}


async def test_a_flood_says_how_long_and_notes_who_does_not_wait(api: Api, world: World) -> None:
    user = world.add_user()
    world.faults.add(faults.flood(7).on(count=1))
    status, body, headers = await api.raw("sendMessage", chat_id=user.id, text="a")
    assert (status, body["parameters"], headers["Retry-After"]) == (429, {"retry_after": 7}, "7")
    await api.ok("sendMessage", chat_id=user.id, text="a")
    assert world.limits.early == 1


async def test_only_the_methods_and_chats_that_are_meant(api: Api, world: World) -> None:
    one, other = world.add_user(), world.add_user()
    world.faults.add(faults.reset().on("sendMessage", chats={other.id}))
    assert await _send(api, one.id) == "200 application/json"
    assert await _send(api, other.id) == "cut"
    assert await api.ok("sendChatAction", chat_id=other.id, action="typing")
    world.faults.clear()
    assert await _send(api, other.id) == "200 application/json"


def test_the_same_seed_gives_the_same_trouble() -> None:
    def struck(seed: int) -> list[bool]:
        trouble = Faults(seed)
        trouble.add(faults.reset().on(probability=0.3, skip=2, count=20))
        return [trouble.strike("sendMessage", 1) is not None for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert sum(struck(1)) == 20


async def test_a_slow_answer_comes_after_the_deed(api: Api, world: World) -> None:
    user = world.add_user()
    world.faults.add(faults.slow(after=60).on("sendMessage"))
    sending = asyncio.create_task(_send(api, user.id))
    async with asyncio.timeout(10):
        await world.changes.wait(world.changes.last, 10)
    assert world.texts(user.id) == ["a"]
    assert not sending.done()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_faults_over_http(api: Api, world: World) -> None:
    user = world.add_user()
    await api.act("faults", fault="flood", methods=["sendMessage"], count=1, **{"with": {"retry_after": 3}})
    assert (await api.refused("sendMessage", chat_id=user.id, text="a"))[0] == 429
    await api.act("faults", fault="refusal", **{"with": {"code": 403, "description": "Forbidden: no"}})
    assert await api.refused("sendMessage", chat_id=user.id, text="a") == (403, "Forbidden: no")
    await api.act("faults/clear")
    await api.ok("sendMessage", chat_id=user.id, text="a")
    await api.act("limits", per_chat=1)
    assert (await api.refused("sendMessage", chat_id=user.id, text="a"))[0] == 429
