"""Updates brought to the bot by HTTP POST (Bot API: setWebhook).

Updates of one chat, and presses of one person, arrive in order; others run side by side, as many as
`max_connections`. What is not answered 2xx is tried again, later and later; a `Retry-After` is honoured.
"""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout

from simulator.updates import Update
from simulator.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
LONGEST_PAUSE = 60.0
_TIMEOUT = ClientTimeout(total=60)


class Webhook:
    """Follows the world's webhook for as long as the context is open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lines: dict[str, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(1)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=_TIMEOUT)
        self._world.on_hook = self._changed
        self._world.updates.on_push = self._push
        self._changed()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._world.on_hook = None
        self._world.updates.on_push = None
        tasks = list(self._tasks)
        self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _changed(self) -> None:
        """Begin anew with the webhook as it is now."""
        self._stop()
        if self._world.webhook:
            self._slots = asyncio.Semaphore(self._world.webhook["max_connections"])
            for update in self._world.updates.pending():
                self._push(update)

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = set()
        self._lines = {}

    def _push(self, update: Update) -> None:
        if not self._world.webhook:
            return
        line = self._lines.get(update.key)
        if line is not None:
            line.append(update)
            return
        line = self._lines[update.key] = deque([update])
        task = asyncio.get_running_loop().create_task(self._deliver_line(update.key, line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_line(self, key: str, line: deque[Update]) -> None:
        while line:
            await self._deliver(line[0])
            line.popleft()
        del self._lines[key]

    async def _deliver(self, update: Update) -> None:
        """Until it is taken, or too old to matter."""
        tries = 0
        while update.expires > self._world.clock():
            async with self._slots:
                pause = await self._try(update, tries)
            if pause is None:
                break
            tries += 1
            await asyncio.sleep(pause * self._world.options.webhook_pace)
        self._world.updates.drop(update)

    async def _try(self, update: Update, tries: int) -> float | None:
        """Post once; gives None once taken, else the seconds to wait."""
        hook = self._world.webhook
        headers = {"Content-Type": "application/json"}
        if hook["secret_token"]:
            headers[SECRET_HEADER] = hook["secret_token"]
        pause = 0.0 if tries == 0 else min(2.0**tries, LONGEST_PAUSE)
        assert self._session is not None  # noqa: S101 (deliveries run inside the context only)
        try:
            async with self._session.post(
                hook["url"], data=update.body, headers=headers, allow_redirects=False
            ) as answered:
                await answered.read()
                status, wanted = answered.status, answered.headers.get("Retry-After", "")
        except (ClientError, TimeoutError, OSError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return pause
        if status // 100 == 2:  # noqa: PLR2004 (any 2xx)
            return None
        self._failed(f"Wrong response from the webhook: {status}")
        return max(pause, float(wanted)) if wanted.isdecimal() else pause

    def _failed(self, why: str) -> None:
        hook = self._world.webhook
        hook["last_error_date"] = int(self._world.clock())
        hook["last_error_message"] = why
