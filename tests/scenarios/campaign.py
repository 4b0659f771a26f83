"""A push to many chats by real processes that come and go. The simulator's own journal is the judge."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from readership import FIRST, add_readers, approve_push
from stage import Program, environment, free_port, until

from simulator import Options, Server, World, faults, serve
from simulator.faults import Fault
from storage import pushes, recovery, tally
from storage.database import Database, Transaction
from storage.records import Counts, Push

SPOILT = "sendMessage"
LOSING = ("reset", "dropped", "server_error", "half_answer")
"""Faults after which a sender cannot know whether the message is there."""


def usual_trouble() -> list[Fault]:
    """One request in ten goes wrong."""
    return [
        faults.reset().on(SPOILT, probability=0.01),
        faults.dropped().on(SPOILT, probability=0.01),
        faults.half_answer(applied=True).on(SPOILT, probability=0.01),
        faults.server_error(500).on(SPOILT, probability=0.01),
        faults.server_error(502, applied=True).on(SPOILT, probability=0.01),
        faults.slow(before=0.1, after=0.2).on(SPOILT, probability=0.05),
    ]


@dataclass
class Campaign:
    """Readers who subscribe, one push to them, and the programs that send it."""

    server: Server
    url: str
    folder: Path
    db: Database
    dice: random.Random
    readers: range = range(0)
    push_id: int = 0
    programs: list[Program] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.server.world

    async def begin(self, many: int) -> None:
        """So many readers, and an approved push for them."""
        self.readers = range(FIRST + 1, FIRST + 1 + many)
        self.world.add_people(many, first_id=FIRST + 1)
        await self.db.write(lambda tx: add_readers(tx, range(1, many + 1)))
        self.push_id = await self.db.write(approve_push)

    def program(self, **settings: str) -> Program:
        """Another one on this database, not started."""
        port = free_port()
        usual = {"RATE_PER_SECOND": "400", "LOG_FORMAT": "json"}
        log = self.folder / f"program-{len(self.programs)}.log"
        program = Program(environment(self.server, self.url, port, **(usual | settings)), log, port)
        self.programs.append(program)
        return program

    async def sent(self, many: int) -> None:
        """Wait until Telegram has taken so many."""
        await until(lambda: self.world.journal.done >= many, f"{many} messages", self.said)

    async def over(self) -> Counts:
        """Wait until nothing of the push is open; its counts, which its rows agree with."""

        async def is_over() -> bool:
            push = await self.db.read(self._push)
            return bool(push.counts.planned) and not push.counts.open

        await until(is_over, "the push to end", self.said, patience=90)
        assert await self.db.read(recovery.verify) == []
        return await self.db.read(lambda tx: recovery.counts(tx, self.push_id))

    async def under_way(self) -> int:
        return await self.db.read(tally.under_way)

    def copies(self) -> Counter[int]:
        """How many readers have so many copies."""
        return Counter(self.world.journal.sent[reader] for reader in self.readers)

    def losses(self) -> int:
        """How many requests were answered so that nobody can know what became of them."""
        struck = self.world.faults.struck()
        return sum(struck.get(name, 0) for name in LOSING)

    def said(self) -> str:
        return "\n".join(program.said() for program in self.programs)

    def _push(self, tx: Transaction) -> Push:
        found = pushes.by_id(tx, self.push_id)
        assert found is not None
        return found


@asynccontextmanager
async def campaign(url: str, folder: Path, seed: int = 0) -> AsyncIterator[Campaign]:
    """Every program that was started is dead in the end."""
    db = Database.open(url)
    async with serve(World(options=Options(keep_messages=4, seed=seed))) as server:
        staged = Campaign(server, url, folder, db, random.Random(seed))
        try:
            yield staged
        finally:
            await asyncio.gather(*(program.kill() for program in staged.programs if program.process))
            await db.close()
