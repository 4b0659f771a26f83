"""A courier that takes what is due to the bureau's readers, over HTTP, and then goes home."""

from __future__ import annotations

import asyncio

from bureau import Bureau

from delivery.bodies import Bodies
from delivery.caller import Caller
from delivery.courier import Courier
from delivery.flow import Limits
from delivery.pacer import Pacer
from delivery.shift import Tools
from delivery.wire import Wire
from storage import pushes
from storage.database import Transaction
from storage.records import OnUnknown

FAST = Limits(per_second=1000, per_chat=1000, per_group_minute=100_000)


async def deliver(bureau: Bureau) -> None:
    """Until nothing is due."""
    wire = Wire(bureau.url)
    await wire.open()
    caller = Caller(wire, bureau.world.token)
    tools = Tools(
        db=bureau.database,
        bodies=Bodies(bureau.desk),
        caller=caller,
        pacer=Pacer(FAST),
        on_unknown=OnUnknown.PARK,
        now=lambda: bureau.now,
    )
    courier = Courier(tools, bot_id=bureau.world.bot.id, is_dead=lambda _: True)
    working = asyncio.create_task(courier.run())
    try:
        async with asyncio.timeout(60):
            while await bureau.database.read(lambda tx: _is_due(tx, bureau)):  # noqa: ASYNC110 - it is not told
                await asyncio.sleep(0.01)
    finally:
        await courier.aclose()
        await working
        await wire.close()


def _is_due(tx: Transaction, bureau: Bureau) -> bool:
    return bool(pushes.due(tx, bureau.now))
