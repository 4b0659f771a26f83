"""What reading feeds works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from newsroom.filing import Taken
from newsroom.incoming import Copy
from newsroom.outside import Outside
from newsroom.wire import Bundle
from storage.database import Database
from storage.records import Draft

READ_SECONDS: Final = 30.0
HOLD: Final = timedelta(minutes=1)
READ_AT_ONCE: Final = 2
"""Bodies: copy from other doors is read in the same threads, and must find one free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`read` and `file` are the Desk's; `every` is the time between polls.

    `hold`: so long a feed is claimed; who files for longer says so in time, and who died is soon replaced.
    `callbacks` is the public address under which hubs reach this program, None where there is none.
    """

    db: Database
    outside: Outside
    read: Callable[[Copy], Awaitable[Bundle]]
    file: Callable[[Copy, Draft], Awaitable[Taken]]
    now: Callable[[], datetime]
    every: timedelta
    read_seconds: float = READ_SECONDS
    hold: timedelta = HOLD
    callbacks: str | None = None
    threads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READ_AT_ONCE))
