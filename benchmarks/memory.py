"""Memory with a million deliveries open: `python -m benchmarks.memory [--chats 1000000] [--seconds 10]`.

One process plans a push for all these chats on SQLite and sends at 1,000 a second; what it holds is measured
before, after planning, and at the most. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import engine, plan, telegram_server
from storage import engine as connections
from storage import ledger, migrate
from storage.schema import lease, push

LIMIT = 150.0
"""Megabytes."""

RATE = 1000.0


def held() -> float:
    """Megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


async def measure(url: str, file: Path, seconds: float) -> list[float]:
    """At rest, planned, and then every tenth of a second."""
    async with engine.engine(url, file, RATE) as (db, _, courier):
        found = [held()]
        push_id = await db.read(lambda tx: tx.execute(push.select()).scalar_one())
        await db.write(lambda tx: ledger.plan(tx, push_id))
        courier.wake()
        for _ in range(int(seconds * 10)):
            found.append(held())
            await asyncio.sleep(0.1)
        return found


def prepare(file: Path, chats: int) -> None:
    """In a process of its own, which takes its memory away with it."""
    work = f"from benchmarks import memory; memory.fill({str(file)!r}, {chats})"
    subprocess.run([sys.executable, "-c", work], check=True)  # noqa: S603 - our own


def fill(file: str, chats: int) -> None:
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    writer = connections.writing(connections.parse(url))
    plan.prepare(writer, chats)
    with writer.begin() as tx:
        tx.execute(lease.delete())
    writer.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ajil-benchmark-") as folder:
        file = Path(folder) / "ajil.db"
        prepare(file, options.chats)
        with telegram_server.running() as url:
            found = asyncio.run(measure(url, file, options.seconds))
    print(f"{options.chats:,} deliveries open, sending for {options.seconds:g} s")
    print(f"  at rest {found[0]:.0f} MB, planned {found[1]:.0f} MB, at the most {max(found):.0f} MB")
    print(f"  limit   {LIMIT:g} MB")
    if max(found) > LIMIT:
        raise SystemExit("it holds too much")


if __name__ == "__main__":
    main()
