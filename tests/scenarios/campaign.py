"""A push to many chats by real processes that come and go. The simulator's own journal is the judge."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from readership import FIRST, add_readers, approve_push
from stage import PATIENCE, ROOT, Program, environment, free_port, until

from simulator import Options, Server, World, faults, serve
from simulator.faults import Fault
from storage import pushes, recovery, tally
from storage.database import Database, Transaction
from storage.records import Counts, Push
from storage.schema import delivery, lease

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
        await self.enlist(many)
        await self.launch()

    async def launch(self) -> None:
        self.push_id = await self.db.write(approve_push)

    async def enlist(self, many: int) -> None:
        self.readers = range(FIRST + 1, FIRST + 1 + many)
        self.world.add_people(many, first_id=FIRST + 1)
        await self.db.write(lambda tx: add_readers(tx, range(1, many + 1)))

    def program(self, **settings: str) -> Program:
        """Another one on this database, not started."""
        port = free_port()
        usual = {"RATE_PER_SECOND": "400", "LOG_FORMAT": "json"}
        log = self.folder / f"program-{len(self.programs)}.log"
        program = Program(environment(self.server, self.url, port, **(usual | settings)), log, port)
        self.programs.append(program)
        return program

    async def ajil(self, *words: str) -> None:
        """Run a command of the program's to its end."""
        usual = environment(self.server, self.url, 0)
        command = [sys.executable, "-m", "bot", *words]
        done = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=usual, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = await asyncio.wait_for(done.communicate(), PATIENCE)
        assert done.returncode == 0, said.decode()

    async def sent(self, many: int, *, patience: float = PATIENCE) -> None:
        """Wait until Telegram has taken so many."""
        done = self.world.journal
        await until(lambda: done.done >= many, f"{many} messages", self.said, patience=patience)

    async def answers(self) -> None:
        """Somebody who is no reader asks for help and gets it."""
        sent = self.world.journal.sent
        person = self.world.add_user().id
        self.world.send_text(person, "/help")
        await until(lambda: sent[person] == 1, "an answer", self.said)

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

    async def intents(self) -> int:
        """How many were ever written."""
        ever = sa.select(sa.func.sum(delivery.c.attempt))
        return int(await self.db.read(lambda tx: tx.execute(ever).scalar_one()))

    async def epoch(self) -> int:
        """Of the newest holding of the lease."""
        newest = sa.select(sa.func.max(lease.c.epoch))
        return int(await self.db.read(lambda tx: tx.execute(newest).scalar_one()))

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
