"""The whole engine: `python -m benchmarks.engine [--messages 5000] [--rate 1000] [--latency 0.05]`.

Ledger on SQLite with every intent durable, pacer, request: CPU for each message beside a bare aiohttp loop
that posts the same ready-made bodies to the same server in the same run, as fast as it can and at the same
pace (who wakes up for each message pays for that too), and beside what libraries take for `send_message`; how
much of it is the ledger's; the share of the permitted rate that is reached, and the refusals of a server that
enforces it; the time from the commit of a push to its request.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import request, telegram_server
from delivery.bodies import Bodies
from delivery.caller import Caller
from delivery.courier import Courier
from delivery.flow import Limits
from delivery.outcomes import Outcome
from delivery.pacer import Pacer
from delivery.shift import Tools
from delivery.wire import Wire
from newsroom.message import Message
from storage import migrate, pushes
from storage.database import Database, Transaction
from storage.records import Composed, Lane, OnUnknown, Push, PushKind, PushState, Variant
from storage.schema import chat, subscription

BREAKING_ROUNDS = 30
TICK = 0.008  # seconds: the paced loop wakes up as seldom as the pacer
CPU_LIMIT, LIBRARY_LIMIT, LEDGER_LIMIT = 1.7, 0.4, 0.1  # times the peer, aiogram, and all the rest
PEERS = {request.PEER: request.bare, **request.LIBRARIES}
SHARE_LIMIT, START_LIMIT = 0.95, 50.0  # of the rate, milliseconds


class Desk:
    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:  # noqa: ARG002 - one text for all
        return Message(text=request.TEXT)


class Stopwatch(Caller):
    """Notes when the first request leaves."""

    first: float | None = None

    async def send(self, method: str, prepared: bytes) -> Outcome:
        self._note()
        return await super().send(method, prepared)

    def begin(
        self, method: str, prepared: bytes, told: Callable[[Outcome], None], *, is_act: bool
    ) -> Callable[[], None] | None:
        self._note()
        return super().begin(method, prepared, told, is_act=is_act)

    def _note(self) -> None:
        if self.first is None:
            self.first = time.perf_counter()


class Clocked(ThreadPoolExecutor):
    """Threads for the database that count the CPU that they take."""

    busy = 0.0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(self._timed, fn, args, kwargs)

    def _timed(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return fn(*args, **kwargs)
        finally:
            self.busy += time.thread_time() - began


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds of CPU for each message, all of it and the ledger's; the window at the end."""

    cpu: float
    ledger: float
    window: int


@asynccontextmanager
async def engine(
    url: str, file: Path, rate: float, threads: Clocked | None = None
) -> AsyncIterator[tuple[Database, Stopwatch, Courier]]:
    db = Database.open(f"sqlite:///{file}", executor=threads)
    wire = Wire(url)
    await wire.open()
    caller = Stopwatch(wire, request.TOKEN)
    tools = Tools(
        db=db,
        bodies=Bodies(Desk()),
        caller=caller,
        pacer=Pacer(Limits(per_second=rate, per_chat=1000)),
        on_unknown=OnUnknown.PARK,
        now=lambda: datetime.now(UTC),
    )
    courier = Courier(tools, bot_id=1)
    task = asyncio.create_task(courier.run())
    try:
        yield db, caller, courier
    finally:
        await courier.aclose()
        await task
        await wire.close()
        await db.close()


def add_readers(tx: Transaction, count: int) -> None:
    now = datetime.now(UTC)
    same = {"kind": "private", "state": "active", "language": "ar", "zone": "UTC", "digest_times": []}
    ids = range(1, count + 1)
    tx.execute(sa.insert(chat), [same | {"id": n, "telegram_id": n, "created_at": now} for n in ids])
    wish = {"scope": "all", "value": "", "how": "all", "created_at": now}
    tx.execute(sa.insert(subscription), [wish | {"chat_id": n} for n in ids])


def approve(tx: Transaction) -> int:
    now, token = datetime.now(UTC), f"{time.perf_counter_ns()}"
    composed = Composed(method="sendMessage", params={})
    kind, lane = PushKind.BREAKING, Lane.BROADCAST
    pushes.propose(tx, kind=kind, lane=lane, composed=composed, created_by=1, token=token, now=now)
    tx.execute(sa.text("UPDATE push SET state = 'approved' WHERE token = :token"), {"token": token})
    approved = pushes.by_token(tx, token)
    if approved is None:
        raise SystemExit("the push is gone")
    return approved.id


async def over(db: Database, push_id: int, look_every: float) -> Push:
    while True:
        push = await db.read(lambda tx: pushes.by_id(tx, push_id))
        if push is not None and push.state is PushState.DONE:
            return push
        await asyncio.sleep(look_every)


async def whole(url: str, file: Path, messages: int, rate: float) -> Figures:
    threads = Clocked(2)
    async with engine(url, file, rate, threads) as (db, _, courier):
        await db.write(lambda tx: add_readers(tx, messages))
        before, busy = threads.busy, time.process_time()
        push_id = await db.write(approve)
        courier.wake()
        push = await over(db, push_id, 0.5)
        window = courier.window
        if push.counts.sent != messages:
            raise SystemExit(f"sent {push.counts.sent} of {messages}")
        cpu, ledger = time.process_time() - busy, threads.busy - before
        return Figures(cpu / messages * 1e6, ledger / messages * 1e6, window)


async def once(send: request.Send, places: asyncio.Semaphore) -> None:
    async with places:
        await send()


async def paced(way: request.Way, url: str, messages: int, rate: float) -> float:
    """Microseconds of CPU for each message that is sent at a rate, a few at a time."""
    loop, places = asyncio.get_running_loop(), asyncio.Semaphore(request.AT_ONCE)
    async with way(url) as send, asyncio.TaskGroup() as group:
        await request.measure(send, request.AT_ONCE * 2)
        began, busy = loop.time(), time.process_time()
        for number in range(messages):
            if (early := began + number / rate - loop.time()) > 0:
                await asyncio.sleep(max(early, TICK))
            group.create_task(once(send, places))
        return (time.process_time() - busy) / messages * 1e6


async def unpaced(way: request.Way, url: str, messages: int) -> float:
    async with way(url) as send:
        await request.measure(send, request.AT_ONCE * 2)
        return (await request.measure(send, messages))[1]


async def starts(url: str, file: Path) -> list[float]:
    """Milliseconds from the commit of a push to its first request, where nothing else is to do."""
    found = []
    async with engine(url, file, 30) as (db, caller, courier):
        await db.write(lambda tx: add_readers(tx, 1))
        for _ in range(BREAKING_ROUNDS):
            push_id = await db.write(approve)
            caller.first, committed = None, time.perf_counter()
            courier.wake()
            await over(db, push_id, 0.02)
            found.append(((caller.first or committed) - committed) * 1000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ajil-benchmark-") as folder:
        files = [Path(folder) / name for name in ("whole.db", "start.db")]
        for file in files:
            migrate.upgrade(f"sqlite:///{file}")
        with telegram_server.running(latency=options.latency) as url:
            peers = {
                name: each_of(way, url, options.messages // 2, options.rate) for name, way in PEERS.items()
            }
            times = asyncio.run(starts(url, files[1]))
        with telegram_server.running(limit=int(options.rate), latency=options.latency) as url:
            found = asyncio.run(whole(url, files[0], options.messages, options.rate))
            seen = telegram_server.report(url)
    reached = (seen["count"] - 1) / seen["seconds"] / options.rate
    print(f"{options.messages} messages, {options.rate:g} a second, {options.latency * 1000:g} ms of latency")
    report_cpu(found, peers)
    print(f"  rate      {reached:7.3f} of the permitted one, aim {SHARE_LIMIT}; refused {seen['refused']}")
    print(f"  worst     {seen['worst']:7.0f} in a second; C was {found.window}")
    print(
        f"  start     {statistics.median(times):7.1f} ms from commit to request (median), aim {START_LIMIT:g}"
    )


def each_of(way: request.Way, url: str, count: int, rate: float) -> tuple[float, float]:
    """Microseconds of CPU a message, as fast as it can and at the pace."""
    return asyncio.run(unpaced(way, url, count)), asyncio.run(paced(way, url, count, rate))


def report_cpu(found: Figures, peers: Mapping[str, tuple[float, float]]) -> None:
    print(
        f"  CPU       {found.cpu:7.0f} µs a message, aim {CPU_LIMIT} bare loops, {LIBRARY_LIMIT} of aiogram"
    )
    for name, (cpu, at_pace) in peers.items():
        print(
            f"            {name} {cpu:.0f}: {found.cpu / cpu:.2f} times;"
            f" at this pace {at_pace:.0f}: {found.cpu / at_pace:.2f} times"
        )
    rest = found.cpu - found.ledger
    print(
        f"  ledger    {found.ledger:7.0f} µs of it: {found.ledger / rest:.2f} of the rest, aim {LEDGER_LIMIT}"
    )


if __name__ == "__main__":
    main()
