"""Hubs that bring news by themselves: asked, verified, believed only where they sign, renewed, left."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import ClientSession
from far_end import FarEnd, http, serving
from newsstand import Newsstand, feed_of, lines, newsstand, teach_lines
from prometheus_client import CollectorRegistry

from newsroom import wire
from newsroom.feeds.hubs import lease_of, signed
from storage import hubs
from storage.database import Database
from storage.hubs import HubState, Subscription
from web.keyring import Keyring
from web.server import Doors, Listening, create, listen
from web.telegram import Webhook

CALLBACKS = "https://news.example/websub"
CALM, ALERT = "1|5|The ferry is back", "2|1|The bridge is closed"
DAY = timedelta(days=1)


@dataclass
class Hub:
    """What it was asked, as forms."""

    asked: list[dict[str, str]] = field(default_factory=list)
    there: FarEnd = field(default_factory=FarEnd)
    answer: bytes = field(default_factory=lambda: http("202 Accepted"))

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = self.there.requests[-1].lower()
        size = int(head.partition("content-length: ")[2].split("\r\n")[0])
        self.asked.append(dict(parse_qsl((await reader.readexactly(size)).decode())))
        writer.write(self.answer)
        await writer.drain()


@dataclass
class Scene:
    """A newsstand whose feed offers a hub, and our own HTTP side, which the hub calls."""

    stand: Newsstand
    hub: Hub
    server: Listening
    session: ClientSession

    @property
    def feed(self) -> bytes:
        return feed_of(lines(CALM), f'Link: <{self.hub.there.url}/>; rel="hub", </feed>; rel="self"')

    async def subscribe(self, options: str = "push") -> dict[str, str]:
        """The feed is added and polled, and its hub asked: with what."""
        self.stand.site.answer = self.feed
        await self.stand.add(options)
        await self.stand.poll(timedelta(0))
        await self.stand.desk.feeds.subscribe_due()
        return self.hub.asked[-1]

    async def verify(self, form: dict[str, str], **changes: str) -> tuple[int, str]:
        asked = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "ch4llenge"}
        asked |= {"hub.lease_seconds": "864000"} | {f"hub.{name}": value for name, value in changes.items()}
        async with self.session.get(self.address(form), params=asked) as response:
            return response.status, await response.text()

    async def bring(self, form: dict[str, str], body: bytes, secret: str | None = None) -> int:
        key = form["hub.secret"] if secret is None else secret
        signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/x-lines", "X-Hub-Signature": f"sha256={signature}"}
        async with self.session.post(self.address(form), data=body, headers=headers) as response:
            return response.status

    def address(self, form: dict[str, str]) -> str:
        return f"http://127.0.0.1:{self.server.port}{urlsplit(form['hub.callback']).path}"

    async def subscription(self) -> Subscription | None:
        return await self.stand.database.read(lambda tx: hubs.of(tx, 1))


async def nothing(_: dict[str, object]) -> None:
    """No update comes here."""


@pytest.fixture
async def scene(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    hub = Hub()
    async with AsyncExitStack() as stack:
        hub.there = await stack.enter_async_context(serving(hub))
        stand = await stack.enter_async_context(newsstand(db, callbacks=CALLBACKS, allowed={hub.there.pair}))
        monkeypatch.setattr(wire, "read", teach_lines(stand.read))
        doors = Doors(
            desk=stand.desk,
            keyring=Keyring(()),
            registry=CollectorRegistry(),
            webhook=Webhook("secret", nothing),
        )
        server = await listen(create(doors), "127.0.0.1", 0)
        stack.push_async_callback(server.stop)
        session = await stack.enter_async_context(ClientSession())
        yield Scene(stand, hub, server, session)


async def test_a_hub_is_asked_and_verified_and_what_it_brings_is_filed_at_once(scene: Scene) -> None:
    form = await scene.subscribe()
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == f"{scene.stand.there.url}/feed"
    assert form["hub.callback"].startswith(f"{CALLBACKS}/")
    assert await scene.verify(form) == (200, "ch4llenge")
    assert await scene.bring(form, lines(ALERT)) == 202
    assert len(await scene.stand.states()) == 2
    assert len(await scene.stand.pushes()) == 1
    told = (await scene.stand.say("1")).text
    assert "Its hub brings what is new at once" in told
    assert "1 new" in told
    assert form["hub.secret"] not in told


async def test_what_a_hub_brought_is_no_news_to_the_next_poll(scene: Scene) -> None:
    form = await scene.subscribe()
    await scene.verify(form)
    await scene.bring(form, lines(ALERT))
    scene.stand.site.answer = feed_of(lines(ALERT, CALM))
    report = await scene.stand.poll()
    assert (report.fresh, report.pushed) == (0, 0)


async def test_what_is_not_signed_by_the_hub_is_not_filed(scene: Scene) -> None:
    form = await scene.subscribe()
    await scene.verify(form)
    assert await scene.bring(form, lines(ALERT), secret="guessed") == 202
    async with scene.session.post(scene.address(form), data=lines(ALERT)) as response:
        assert response.status == 202
    assert len(await scene.stand.states()) == 1


@pytest.mark.parametrize(
    "changes",
    [{"topic": "https://other.example/feed"}, {"mode": "unsubscribe"}, {"mode": ""}],
)
async def test_a_hub_that_asks_for_what_nobody_wanted_is_refused(
    scene: Scene, changes: dict[str, str]
) -> None:
    form = await scene.subscribe()
    status, said = await scene.verify(form, **changes)
    assert (status, "ch4llenge" in said) == (404, False)
    subscription = await scene.subscription()
    assert subscription is not None
    assert subscription.state is HubState.ASKED


async def test_a_stranger_finds_no_subscription(scene: Scene) -> None:
    form = await scene.subscribe()
    stranger = form | {"hub.callback": f"{CALLBACKS}/aaaaaaaaaaaaaaaaaaaaaaaa"}
    assert (await scene.verify(stranger))[0] == 404
    assert await scene.bring(stranger, lines(ALERT)) == 410


async def test_a_lease_is_renewed_before_it_ends_and_not_before(scene: Scene) -> None:
    form = await scene.subscribe()
    await scene.verify(form, lease_seconds=str(10 * 86400))
    for days, asked in ((7, 1), (1, 2)):
        scene.stand.now += days * DAY
        await scene.stand.desk.feeds.subscribe_due()
        assert len(scene.hub.asked) == asked
    assert scene.hub.asked[1]["hub.callback"] == form["hub.callback"]


async def test_a_hub_that_does_not_answer_is_asked_again_later(scene: Scene) -> None:
    scene.hub.answer = http("503 Service Unavailable")
    await scene.subscribe()
    await scene.stand.desk.feeds.subscribe_due()
    assert len(scene.hub.asked) == 1
    scene.stand.now += timedelta(hours=1)
    await scene.stand.desk.feeds.subscribe_due()
    assert len(scene.hub.asked) == 2


async def test_a_hub_that_denies_is_believed_for_a_day(scene: Scene) -> None:
    form = await scene.subscribe()
    assert (await scene.verify(form, mode="denied"))[0] == 200
    assert await scene.bring(form, lines(ALERT)) == 410
    scene.stand.now += DAY - timedelta(hours=1)
    await scene.stand.desk.feeds.subscribe_due()
    assert len(scene.hub.asked) == 1
    scene.stand.now += timedelta(hours=1)
    await scene.stand.desk.feeds.subscribe_due()
    assert len(scene.hub.asked) == 2


async def test_a_feed_that_is_paused_or_removed_takes_nothing_from_its_hub(scene: Scene) -> None:
    form = await scene.subscribe()
    await scene.verify(form)
    await scene.stand.say("pause 1")
    assert await scene.bring(form, lines(ALERT)) == 202
    assert len(await scene.stand.states()) == 1
    await scene.stand.say("remove 1")
    assert await scene.bring(form, lines(ALERT)) == 410


async def test_a_feed_that_offers_no_hub_any_more_has_none(scene: Scene) -> None:
    await scene.subscribe()
    scene.stand.site.answer = feed_of(lines(CALM, ALERT))
    await scene.stand.poll()
    assert await scene.subscription() is None


async def test_what_a_hub_brings_and_nobody_can_read_changes_nothing(scene: Scene) -> None:
    form = await scene.subscribe()
    await scene.verify(form)
    assert await scene.bring(form, b"\0not lines") == 202
    assert len(await scene.stand.states()) == 1


async def test_without_a_public_address_no_hub_is_asked(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(http("202 Accepted")) as hub, newsstand(db, allowed={hub.pair}) as stand:
        monkeypatch.setattr(wire, "read", teach_lines(stand.read))
        stand.site.answer = feed_of(lines(CALM), f'Link: <{hub.url}/>; rel="hub"')
        await stand.add()
        await stand.poll()
        await stand.desk.feeds.subscribe_due()
        assert hub.requests == []


async def test_a_hub_inside_our_own_network_is_not_asked(scene: Scene) -> None:
    scene.stand.site.answer = feed_of(lines(CALM), 'Link: <http://169.254.169.254/>; rel="hub"')
    await scene.stand.add()
    await scene.stand.poll()
    await scene.stand.desk.feeds.subscribe_due()
    assert scene.hub.asked == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures(algorithm: str) -> None:
    good = hmac.new(b"secret", b"body", algorithm).hexdigest()
    assert signed("secret", f"{algorithm}={good}", b"body")
    assert signed("secret", f" {algorithm.upper()}={good.upper()}", b"body")
    assert not signed("secret", f"{algorithm}={good}", b"bodY")
    assert not signed("secreT", f"{algorithm}={good}", b"body")


@pytest.mark.parametrize("signature", [None, "", "=", "md5=9", "sha256=", "sha256=ü", "sha256", "new=1"])
def test_what_is_no_signature(signature: str | None) -> None:
    assert not signed("secret", signature, b"body")


@pytest.mark.parametrize(
    ("seconds", "days"), [(None, 10), (86400, 1), (0, 5 / 1440), (10**11, 30), (86400 * 12, 12)]
)
def test_leases_are_taken_within_reason(seconds: int | None, days: float) -> None:
    assert lease_of(seconds) == timedelta(days=days)
