"""`ajil halt` and `ajil resume`: the bot-wide brake, held by a row of the database.

A file that halts as well (`HALT_FILE`) is its maker's: it is named, and left where it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console

from bot.brake import halt_file
from bot.settings import load
from bot.wiring import now
from storage import audit, leases
from storage.database import Database, Transaction

T = TypeVar("T")
OPERATOR = "operator"


def halt() -> None:
    _say(
        asyncio.run(_write(_halt)),
        "Halted: nothing goes out to readers until `ajil resume`.",
        "It was halted already.",
    )


def resume() -> None:
    lifted = asyncio.run(_write(_resume))
    file = halt_file(load().halt_file)()
    if file is None:
        _say(lifted, "Resumed: what is due goes out.", "It was not halted.")
    else:
        still = f"The file {file} still halts: nothing goes out to readers until it is removed."
        _say(lifted, f"The halt is lifted. {still}", still)


def _halt(tx: Transaction) -> bool:
    done = leases.halt(tx, OPERATOR)
    return done and _note(tx, "halt")


def _resume(tx: Transaction) -> bool:
    return leases.unhalt(tx) and _note(tx, "unhalt")


def _note(tx: Transaction, action: str) -> bool:
    audit.append(tx, actor=OPERATOR, action=action, subject="bot", detail={}, now=now())
    return True


async def _write(work: Callable[[Transaction], T]) -> T:
    db = Database.open(load().database_url.get_secret_value())
    try:
        return await db.write(work)
    finally:
        await db.close()


def _say(done: bool, yes: str, no: str) -> None:
    Console().print(yes if done else no, highlight=False, soft_wrap=True, markup=False)
