"""The bureau, open for one test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
from bureau import HOUSE, NOW, OWNER, Bureau, Engine
from telegram.ext import Application, ExtBot

from handlers.doors import Doors
from handlers.register import register
from newsroom.desk import Desk
from simulator import TOKEN, World, serve
from storage.database import Database


@pytest.fixture
async def bureau(sqlite_url: str) -> AsyncIterator[Bureau]:
    world, database = World(), Database.open(sqlite_url)
    world.add_user("Owner", user_id=OWNER, language_code="en")
    wakings: list[None] = []
    engine = Engine()
    pushed = partial(wakings.append, None)
    desk = Desk(database, HOUSE, now=lambda: NOW, pushed=pushed, engine=engine)
    async with serve(world) as server:
        bot = ExtBot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
        application = Application.builder().bot(bot).updater(None).build()
        register(application, Doors(desk=desk, house=HOUSE))
        async with application:
            yield Bureau(world, desk, database, application, engine, wakings)
    await database.close()


@pytest.fixture
def reader(bureau: Bureau) -> int:
    return bureau.world.add_user("Reader", language_code="en").id
