"""A real server on a real port, in front of the real Desk on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from newsroom.desk import Desk
from newsroom.house import House
from storage.database import Database
from web import protocol
from web.bounds import Pace
from web.keyring import Keyring, Sender
from web.server import Doors, Listening, create, listen
from web.telegram import Webhook

HARBOUR = "key-of-the-harbour"
HILL = "key-of-the-hill"
SECRET = "what-telegram-proves-itself-with"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Telegram:
    """What came through the webhook, and what shall be raised instead of taking it."""

    updates: list[dict[str, object]] = field(default_factory=list)
    trouble: Exception | None = None

    async def submit(self, update: dict[str, object]) -> None:
        if self.trouble:
            raise self.trouble
        self.updates.append(update)


@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Wakings:
    count: int = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def wakings() -> Wakings:
    return Wakings()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def doors(database: Database, wakings: Wakings, clock: Clock, telegram: Telegram) -> Doors:
    return Doors(
        desk=Desk(database, House(owners=frozenset({7})), now=lambda: NOW, pushed=wakings),
        keyring=Keyring([(Sender("harbour", trusted=True), HARBOUR), (Sender("hill", trusted=False), HILL)]),
        registry=CollectorRegistry(),
        webhook=Webhook(secret=SECRET, submit=telegram.submit),
        pace=Pace(per_second=2, burst=5),
        clock=clock,
    )


@pytest.fixture
async def server(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listening]:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.2)
    listening = await listen(create(doors), "127.0.0.1", 0)
    yield listening
    await listening.stop()


@pytest.fixture
async def client(server: Listening) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session
