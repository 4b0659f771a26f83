"""The server as a whole: it stands whatever comes, and a world outlives it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from bare import Api
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import World, serve
from simulator.declared import METHODS, declared
from simulator.dispatch import POLL, answer

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([100_001, "@wire", "HTML", "<b>", "²", "[{}]", "{", "attach://x", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "offset", "text", "url", "id"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
async def test_nothing_that_is_asked_breaks_it(data: st.DataObject) -> None:
    world = World()
    world.send_text(world.add_user(user_id=100_001).id, "a")
    world.add_channel(username="wire")
    method = data.draw(st.sampled_from(sorted(METHODS.keys() - {POLL})))
    given_names = [one.name for one in declared(METHODS[method]) if one.required or data.draw(st.booleans())]
    asked = {name: data.draw(VALUES) for name in given_names}
    reply = await answer(world, method, asked, {})
    assert reply.status in {200, 400, 403}
    assert json.loads(reply.body)["ok"] is (reply.status == 200)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"[" * 100_000, b"\xff"])
async def test_bodies_that_are_no_object(api: Api, world: World, body: bytes) -> None:
    url = f"{api.server.url}/bot{world.token}/sendMessage"
    async with api.session.post(url, data=body, headers={"Content-Type": "application/json"}) as answered:
        assert (answered.status, (await answered.json())["ok"]) == (400, False)
    assert world.journal.calls[-1].status == 400


async def test_a_world_outlives_its_server(world: World) -> None:
    user = world.add_user()
    async with ClientSession() as session:
        async with serve(world) as first:
            url, port = f"{first.url}/bot{world.token}/getUpdates", first.port
            assert await _updates(session, url) == []
        world.send_text(user.id, "anybody?")
        with pytest.raises(ClientConnectionError):
            await _updates(session, url)
        async with serve(world, port=port):
            [update] = await _updates(session, url)
            assert update["message"]["text"] == "anybody?"


async def test_closing_answers_who_waits(world: World) -> None:
    async with ClientSession() as session:
        async with serve(world) as server:
            url = f"{server.url}/bot{world.token}/getUpdates?timeout=50"
            waiting = asyncio.create_task(_updates(session, url))
            while world.updates._poll is None:  # noqa: ASYNC110 (there is no event to wait for)
                await asyncio.sleep(0)
        assert await waiting == []


async def _updates(session: ClientSession, url: str) -> Any:
    async with session.get(url) as answered:
        return (await answered.json())["result"]
