"""A journal in memory, which can fail on demand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class MemoryJournal:
    """`troubles` are raised first, one a call."""

    rows: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)

    async def has(self, update_id: int) -> bool:
        self._trouble()
        return update_id in self.rows

    async def record(self, update_id: int, error: str | None, payload: str | None) -> None:
        self._trouble()
        assert update_id not in self.rows, "recorded twice"
        self.rows[update_id] = (error, payload)

    def _trouble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
