"""The courier: while it holds the lease, what is due leaves, the most urgent first (DESIGN §4)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from delivery import holder, tenure
from delivery.shift import Shift, Tools
from delivery.tenure import Tenure
from storage.database import StorageError
from storage.records import Departed, Lease

T = TypeVar("T")
log = logging.getLogger(__name__)

TAKE_EVERY, RETRY_EVERY = 1.0, 1.0
"""Seconds between looks at a lease that another has, and at a database that failed."""

LAST_TRIES = 3
"""Times that a failing database is tried when the courier stops."""

DRAIN = 10.0
"""Seconds that requests under way may take to end when the courier stops."""


class Courier:
    """`run` is one background task. `wake` it after a commit with something to send; `aclose` drains it."""

    def __init__(
        self,
        tools: Tools,
        *,
        bot_id: int,
        name: str | None = None,
        is_dead: Callable[[str], bool] = holder.is_dead,
    ) -> None:
        self._tools = tools
        self._bot_id = bot_id
        self._name = name or holder.name()
        self._is_dead = is_dead
        self._shift: Shift | None = None
        self._bell = asyncio.Event()
        self._stopped = asyncio.Event()
        self._closing = False

    @property
    def window(self) -> int:
        """`C`: how many deliveries may be under way now; 0 while another process holds the lease."""
        return self._shift.window if self._shift else 0

    @property
    def holds(self) -> bool:
        """Whether this process has the lease: then it also polls for updates."""
        return self._shift is not None

    @property
    def under_way(self) -> int:
        return self._shift.sender.under_way if self._shift else 0

    def wake(self) -> None:
        """Something may be due."""
        if self._shift is not None:
            self._shift.look()
        self._bell.set()

    async def run(self) -> None:
        """Until `aclose`. Raises `StorageError` where the database cannot be used at all."""
        try:
            while not self._closing:
                taken = await self._take()
                if taken is not None:
                    await self._serve(taken)
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            self._stopped.set()

    async def aclose(self) -> None:
        """Let what has left end, write down what became of it, give the lease back. `run` then returns."""
        self._closing = True
        self._bell.set()
        await self._stopped.wait()

    async def _take(self) -> Tenure | None:
        told = None
        while not self._closing:
            taken = await self._insist(self._take_once)
            if isinstance(taken, Tenure):
                log.info("this process sends, with lease %d", taken.lease.epoch)
                return taken
            if taken != told:
                log.warning("another process sends with this token (%s); waiting for its end", taken)
            told = taken
            await self._rest(TAKE_EVERY)
        return None

    async def _take_once(self) -> Tenure | str:
        return await tenure.take(self._tools.db, self._bot_id, self._name, is_dead=self._is_dead)

    async def _serve(self, held: Tenure) -> None:
        async with asyncio.TaskGroup() as group:
            shift = self._shift = Shift(self._tools, held.lease, group, ring=self._bell.set)
            keeper = group.create_task(held.keep(lambda: shift.sender.trust_until(held.until)))
            keeper.add_done_callback(lambda _: self._bell.set())
            shift.sender.trust_until(held.until)
            try:
                await self._work(shift, held.lease, keeper)
            finally:
                shift.sender.recall()
                self._shift = None
                keeper.cancel()
        await held.end()

    def _departed(self, lease: Lease) -> Departed | None:
        """What the last holder noted of his requests: proof only if he is dead, and died on this machine."""
        if lease.before is None or not self._is_dead(lease.before):
            return None
        return self._tools.departures.of(lease.before, lease.epoch - 1)

    async def _work(self, shift: Shift, lease: Lease, keeper: asyncio.Task[None]) -> None:
        await self._insist(partial(shift.take_over, self._departed(lease)))
        while not (self._closing or keeper.done()):
            if not await self._insist(shift.turn, failed=shift.doubt):
                break
            await self._rest(shift.rest_for())
        await self._insist(partial(shift.end, DRAIN))

    async def _insist(
        self, work: Callable[[], Awaitable[T]], *, failed: Callable[[], None] | None = None
    ) -> T | None:
        """Try until the database is back. None where that takes too long and we are to stop."""
        failures = 0
        while failures < LAST_TRIES or not self._closing:
            try:
                return await work()
            except StorageError as error:
                if not error.temporary:
                    raise
                log.warning("nothing more is sent until the database can be written: %s", error)
            failures += 1
            if failed is not None:
                failed()
            await asyncio.sleep(RETRY_EVERY)
        return None

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        self._bell.clear()
