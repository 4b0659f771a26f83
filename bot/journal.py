"""The intake's journal, in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from storage import updates
from storage.database import Database


@dataclass(frozen=True, slots=True)
class DatabaseJournal:
    db: Database
    now: Callable[[], datetime]

    async def has(self, update_id: int) -> bool:
        return bool(await self.db.read(partial(updates.handled, update_ids=(update_id,))))

    async def record(self, update_id: int, error: str | None, payload: str | None) -> None:
        row = partial(updates.record, update_id=update_id, now=self.now(), error=error, payload=payload)
        await self.db.write(row)
