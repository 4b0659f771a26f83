"""The drop folder (`WIRE_DIR`): a file put there is taken and moved, a bad one set aside with its reason.

A death between taking and moving is harmless: the file is there still, and its copy is a duplicate by then.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import structlog

from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.wire import MAX_BYTES, CopyRefused, Reason, media_type_of
from storage.database import StorageError

TAKEN, REFUSED = "taken", "refused"
UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
SOURCE = "folder"

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file that is still being written is told: it differs from one look to the next."""

    size: int
    changed_at: int
    is_plain: bool


def settled(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> list[str]:
    """Names that have not changed since the last look, in order: agencies number their files."""
    return sorted(name for name, stamp in now.items() if before.get(name) == stamp)


class DropFolder:
    """`look` is called again and again; a file is taken at the second look that finds it unchanged."""

    def __init__(
        self, folder: Path, take_all: Callable[[Copy], Awaitable[list[Taken | CopyRefused]]]
    ) -> None:
        self._folder = folder
        self._take_all = take_all
        self._seen: dict[str, Stamp] = {}

    async def look(self) -> None:
        try:
            found = await asyncio.to_thread(_stamps, self._folder)
        except OSError as error:
            log.warning("the drop folder cannot be read", folder=str(self._folder), why=error.strerror)
            return
        ready = settled(self._seen, found)
        self._seen = found
        for name in ready:
            await self._accept(name, found[name])

    async def _accept(self, name: str, stamp: Stamp) -> None:
        try:
            results = await self._take_all(await asyncio.to_thread(_read, self._folder / name, stamp))
        except CopyRefused as error:
            await self._set_aside(name, str(error))
        except (StorageError, OSError) as error:
            log.warning("a file stays in the drop folder for now", file=name, why=str(error))
        else:
            await self._put_away(name, results)
        self._seen.pop(name, None)

    async def _put_away(self, name: str, results: Sequence[Taken | CopyRefused]) -> None:
        """A file of which nothing was taken is set aside; one of which something was says what was not."""
        taken = [result for result in results if isinstance(result, Taken)]
        reasons = "\n".join(str(result) for result in results if isinstance(result, CopyRefused))
        if not taken:
            await self._set_aside(name, reasons)
            return
        await asyncio.to_thread(_keep, self._folder / name, self._folder / TAKEN, reasons)
        for one in taken:
            log.info("took a file", file=name, outcome=one.outcome, story=one.code)
        if reasons:
            log.warning("not all of a file was taken", file=name, why=reasons)

    async def _set_aside(self, name: str, reason: str) -> None:
        await asyncio.to_thread(_keep, self._folder / name, self._folder / REFUSED, reason)
        log.warning("set a file aside", file=name, why=reason)


def _stamps(folder: Path) -> dict[str, Stamp]:
    folder.mkdir(parents=True, exist_ok=True)
    with os.scandir(folder) as entries:
        return {entry.name: _stamp(entry) for entry in entries if _is_offered(entry)}


def _is_offered(entry: os.DirEntry[str]) -> bool:
    is_ours = entry.is_dir(follow_symlinks=False)
    return not (is_ours or entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED))


def _stamp(entry: os.DirEntry[str]) -> Stamp:
    status = entry.stat(follow_symlinks=False)
    return Stamp(status.st_size, status.st_mtime_ns, stat.S_ISREG(status.st_mode))


def _read(file: Path, stamp: Stamp) -> Copy:
    """A link could lead anywhere, a pipe could wait for ever: neither is opened."""
    if not stamp.is_plain:
        raise CopyRefused(Reason.BINARY, "It is a link or a pipe, not a plain file")
    with file.open("rb") as opened:
        body = opened.read(MAX_BYTES + 1)
    return Copy(body=body, source=SOURCE, trust=Trust.HAND, media_type=media_type_of(file.name))


def _keep(file: Path, folder: Path, reason: str) -> None:
    """Out of the way, with the reason beside it where there is one."""
    kept = _move(file, folder)
    if reason:
        kept.with_name(f"{kept.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")


def _move(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    names = (f"{file.stem}-{number}{file.suffix}" if number else file.name for number in count())
    free = next(folder / name for name in names if not os.path.lexists(folder / name))
    return file.rename(free)
