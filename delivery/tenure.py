"""The time for which this process holds the lease of a bot token, as far as its own clock can tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from storage import leases
from storage.database import Database, StorageError
from storage.records import Lease

log = logging.getLogger(__name__)

TTL, RENEW_EVERY, MARGIN = 15.0, 5.0, 3.0
"""Seconds that a lease lives, between its renewals, and before its end in which nothing leaves any more."""

RETRY_EVERY = 1.0
"""Seconds before a renewal that the database failed is tried again."""


class Tenure:
    """`until` is a time of the loop's clock: what leaves before it leaves under our lease."""

    def __init__(self, db: Database, lease: Lease, until: float, ttl: float) -> None:
        self.lease = lease
        self.until = until
        self._db = db
        self._ttl = ttl

    async def keep(self, kept: Callable[[], None]) -> None:
        """Renew it again and again, and tell `kept`. Return when it is lost."""
        pause = RENEW_EVERY
        while True:
            await asyncio.sleep(pause)
            started = asyncio.get_running_loop().time()
            try:
                if not await self._db.write(partial(leases.renew, held=self.lease, ttl=_span(self._ttl))):
                    return
            except StorageError as error:
                log.warning("the lease could not be renewed: %s", error)
                pause = RETRY_EVERY
            else:
                self.until, pause = started + self._ttl - MARGIN, RENEW_EVERY
                kept()

    async def end(self) -> None:
        """Let the next holder take it at once."""
        try:
            await self._db.write(partial(leases.release, held=self.lease))
        except StorageError as error:
            log.warning("the lease could not be released; it expires by itself: %s", error)


async def take(
    db: Database, bot_id: int, name: str, *, is_dead: Callable[[str], bool], ttl: float = TTL
) -> Tenure | str:
    """The lease, or the name of who has it. That of a process known to be dead is taken at once."""
    holder = await db.read(partial(leases.holder, bot_id=bot_id))
    dead = holder if holder is not None and is_dead(holder) else None
    started = asyncio.get_running_loop().time()
    acquire = partial(leases.acquire, bot_id=bot_id, holder=name, ttl=_span(ttl), dead=dead)
    lease = await db.write(acquire)
    if lease is None:
        return holder or "another process"
    return Tenure(db, lease, started + ttl - MARGIN, ttl)


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
