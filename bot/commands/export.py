"""`ajil export`."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import datetime, timedelta

from bot.commands.failing import stop
from bot.settings import Settings, load
from bot.wiring import house_of, now
from newsroom.desk import Desk
from newsroom.exporting import Wanted
from newsroom.wire import said
from storage.database import Database

MOST = 1_000

_BACK = re.compile(r"(\d{1,4})([hd])")


def export(form: str, since: str | None, limit: int) -> None:
    """To standard output, byte for byte as the feed of that format has it."""
    start = None if since is None else _moment(since, now())
    if since is not None and start is None:
        stop(f"--since {since}: give a time such as 2026-03-01T12:00Z, or how far back: 12h, 7d")
    sys.stdout.buffer.write(asyncio.run(_export(form, start, limit)))
    sys.stdout.buffer.flush()


async def _export(form: str, since: datetime | None, limit: int) -> bytes:
    settings = load()
    db = Database.open(settings.database_url.get_secret_value())
    desk = Desk(db, house_of(settings), now=now, pushed=lambda: None)
    try:
        found = await desk.export(Wanted(format=form, home=_home(settings), limit=limit, since=since))
    finally:
        await db.close()
    return found.body or b""


def _moment(written: str, at: datetime) -> datetime | None:
    back = _BACK.fullmatch(written)
    if back is None:
        return said.moment(written)
    return at - (timedelta(hours=int(back[1])) if back[2] == "h" else timedelta(days=int(back[1])))


def _home(settings: Settings) -> str:
    return f"http://{settings.http_host}:{settings.http_port}/"
