"""How long the event loop is kept from its work: `python -m benchmarks.stall [--seconds 10] [--rate 500]`.

A timer that should go off every millisecond tells how late it was while the whole engine sends, its ledger on
SQLite in a thread; beside it, the same timer in the same process with nothing else to do. What other programs
take of the machine is in that. How long the loop's thread itself computed between two ticks is free of it, as
long as the machine leaves the engine the time that it needs; that has the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import engine, telegram_server
from storage import migrate

TICK = 0.001
LIMIT = 2.0
"""Milliseconds that 99 of 100 times stay under."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Milliseconds, each list in order of size."""

    late: list[float]
    computed: list[float]


async def ticks(seconds: float) -> Ticks:
    loop = asyncio.get_running_loop()
    late: list[float] = []
    computed: list[float] = []
    end = loop.time() + seconds
    while (started := loop.time()) < end:
        busy = time.thread_time()
        await asyncio.sleep(TICK)
        late.append((loop.time() - started - TICK) * 1000)
        computed.append((time.thread_time() - busy) * 1000)
    return Ticks(sorted(late), sorted(computed))


async def measure(file: Path, rate: float, seconds: float) -> tuple[Ticks, Ticks]:
    idle = await ticks(seconds / 2)
    with telegram_server.running(limit=int(rate)) as url:
        async with engine.engine(url, file, rate) as (db, _, courier):
            await db.write(lambda tx: engine.add_readers(tx, int(rate * (seconds + 2))))
            push_id = await db.write(engine.approve)
            courier.wake()
            await asyncio.sleep(1)
            busy = await ticks(seconds)
            await engine.over(db, push_id, 0.5)
    return idle, busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ajil-benchmark-") as folder:
        file = Path(folder) / "ajil.db"
        migrate.upgrade(f"sqlite:///{file}")
        idle, busy = asyncio.run(measure(file, options.rate, options.seconds))
    print(f"{options.rate:g} messages a second; milliseconds")
    print(f"{'':28}{'median':>9}{'p99':>9}{'worst':>9}")
    show("engine: a timer was late", busy.late)
    show("idle: a timer was late", idle.late)
    show("engine: the loop computed", busy.computed)
    print(f"p99 of what it computed between two ticks: {at(busy.computed, 0.99):.2f}, limit {LIMIT:g}")


def show(name: str, found: list[float]) -> None:
    print(f"{name:28}{at(found, 0.5):9.2f}{at(found, 0.99):9.2f}{found[-1]:9.2f}")


def at(found: list[float], share: float) -> float:
    return found[min(len(found) - 1, int(len(found) * share))]


if __name__ == "__main__":
    main()
