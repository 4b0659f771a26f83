"""`ajil ingest FILE…`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from bot.commands.failing import stop
from bot.settings import load
from bot.wiring import house_of, now
from newsroom.desk import Desk
from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.wire import MAX_BYTES, CopyRefused, media_type_of, media_type_within
from storage.database import Database
from storage.migrate import upgrade

STDIN = Path("-")
SOURCE = "file"
MANY = 3  # files, from which on a bar and a summary say more than lines


@dataclass(slots=True)
class Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Path, str]] = field(default_factory=list)


def ingest(files: Sequence[Path]) -> None:
    """Exit code 1 where any of them was refused; the others are taken all the same."""
    tally = asyncio.run(_ingest(files))
    if len(files) >= MANY:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common())
        Console().print(
            f"{len(files)} files: {counts or 'none taken'}, {len(tally.refused)} refused", highlight=False
        )
    if tally.refused:
        stop(*(f"{file}: {why}" for file, why in tally.refused))


async def _ingest(files: Sequence[Path]) -> Tally:
    settings, tally = load(), Tally()
    url = settings.database_url.get_secret_value()
    await asyncio.to_thread(upgrade, url)
    db = Database.open(url)
    desk = Desk(db, house_of(settings), now=now, pushed=lambda: None)
    try:
        for file in track(files, "Taking copy", console=Console(stderr=True), disable=len(files) < MANY):
            await _take(desk, file, tally, aloud=len(files) < MANY)
    finally:
        await db.close()
    return tally


async def _take(desk: Desk, file: Path, tally: Tally, *, aloud: bool) -> None:
    try:
        results = await desk.take_all(await asyncio.to_thread(read, file))
    except CopyRefused as error:
        tally.refused.append((file, str(error)))
    except OSError as error:
        tally.refused.append((file, f"cannot be read: {error.strerror}"))
    else:
        for result in results:
            _count(file, result, tally, aloud=aloud)


def _count(file: Path, result: Taken | CopyRefused, tally: Tally, *, aloud: bool) -> None:
    if isinstance(result, CopyRefused):
        tally.refused.append((file, str(result)))
        return
    tally.outcomes[result.outcome] += 1
    if aloud:
        line = f"{file}: {result.outcome}, story {result.code}, revision {result.revision}"
        Console().print(escape(line), highlight=False, soft_wrap=True)


def read(file: Path) -> Copy:
    with sys.stdin.buffer if file == STDIN else file.open("rb") as opened:
        body = opened.read(MAX_BYTES + 1)
    named = media_type_within(body) if file == STDIN else media_type_of(file.name)
    return Copy(body=body, source=SOURCE, trust=Trust.HAND, media_type=named)
