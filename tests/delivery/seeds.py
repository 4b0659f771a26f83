"""Stories told by seeds on a virtual clock: `AJIL_SEED=7` tells one again, `AJIL_SEEDS=5000` more of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import virtual
from pretended import Inline
from simulation import Clocks

from storage import engine, leases
from storage.database import Database

Tale = Callable[[Database, int, Path], Awaitable[Sequence[object]]]
"""What it broke of the promises: of a database, in a file, by a seed."""

ONE = os.environ.get("AJIL_SEED")
CHUNK = 10


def chunks(usual: int) -> list[range]:
    """Of the seeds to tell, where nothing else is wanted that many."""
    if ONE:
        return [range(int(ONE), int(ONE) + 1)]
    many = int(os.environ.get("AJIL_SEEDS", str(usual)))
    return [range(at, at + CHUNK) for at in range(0, many, CHUNK)]


def broken(tale: Tale, seeds: range, template: Path, folder: Path) -> dict[int, Sequence[object]]:
    """By the seed that tells it again; empty, where every story kept every promise."""
    told = dict[int, Sequence[object]]()
    with pytest.MonkeyPatch.context() as world:
        _make_virtual(world)
        for seed in seeds:
            file = folder / f"{seed}.db"
            shutil.copyfile(template, file)
            told[seed] = virtual.run(_tell(tale, seed, file))
            file.unlink()
    return {seed: complaints for seed, complaints in told.items() if complaints}


def _make_virtual(world: pytest.MonkeyPatch) -> None:
    """One clock for leases too; tasks die here, and never the machine: nothing waits for the disk."""
    world.setattr(leases, "_now", Clocks.database)
    pragmas = tuple(one.replace("FULL", "OFF") for one in engine.SQLITE_PRAGMAS)
    world.setattr(engine, "SQLITE_PRAGMAS", pragmas)


async def _tell(tale: Tale, seed: int, file: Path) -> Sequence[object]:
    db = Database.open(f"sqlite:///{file}", executor=Inline())
    try:
        return await tale(db, seed, file)
    finally:
        await db.close()
