"""The one place that starts background tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
log = structlog.stdlib.get_logger(__name__)


class Nursery:
    """Tasks that live beside the program. One that dies of an error sets `stopping`: the program ends."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.failure: BaseException | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)  # the loop itself keeps weak references only
        task.add_done_callback(self._ended)
        return task

    async def wind_up(self, patience: float) -> None:
        """Wait that long (seconds) for what still runs, then cancel it and wait for the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.error(
            "a background task died; stopping", task=task.get_name(), error=f"{type(error).__name__}: {error}"
        )
        self.failure = self.failure or error
        self.stopping.set()
