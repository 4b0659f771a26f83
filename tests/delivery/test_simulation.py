"""Stories of the engine, each told by a seed: `AJIL_SEEDS=5000` tells more of them, `AJIL_SEED=7` one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import virtual
from pretended import Inline
from simulation import Clocks, Simulation

from storage import engine, leases
from storage.database import Database
from storage.records import OnUnknown

ONE = os.environ.get("AJIL_SEED")
MANY = int(os.environ.get("AJIL_SEEDS", "100"))
CHUNK = 10
CHUNKS = [range(int(ONE), int(ONE) + 1)] if ONE else [range(at, at + CHUNK) for at in range(0, MANY, CHUNK)]


@pytest.fixture(autouse=True)
def virtual_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clock for leases too; tasks die here, and never the machine: nothing waits for the disk."""
    monkeypatch.setattr(leases, "_now", Clocks.database)
    pragmas = tuple(one.replace("FULL", "OFF") for one in engine.SQLITE_PRAGMAS)
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", pragmas)


def tell(seed: int, policy: OnUnknown, file: Path) -> list[tuple[object, ...]]:
    async def story() -> list[tuple[object, ...]]:
        db = Database.open(f"sqlite:///{file}", executor=Inline())
        try:
            return await Simulation(db, file, seed, policy).run()
        finally:
            await db.close()

    return virtual.run(story())


@pytest.mark.parametrize("policy", OnUnknown)
@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"from_{seeds.start}")
def test_every_story_keeps_the_promises(
    seeds: range, policy: OnUnknown, tmp_path: Path, sqlite_template: Path
) -> None:
    for seed in seeds:
        file = tmp_path / f"{seed}.db"
        shutil.copyfile(sqlite_template, file)
        assert tell(seed, policy, file) == [], f"AJIL_SEED={seed} tells it again"
        file.unlink()
