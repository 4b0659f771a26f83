"""Stories of the engine, each told by a seed: `AJIL_SEEDS=5000` tells more of them, `AJIL_SEED=7` one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import virtual
from simulation import Inline, Outcomes, Simulation, clock

from storage import engine, leases
from storage.database import Database
from storage.records import OnUnknown

ONE = os.environ.get("AJIL_SEED")
SEEDS = [int(ONE)] if ONE else range(int(os.environ.get("AJIL_SEEDS", "40")))


@pytest.fixture(autouse=True)
def virtual_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clock for leases too; tasks die here, and never the machine: nothing waits for the disk."""
    monkeypatch.setattr(leases, "_now", lambda tx: clock())
    pragmas = tuple(one.replace("FULL", "OFF") for one in engine.SQLITE_PRAGMAS)
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", pragmas)


def tell(seed: int, policy: OnUnknown, file: Path) -> Outcomes:
    async def story() -> Outcomes:
        db = Database.open(f"sqlite:///{file}", executor=Inline())
        try:
            return await Simulation(db, seed, policy).run()
        finally:
            await db.close()

    return virtual.run(story())


@pytest.mark.parametrize("policy", OnUnknown)
def test_every_story_keeps_the_promises(policy: OnUnknown, tmp_path: Path, sqlite_template: Path) -> None:
    for seed in SEEDS:
        file = tmp_path / f"{seed}.db"
        shutil.copyfile(sqlite_template, file)
        judged = tell(seed, policy, file)
        assert wrongs(judged, policy) == [], f"AJIL_SEED={seed} tells it again"
        file.unlink()


def wrongs(judged: Outcomes, policy: OnUnknown) -> list[object]:
    most = 1 if policy is OnUnknown.PARK else 2
    found: list[object] = list(judged.disagreements)
    found += [("too many copies", key, n) for key, n in judged.copies.items() if n > most]
    found += [("nobody planned it", key) for key in judged.copies if key not in judged.rows]
    for key, state in judged.rows.items():
        copies = judged.copies[key]
        if state in ("planned", "intent", "retry_at"):
            found.append(("left open", key, state))
        if state == "sent" and not copies:
            found.append(("said to be sent", key))
        if state in ("cancelled", "expired", "rejected") and copies and policy is OnUnknown.PARK:
            found.append((f"said to be {state}", key))
    return found
