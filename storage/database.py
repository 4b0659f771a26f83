"""The door to the database: work goes in, runs in a thread in one transaction, and its answer comes out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import NoReturn, TypeAlias, TypeVar

import sqlalchemy as sa

from storage import engine
from storage.errors import Conflict, StorageError, explain, is_conflict

__all__ = ["Conflict", "Database", "StorageError", "Transaction"]

T = TypeVar("T")
Transaction: TypeAlias = sa.Connection
PAUSES = (0.0, 0.01, 0.05, 0.2)  # seconds before the second, third, … run of a write that met a conflict


class Database:
    """Nothing here touches the event loop's thread for longer than it takes to hand work over.

    Work that was handed over ends by commit or rollback even if the task that waits for it is cancelled: the
    task then does not learn which.
    """

    trouble: str | None = None
    """Why the last write failed; None where it succeeded."""

    def __init__(self, url: sa.URL, executor: Executor | None) -> None:
        self.safe_url = engine.safe(url)
        self._writer = engine.writing(url)
        self._reader = engine.reading(url)
        # SQLite has one writer at a time: a queue in front of one thread is fairer than its busy handler.
        writers = 1 if url.get_backend_name() == "sqlite" else engine.READERS
        self._owned: list[ThreadPoolExecutor] = []
        self._writing = executor or self._threads("write", writers)
        self._reading = executor or self._threads("read", engine.READERS)

    @classmethod
    def open(cls, url: str, *, executor: Executor | None = None) -> Database:
        """Connects when first used. An `executor` given runs all work; it is not shut down on `close`."""
        return cls(engine.parse(url), executor)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on one unchanging view of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._run, self._reader, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` and commit. After a `Conflict` it runs again: it changes nothing but the database."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, self._persist, work)

    async def close(self) -> None:
        """Let the work that was handed over end, then part from the database."""
        if self._owned:
            await asyncio.to_thread(self._end)
        else:
            self._end()

    def _persist(self, work: Callable[[Transaction], T]) -> T:
        try:
            written = self._insist(work)
        except StorageError as error:
            self.trouble = str(error)
            raise
        self.trouble = None
        return written

    def _insist(self, work: Callable[[Transaction], T]) -> T:
        for pause in PAUSES:
            try:
                return self._attempt(self._writer, work)
            except (Conflict, sa.exc.DBAPIError) as error:
                if isinstance(error, sa.exc.DBAPIError) and not is_conflict(error):
                    self._raise(error)
                time.sleep(pause)
        return self._run(self._writer, work)

    def _run(self, connections: sa.Engine, work: Callable[[Transaction], T]) -> T:
        try:
            return self._attempt(connections, work)
        except sa.exc.SQLAlchemyError as error:
            self._raise(error)

    def _attempt(self, connections: sa.Engine, work: Callable[[Transaction], T]) -> T:
        with connections.begin() as tx:
            return work(tx)

    def _raise(self, error: sa.exc.SQLAlchemyError) -> NoReturn:
        shows_values = isinstance(
            error, (sa.exc.IntegrityError, sa.exc.DataError)
        )  # PostgreSQL's DETAIL does
        explained = explain(error, self.safe_url)
        raise explained from (None if explained.temporary or shows_values else error)

    def _threads(self, name: str, count: int) -> ThreadPoolExecutor:
        pool = ThreadPoolExecutor(count, thread_name_prefix=f"database-{name}")
        self._owned.append(pool)
        return pool

    def _end(self) -> None:
        for pool in self._owned:
            pool.shutdown(wait=True)
        self._reader.dispose()
        self._writer.dispose()
