"""A story is corrected in the middle of its push, and SIGKILL ends the sender again and again.

The simulator is the judge: what stands in each reader's chat in the end. `AJIL_CHATS`, `AJIL_KILLS` and
`AJIL_SEED` as in the scenarios of sends.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from campaign import Campaign, campaign, usual_trouble
from stage import until

from newsroom import breaking, copies, revising, steps
from newsroom.wire import parse
from simulator import faults
from storage import pushes, recovery, stories
from storage.database import Transaction
from storage.records import PushState, Story, StoryState
from storage.schema import push

CHATS = int(os.environ.get("AJIL_CHATS", "300"))
KILLS = int(os.environ.get("AJIL_KILLS", "2"))
SEED = int(os.environ.get("AJIL_SEED", "1"))
WRONG, RIGHT = "ثلاثمئة", "أربعمئة"
COPY = "عادت عبّارات الخليج الصغير إلى العمل صباح الأحد، وقالت هيئة الملاحة إن أول رحلة أقلت {} راكب."
EDIT = "editMessageText"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + CHATS // 10 + KILLS * 30)]


async def test_no_reader_is_left_with_the_wrong_telling(sqlite_url: str, tmp_path: Path) -> None:
    async with campaign(sqlite_url, tmp_path, SEED) as story:
        await story.enlist(CHATS)
        await story.db.write(_break)
        for fault in (*usual_trouble(), faults.reset().on(EDIT, probability=0.02)):
            story.world.faults.add(fault)
        program = story.program()
        await program.start()
        await story.sent(CHATS // 2)
        await story.db.write(_correct)
        for _ in range(KILLS):
            edited = _edited(story) + story.dice.randint(1, CHATS // (4 * KILLS))
            await until(lambda edited=edited: _edited(story) >= edited, "edits", story.said)
            await program.kill()
            await program.start()
        await until(lambda: story.db.read(_is_over), "every push to end", story.said, patience=120)
        assert await program.stop() == 0
        assert await story.db.read(recovery.verify) == []

        told = [_texts(story, reader) for reader in story.readers]
        wrong = sum(any(RIGHT not in text for text in texts) for texts in told)
        untold = sum(not any(RIGHT in text for text in texts) for texts in told)
        unknown = await story.db.read(_unknown)
        sys.stderr.write(
            f"seed {SEED}: {CHATS} chats, {KILLS} kills, {_edited(story)} edits; {unknown} unknown, "
            f"{wrong} with an old copy, {untold} without a right one\n"
        )
        assert wrong <= unknown
        assert untold <= unknown
        assert max(len(texts) for texts in told) <= 2


def _break(tx: Transaction) -> None:
    now = datetime.now(UTC)
    story_id, _ = stories.create(tx, ["AAAA"], StoryState.PUBLISHED, now)
    draft = parse(COPY.format(WRONG).encode())
    number = revising.add(tx, story_id, draft, urgency=2, source="wire", now=now)
    breaking.break_news(tx, story_id, number, now)


def _correct(tx: Transaction) -> None:
    draft = parse(COPY.format(RIGHT).encode())
    copies.correct(tx, _story(tx), draft, by=steps.by_editor(1), now=datetime.now(UTC))


def _story(tx: Transaction) -> Story:
    found = stories.by_code(tx, "AAAA")
    assert found is not None
    return found


def _is_over(tx: Transaction) -> bool:
    found = [pushes.by_id(tx, number) for number in tx.execute(sa.select(push.c.id)).scalars().all()]
    return len(found) == 2 and all(one is not None and one.state is PushState.DONE for one in found)


def _unknown(tx: Transaction) -> int:
    return int(tx.execute(sa.select(sa.func.sum(push.c.unknown))).scalar_one())


def _edited(story: Campaign) -> int:
    return sum(story.world.journal.edited.values())


def _texts(story: Campaign, reader: int) -> list[str]:
    """The corrected one says what was wrong too, in its note: only without what is right is one wrong."""
    return [str(one.content["text"]) for one in story.world.messages(reader) if one.sender is story.world.bot]
