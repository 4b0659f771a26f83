"""Stories of the engine, each told by a seed (tests/delivery/seeds.py)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import seeds
from simulation import Simulation

from storage.database import Database
from storage.records import OnUnknown


@pytest.mark.parametrize("policy", OnUnknown)
@pytest.mark.parametrize("chunk", seeds.chunks(100), ids=lambda chunk: f"from_{chunk.start}")
def test_every_story_keeps_the_promises(
    chunk: range, policy: OnUnknown, tmp_path: Path, sqlite_template: Path
) -> None:
    async def tale(db: Database, seed: int, file: Path) -> Sequence[object]:
        return await Simulation(db, file, seed, policy).run()

    assert seeds.broken(tale, chunk, sqlite_template, tmp_path) == {}
