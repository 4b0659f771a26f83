"""What Prometheus is told."""

from __future__ import annotations

import asyncio
import time

from prometheus_client import CollectorRegistry, generate_latest
from readership import NOON, add_readers, approve_push

from bot import figures
from bot.figures import Figures
from newsroom.engine import EngineState
from storage import leases, ledger, tally
from storage.database import Database, Transaction
from storage.records import DeliveryState

ENGINE = EngineState(sends=True, window=20, rate=15.5, permitted=30.0, penalty=2.5)


def scraped(registry: CollectorRegistry) -> dict[str, float]:
    lines = generate_latest(registry).decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def registered(db: Database, engine: EngineState) -> tuple[Figures, CollectorRegistry]:
    found, registry = Figures(db, lambda: engine), CollectorRegistry()
    registry.register(found)
    return found, registry


async def test_deliveries_are_told_by_outcome_and_add_up(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, range(1, 11))
        push_id = approve_push(tx)
        ledger.plan(tx, push_id)
        counts = {DeliveryState.SENT: 4, DeliveryState.REJECTED: 2, DeliveryState.UNKNOWN: 1}
        tally.add(tx, push_id, counts)
        approve_push(tx)

    await db.write(work)
    found, registry = registered(db, ENGINE)
    await found.look()
    told = scraped(registry)
    by_outcome = {name: value for name, value in told.items() if name.startswith("ajil_deliveries{")}
    assert by_outcome == {
        'ajil_deliveries{outcome="sent"}': 4,
        'ajil_deliveries{outcome="rejected"}': 2,
        'ajil_deliveries{outcome="cancelled"}': 0,
        'ajil_deliveries{outcome="expired"}': 0,
        'ajil_deliveries{outcome="unknown"}': 1,
        'ajil_deliveries{outcome="open"}': 3,
    }
    assert sum(by_outcome.values()) == told["ajil_deliveries_planned"] == 10
    assert told["ajil_pushes"] == 2


async def test_the_engine_is_told_as_it_is(db: Database) -> None:
    found, registry = registered(db, ENGINE)
    await found.look()
    told = scraped(registry)
    assert (told["ajil_window"], told["ajil_rate"], told["ajil_rate_permitted"]) == (20, 15.5, 30)
    assert (told["ajil_penalty_seconds"], told["ajil_lease_held"], told["ajil_halted"]) == (2.5, 1, 0)
    await db.write(lambda tx: leases.halt(tx, "editor:7"))
    await found.look()
    assert scraped(registry)["ajil_halted"] == 1


async def test_a_halt_by_a_file_counts_as_well(db: Database) -> None:
    found, registry = registered(db, EngineState(halt_file="/srv/ajil.halt"))
    await found.look()
    told = scraped(registry)
    assert (told["ajil_halted"], told["ajil_lease_held"]) == (1, 0)


async def test_intents_are_those_without_an_outcome(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, range(1, 6))
        push_id = approve_push(tx)
        ledger.plan(tx, push_id)
        lease = leases.acquire(tx, 42, "here", NOON - NOON)
        assert lease is not None
        ledger.claim(tx, push_id, after=0, limit=3, bot_id=42, epoch=lease.epoch, now=NOON)

    await db.write(work)
    found, registry = registered(db, ENGINE)
    await found.look()
    assert scraped(registry)["ajil_intents"] == 3


async def test_before_the_first_look_nothing_is_made_up(db: Database) -> None:
    _, registry = registered(db, ENGINE)
    assert scraped(registry) == {}


async def test_a_loop_that_was_held_up_is_told_of() -> None:
    stalls, told = figures.stalls(), asyncio.Event()
    observe = stalls.observe

    def tell(seconds: float) -> None:
        observe(seconds)
        told.set()

    stalls.observe = tell  # type: ignore[assignment,method-assign] # to be told, not to change what it does
    task = asyncio.create_task(figures.watch_stalls(stalls))
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251 - holds up the loop on purpose
    await told.wait()
    task.cancel()
    registry = CollectorRegistry()
    registry.register(stalls)
    assert scraped(registry)["ajil_loop_stall_seconds_sum"] >= 0.15
