"""Pushes as editors meet them: released, planned, on their way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bureau import NOW, OWNER, Bureau
from readership import approve_push

from simulator.model import Message
from storage import audit, leases, ledger, pushes
from storage.database import Transaction
from storage.records import Delivery, Push

BOT = 42


def text(message: Message) -> str:
    return str(message.content["text"])


def lines(message: Message) -> list[str]:
    """Without the marks of direction."""
    return text(message).replace("\u200e", "").split("\n")


def keys(message: Message) -> list[str]:
    """The data of all its buttons."""
    rows = message.markup["inline_keyboard"] if message.markup else []
    return [str(key["callback_data"]) for row in rows for key in row]


async def enlist(bureau: Bureau, many: int) -> list[int]:
    """Subscribed people."""
    readers = list(bureau.world.add_people(many, language_code="en"))
    for reader in readers:
        await bureau.say(reader, "/start")
    return readers


async def released(bureau: Bureau, **what: object) -> int:
    """A push that waits for the planner."""
    return await bureau.database.write(lambda tx: approve_push(tx, **what))  # type: ignore[arg-type]


async def running(bureau: Bureau, *, under_way: int = 0) -> int:
    """A planned push with so many requests under way."""
    push_id = await released(bureau)
    await bureau.database.write(lambda tx: ledger.plan(tx, push_id))
    await intend(bureau, push_id, under_way)
    return push_id


async def intend(bureau: Bureau, push_id: int, many: int) -> tuple[Delivery, ...]:
    def work(tx: Transaction) -> tuple[Delivery, ...]:
        lease = leases.acquire(tx, BOT, "here", timedelta(hours=1), dead="here")
        assert lease is not None
        claimed = ledger.claim(tx, push_id, after=0, limit=many, bot_id=BOT, epoch=lease.epoch, now=NOW)
        assert claimed is not None
        return claimed.deliveries

    return await bureau.database.write(work)


async def push_of(bureau: Bureau, push_id: int) -> Push:
    found = await bureau.database.read(lambda tx: pushes.by_id(tx, push_id))
    if found is None:
        pytest.fail(f"push {push_id} is gone")
    return found


async def noted(bureau: Bureau) -> list[tuple[str, str]]:
    """What the owner did, newest first: action and subject."""
    entries = await bureau.database.read(lambda tx: audit.recent(tx, limit=9))
    assert {entry.actor for entry in entries} <= {f"editor:{OWNER}"}
    return [(entry.action, entry.subject) for entry in entries]
