"""The bureau, open for one test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
from bureau import HOUSE, OWNER, Bureau, Engine
from telegram.ext import Application, ExtBot

from delivery.flow import Limits
from delivery.limiter import PacedLimiter
from delivery.pacer import Pacer
from handlers.doors import Doors
from handlers.register import register
from newsroom.desk import Desk
from newsroom.house import House
from simulator import TOKEN, World, serve
from storage.database import Database

FAST = Limits(per_second=10_000, per_chat=10_000, per_group_minute=100_000)


@pytest.fixture
def house() -> House:
    return HOUSE


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """Where what is tested hangs on the database, a file of tests asks for `database_url` instead."""
    return sqlite_url


@pytest.fixture
async def bureau(store_url: str, house: House) -> AsyncIterator[Bureau]:
    world, database = World(), Database.open(store_url)
    world.add_user("Owner", user_id=OWNER, language_code="en")
    wakings: list[None] = []
    engine = Engine()
    pushed = partial(wakings.append, None)
    desk = Desk(database, house, now=lambda: opened.now, pushed=pushed, engine=engine)
    async with serve(world) as server:
        bot = ExtBot(
            TOKEN,
            base_url=f"{server.url}/bot",
            base_file_url=f"{server.url}/file/bot",
            rate_limiter=PacedLimiter(Pacer(FAST)),
        )
        application = Application.builder().bot(bot).updater(None).build()
        register(application, Doors(desk=desk, house=house))
        async with application:
            opened = Bureau(world, desk, database, application, engine, wakings, url=server.url)
            yield opened
    await database.close()


@pytest.fixture
def reader(bureau: Bureau) -> int:
    return bureau.world.add_user("Reader", language_code="en").id
