"""SIGKILL at random moments of a push, through a Telegram with faults: nothing lost, nothing twice.

`AJIL_CHATS` and `AJIL_KILLS` make it bigger, `AJIL_SEED` makes it another one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from campaign import campaign, usual_trouble

from delivery.planner import BIGGEST_WINDOW
from storage.records import OnUnknown

CHATS = int(os.environ.get("AJIL_CHATS", "800"))
KILLS = int(os.environ.get("AJIL_KILLS", "3"))
SEED = int(os.environ.get("AJIL_SEED", "1"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180 + CHATS // 20 + KILLS * 20)]


@pytest.mark.parametrize(
    ("policy", "database"), [(OnUnknown.PARK, "sqlite"), (OnUnknown.RESEND_ONCE, "postgresql")]
)
async def test_kills_at_random_moments(
    policy: OnUnknown, database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"{database}_url")
    async with campaign(url, tmp_path, SEED) as push:
        await push.begin(CHATS)
        for fault in usual_trouble():
            push.world.faults.add(fault)
        program = push.program(ON_UNKNOWN=policy)
        orphans = 0
        for moment in sorted(push.dice.sample(range(CHATS * 9 // 10), KILLS)):
            await program.start()
            await push.sent(moment)
            await program.kill()
            left = await push.under_way()
            assert left <= BIGGEST_WINDOW
            orphans += left
        await program.start()
        counts = await push.over()
        assert await program.stop() == 0

        copies = push.copies()
        lost, doubles = copies[0], sum(copies.values()) - copies[0] - copies[1]
        sys.stderr.write(
            f"{policy}, {database}, seed {SEED}: {CHATS} chats, {KILLS} kills, {orphans} under way at them, "
            f"{push.losses()} answers lost; {counts.sent} sent, {counts.unknown} unknown, "
            f"{lost} without a copy, {doubles} with two\n"
        )
        assert counts.planned == counts.sent + counts.unknown == CHATS
        assert counts.unknown <= orphans + push.losses()
        assert lost <= counts.unknown
        if policy is OnUnknown.PARK:
            assert copies.keys() <= {0, 1}
            assert copies[1] >= counts.sent
        else:
            assert copies.keys() <= {0, 1, 2}
            assert doubles <= orphans + push.losses()
