"""How deliveries and the engine stand, for Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from newsroom.engine import Engine, EngineState
from storage import figures, leases, tally
from storage.database import Database, Transaction
from storage.figures import Totals

STALL_EVERY = 0.1
"""Seconds between looks at how late the event loop is."""

_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the last look has found."""

    totals: Totals
    under_way: int
    halted: bool
    engine: EngineState


class Figures(Collector):
    """`look` is called again and again: a scrape comes from another thread, and shows what was seen last."""

    def __init__(self, db: Database, engine: Engine) -> None:
        self._db = db
        self._engine = engine
        self._seen: Seen | None = None

    async def look(self) -> None:
        totals, under_way, halted = await self._db.read(_read)
        engine = self._engine()
        stands = halted or engine.halt_file is not None
        self._seen = Seen(totals=totals, under_way=under_way, halted=stands, engine=engine)

    def collect(self) -> Iterator[Metric]:
        if self._seen is not None:
            yield _deliveries(self._seen.totals)
            yield from _gauges(self._seen)


async def watch_stalls(stalls: Histogram) -> None:
    """How much later than asked the event loop wakes a sleeper: for so long it did nothing else."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + STALL_EVERY
        await asyncio.sleep(STALL_EVERY)
        stalls.observe(max(0.0, clock() - due))


def stalls() -> Histogram:
    said = "How late the event loop wakes what sleeps"
    return Histogram("ajil_loop_stall_seconds", said, buckets=_BUCKETS, registry=None)


def _read(tx: Transaction) -> tuple[Totals, int, bool]:
    return figures.totals(tx), tally.under_way(tx), leases.halted(tx) is not None


def _deliveries(totals: Totals) -> Metric:
    """Their sum is what was planned (G1)."""
    family = GaugeMetricFamily(
        "ajil_deliveries", "Deliveries of every push that was let go, by outcome", labels=["outcome"]
    )
    for outcome in ("sent", "rejected", "cancelled", "expired", "unknown", "open"):
        family.add_metric([outcome], getattr(totals.counts, outcome))
    return family


def _gauges(seen: Seen) -> Iterator[Metric]:
    engine = seen.engine
    for name, said, value in (
        ("ajil_deliveries_planned", "Deliveries planned", seen.totals.counts.planned),
        ("ajil_pushes", "Pushes that were let go", seen.totals.pushes),
        ("ajil_intents", "Deliveries whose request is committed and has no outcome yet", seen.under_way),
        ("ajil_window", "How many requests may be under way at one time (C)", engine.window),
        ("ajil_rate", "Messages a second that may leave now", engine.rate),
        ("ajil_rate_permitted", "Messages a second that the settings permit", engine.permitted),
        ("ajil_penalty_seconds", "Seconds until anything may leave, after a 429", engine.penalty),
        ("ajil_lease_held", "1 where this process sends", engine.sends),
        ("ajil_halted", "1 while nothing goes out to readers, by a row or a file", seen.halted),
    ):
        yield GaugeMetricFamily(name, said, value=float(value))
