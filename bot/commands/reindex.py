"""`ajil reindex`."""

from __future__ import annotations

import asyncio

from rich.console import Console

from bot.settings import load
from newsroom.reindexing import begin
from newsroom.reindexing import reindex as steps
from storage.database import Database


def reindex(*, again: bool) -> None:
    """`again`: from the first story on, whatever was done before."""
    seen, stale = asyncio.run(_reindex(Console(stderr=True), again=again))
    Console().print(f"{seen} stories looked at, {stale} had other terms and have them now", highlight=False)


async def _reindex(console: Console, *, again: bool) -> tuple[int, int]:
    db = Database.open(load().database_url.get_secret_value())
    seen = stale = 0
    try:
        if again:
            await begin(db)
        with console.status("Reading stories") as status:
            async for step in steps(db):
                seen, stale = seen + step.seen, stale + step.stale
                status.update(f"{seen} stories, up to number {step.last}: {stale} had other terms")
    finally:
        await db.close()
    return seen, stale
