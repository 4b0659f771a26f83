"""A Telegram that keeps what each message has said, in the order in which that landed; and a judge of it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from pretended import SLOWEST, Wire

from delivery import outcomes
from delivery.outcomes import Failure, Outcome
from delivery.reasons import Reason
from delivery.sender import Told

KILLED = 10_000
"""What a withdrawal shows: nothing newer comes."""


@dataclass(slots=True)
class Posted:
    """A message: whose it is, what it has said one after the other, and which one it answers."""

    chat: int
    said: list[int]
    answers: int | None = None


@dataclass(slots=True)
class Noticeboard:
    """Every message says the number of a revision. `blocked` are addresses."""

    dice: random.Random
    trouble: float
    pace: float = 8.0
    """Calls that land in a second, and as many answers: slow ones are under way when editors act."""
    outage: bool = False
    posted: dict[int, Posted] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    """Messages that cannot be edited any more."""
    _on_its_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, body: dict[str, object]) -> Outcome:
        number = len(self.posted) + 1
        answers = body.get("reply_parameters")
        answered = answers["message_id"] if isinstance(answers, dict) else None
        # Its place is taken at once; it is there when it has landed.
        self.posted[number] = Posted(_int(body["chat_id"]), [], answered)
        return await self._call(body, outcomes.Sent(number), self.posted[number])

    async def edit(self, body: dict[str, object]) -> Outcome:
        number = _int(body["message_id"])
        if number in self.frozen:
            return outcomes.Rejected(Reason.COPY_NOT_EDITABLE, "Bad Request: message can't be edited")
        return await self._call(body, outcomes.Done(), self.posted[number])

    async def rest(self) -> None:
        while self._on_its_way:
            await asyncio.wait(self._on_its_way)

    async def _call(self, body: dict[str, object], accepted: Outcome, message: Posted) -> Outcome:
        if message.chat in self.blocked:
            return outcomes.Rejected(Reason.BLOCKED, "Forbidden: bot was blocked by the user")
        outcome, lands = self._fate(accepted)
        is_late = isinstance(outcome, outcomes.Uncertain) and self.dice.random() < 0.3
        delay = self.dice.uniform(0, SLOWEST) if is_late else self.dice.expovariate(self.pace)
        landing = asyncio.create_task(self._land(message, _int(body["text"]), delay, lands))
        self._on_its_way.add(landing)
        landing.add_done_callback(self._on_its_way.discard)
        await (asyncio.sleep(3) if is_late else asyncio.shield(landing))
        await asyncio.sleep(self.dice.expovariate(self.pace))
        return outcome

    async def _land(self, message: Posted, says: int, delay: float, lands: bool) -> None:
        await asyncio.sleep(delay)
        if lands:
            message.said.append(says)

    def _fate(self, accepted: Outcome) -> tuple[Outcome, bool]:
        if self.outage:
            return outcomes.Uncertain("outage"), self.dice.random() < 0.2
        if self.dice.random() >= self.trouble:
            return accepted, True
        fates: list[tuple[Outcome, bool]] = [
            (outcomes.Uncertain(Failure.RESET), True),
            (outcomes.Uncertain(Failure.RESET), False),
            (outcomes.Unsent(Failure.CONNECT), False),
            (outcomes.Throttled(self.dice.randint(1, 20)), False),
        ]
        return self.dice.choice(fates)


@dataclass(slots=True)
class Line:
    """A process's own way to the noticeboard."""

    board: Noticeboard
    wire: Wire
    now: Callable[[], datetime]

    async def send(self, method: str, prepared: bytes) -> Outcome:
        return await self._through(self.board.send, prepared)

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        if method == "getMe":
            await asyncio.sleep(self.board.dice.expovariate(8))
            return outcomes.Uncertain("outage") if self.board.outage else outcomes.Done()
        return await self._through(self.board.edit, prepared)

    def begin(self, method: str, prepared: bytes, told: Told, *, is_act: bool) -> None:
        """Nothing leaves at once."""

    async def _through(
        self, call: Callable[[dict[str, object]], Awaitable[Outcome]], prepared: bytes
    ) -> Outcome:
        return await call(json.loads(prepared))


def _int(value: object) -> int:
    return int(str(value))
