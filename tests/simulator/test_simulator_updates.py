"""How updates reach the bot: long polling and webhooks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from bare import Api, until

from simulator import Options, World
from simulator.updates import DAY, Updates

SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def _texts(updates: list[dict[str, Any]]) -> list[str]:
    return [one["message"]["text"] for one in updates]


async def test_an_offset_confirms_all_before_it(api: Api, world: World) -> None:
    user = world.add_user()
    for text in "abcd":
        world.send_text(user.id, text)
    first = await api.ok("getUpdates", limit=2)
    assert _texts(first) == ["a", "b"]
    assert first[1]["update_id"] == first[0]["update_id"] + 1
    assert _texts(await api.ok("getUpdates")) == ["a", "b", "c", "d"]
    assert _texts(await api.ok("getUpdates", offset=first[1]["update_id"])) == ["b", "c", "d"]
    assert _texts(await api.ok("getUpdates", offset=-1)) == ["d"]
    assert _texts(await api.ok("getUpdates")) == ["d"]
    assert await api.ok("getUpdates", offset=first[0]["update_id"] + 4) == []


async def test_a_poll_waits_for_the_next_update(api: Api, world: World) -> None:
    user = world.add_user()
    waiting = asyncio.create_task(api.ok("getUpdates", timeout=30))
    await _polling(world)
    world.send_text(user.id, "at last")
    assert _texts(await waiting) == ["at last"]


async def test_a_second_poller_ends_the_first(api: Api, world: World) -> None:
    user = world.add_user()
    first = asyncio.create_task(api.refused("getUpdates", timeout=30))
    await _polling(world)
    second = asyncio.create_task(api.ok("getUpdates", timeout=30))
    assert await first == (409, SECOND_POLLER)
    await _polling(world)
    world.send_text(user.id, "a")
    assert _texts(await second) == ["a"]


async def test_a_webhook_ends_polling(api: Api, world: World) -> None:
    waiting = asyncio.create_task(api.refused("getUpdates", timeout=30))
    await _polling(world)
    await api.ok("setWebhook", url="http://127.0.0.1:9/telegram")
    assert await waiting == (409, "Conflict: terminated by setWebhook request")
    assert await api.refused("getUpdates") == (409, WEBHOOK_ACTIVE)
    await api.ok("deleteWebhook")
    assert await api.ok("getUpdates") == []


async def test_updates_wait_while_the_bot_is_away(api: Api, world: World) -> None:
    user = world.add_user()
    await api.ok("getUpdates")
    world.send_text(user.id, "anybody?")
    assert _texts(await api.ok("getUpdates")) == ["anybody?"]


async def test_only_the_kinds_that_were_asked_for(api: Api, world: World) -> None:
    owner, member = world.add_user(), world.add_user()
    group = world.add_supergroup(administrators=[owner.id], bot="administrator")
    world.set_member(group.id, member.id, "member")
    assert [[*one][1] for one in await api.ok("getUpdates")] == ["message"]
    await api.ok("getUpdates", allowed_updates=["chat_member"], offset=-1)
    world.set_member(group.id, member.id, "administrator")
    world.send_text(member.id, "not asked for")
    changed = (await api.ok("getUpdates"))[-1]["chat_member"]
    assert (changed["old_chat_member"]["status"], changed["new_chat_member"]["status"]) == (
        "member",
        "administrator",
    )
    assert (await api.refused("getUpdates", allowed_updates=["massage"]))[0] == 400


async def test_blocking_is_told(api: Api, world: World) -> None:
    user = world.add_user()
    world.block(user.id)
    world.unblock(user.id)
    told = [one["my_chat_member"] for one in await api.ok("getUpdates")]
    assert [one["new_chat_member"]["status"] for one in told] == ["kicked", "member"]


async def test_privacy_in_groups(api: Api, world: World) -> None:
    member = world.add_user()
    group = world.add_supergroup(members=[member.id])
    sent = await api.ok("sendMessage", chat_id=group.id, text="hello")
    for text in ("chatter", "/latest", "/latest@AjilBot", "/latest@OtherBot", "hey @ajilbot"):
        world.send_text(member.id, text, chat_id=group.id)
    world.send_text(member.id, "answer", chat_id=group.id, reply_to=sent["message_id"])
    heard = ["/latest", "/latest@AjilBot", "hey @ajilbot", "answer"]
    assert _texts(await api.ok("getUpdates")) == heard


def test_old_updates_expire() -> None:
    now = 0.0
    updates = Updates(lambda: now, 1)
    updates.push("message", {}, "chat 1")
    updates.push("callback_query", {}, "user 1")
    now = 151
    assert [one.id for one in updates.pending()] == [1]
    now = DAY + 1
    assert updates.pending() == []


async def test_asking_again_too_soon_is_held() -> None:
    now = 0.0
    updates = Updates(lambda: now, 1, hold_repeats=True)
    await updates.poll(0, 100, 0)
    asked = asyncio.create_task(updates.poll(0, 100, 0))
    await asyncio.sleep(0)
    assert not asked.done()
    updates.push("message", {}, "chat 1")
    assert b"update_id" in await asked


async def _polling(world: World) -> None:
    """Until a poll waits at the server."""
    await until(lambda: world.updates._poll is not None)


class Hook:
    """A bot's webhook, which answers as told and remembers what came."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.tries: list[tuple[str, str]] = []
        self.taken: list[str] = []
        self.secrets: set[str] = set()
        self.came = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        text, chat = update["message"]["text"], str(update["message"]["chat"]["id"])
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.tries.append((chat, text))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if status == 200:
            self.taken.append(text)
        self.came.set()
        return web.Response(status=status, headers=headers)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.taken) < count:
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def _listening(hook: Hook) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(hook.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    finally:
        await runner.cleanup()


@pytest.fixture
async def hook() -> Hook:
    return Hook()


async def test_a_webhook_gets_what_waited_and_what_comes(api: Api, world: World, hook: Hook) -> None:
    user = world.add_user()
    world.send_text(user.id, "waited")
    async with _listening(hook) as url:
        await api.ok("setWebhook", url=url, secret_token="s3cret", max_connections=3)
        world.send_text(user.id, "came")
        await hook.until(2)
        assert hook.taken == ["waited", "came"]
        assert hook.secrets == {"s3cret"}
        await _delivered(world)
        info = await api.ok("getWebhookInfo")
        assert info == {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": 3,
        }


async def test_what_is_refused_comes_again_in_order(api: Api, world: World, hook: Hook) -> None:
    one, other = world.add_user(), world.add_user()
    hook.answers = [(500, {}), (429, {"Retry-After": "2"}), (302, {"Location": "/elsewhere"})]
    for text in "abc":
        world.send_text(one.id, text)
    async with _listening(hook) as url:
        await api.ok("setWebhook", url=url, max_connections=1)
        world.send_text(other.id, "x")
        await hook.until(4)
        assert [text for text in hook.taken if text != "x"] == ["a", "b", "c"]
        assert Counter(hook.tries)[str(one.id), "c"] == 1
        assert len(hook.tries) == 7
        assert (await api.ok("getWebhookInfo"))["last_error_message"].startswith(
            "Wrong response from the webhook: "
        )


async def test_updates_stay_when_nobody_listens(api: Api, world: World) -> None:
    user = world.add_user()
    await api.ok("setWebhook", url="http://127.0.0.1:9/telegram")
    world.send_text(user.id, "a")
    await until(lambda: "last_error_message" in world.webhook)
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 1
    await api.ok("deleteWebhook")
    assert _texts(await api.ok("getUpdates")) == ["a"]
    world.send_text(user.id, "b")
    await api.ok("deleteWebhook", drop_pending_updates=True)
    assert await api.ok("getUpdates") == []


@pytest.mark.parametrize(
    "given",
    [
        {"url": "telegram"},
        {"url": "http://a:b/"},
        {"url": "http://a.b/", "secret_token": "not this"},
        {"url": "http://a.b/", "max_connections": 101},
    ],
)
async def test_webhooks_that_telegram_refuses(api: Api, given: dict[str, Any]) -> None:
    assert (await api.refused("setWebhook", **given))[0] == 400


@pytest.mark.parametrize("url", ["http://example.com/", "https://example.com:8080/"])
async def test_true_to_life_only_https_on_four_ports(api: Api, world: World, url: str) -> None:
    world.options = Options(realistic=True)
    assert (await api.refused("setWebhook", url=url))[0] == 400


async def _delivered(world: World) -> None:
    """Until the last answer of the webhook is taken note of."""
    await until(lambda: len(world.updates) == 0)
