"""`ajil backup [FILE]` and `ajil restore FILE`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from bot.settings import load
from bot.wiring import CannotStartError, now
from delivery import holder, tenure
from delivery.tenure import Tenure
from storage import backup as backups
from storage import facts
from storage.database import Database, StorageError


def backup(file: Path | None) -> None:
    url = load().database_url.get_secret_value()
    target = file or Path(f"ajil-{_stamp()}.backup")
    backups.save(url, target)
    _say(f"saved to {target} ({target.stat().st_size:,} bytes)")


def restore(file: Path) -> None:
    url = load().database_url.get_secret_value()
    if not file.is_file():
        raise CannotStartError(f"{file}: there is no such file")
    asyncio.run(_require_stopped(url))
    aside = _aside(url)
    backups.restore(url, file, aside)
    kept = f"; what was there before is in {aside}" if aside.exists() else ""
    _say(f"restored from {file}{kept}")
    _say("Nothing goes out to readers until `ajil resume`.")


async def _require_stopped(url: str) -> None:
    """A program that runs would go on with what it remembers of another database."""
    db = Database.open(url)
    try:
        with suppress(StorageError):  # one that is damaged or empty is what a restore is for
            held = await _lease(db)
            if isinstance(held, Tenure):
                await held.end()
            elif held is not None:
                raise CannotStartError("Ajil runs with this database; stop it first, on every machine")
    finally:
        await db.close()


async def _lease(db: Database) -> Tenure | str | None:
    bot_id = await db.read(lambda tx: facts.get(tx, "bot"))
    if bot_id is None:
        return None
    return await tenure.take(db, int(bot_id), holder.name(), is_dead=holder.is_dead)


def _aside(url: str) -> Path:
    parts = urlsplit(url)
    file = Path(url.removeprefix("sqlite:///")) if parts.scheme == "sqlite" else Path("ajil")
    wanted = file.with_name(f"{file.name}.before-restore-{_stamp()}")
    tails = ("", *(f"-{number}" for number in range(2, 100)))
    return next(path for tail in tails if not (path := Path(f"{wanted}{tail}")).exists())


def _stamp() -> str:
    return now().strftime("%Y%m%d-%H%M%S")


def _say(line: str) -> None:
    Console().print(line, highlight=False, soft_wrap=True, markup=False)
