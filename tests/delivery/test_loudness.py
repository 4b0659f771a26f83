"""What rings and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from office import opened
from readership import FIRST
from test_bodies import DELIVERY

from delivery.loudness import is_silent
from storage.database import Database
from storage.records import Lane
from storage.schema import chat

MIDNIGHT = datetime(2026, 3, 1, 21, tzinfo=UTC)
"""In Riyadh."""
NOON = datetime(2026, 3, 1, 9, tzinfo=UTC)
SLEEPER = DELIVERY._replace(quiet_from="22:00", quiet_to="07:00")


@pytest.mark.parametrize("lane", list(Lane))
def test_nothing_rings_in_quiet_hours_and_everything_outside(lane: Lane) -> None:
    assert is_silent(SLEEPER, lane, MIDNIGHT)
    assert not is_silent(SLEEPER, lane, NOON)
    assert not is_silent(DELIVERY, lane, MIDNIGHT)


def test_breaking_news_alone_rings_where_the_chat_chose_so() -> None:
    waker = SLEEPER._replace(breaking_sounds=True)
    assert [lane for lane in Lane if not is_silent(waker, lane, MIDNIGHT)] == [Lane.BREAKING]


def test_the_hours_are_those_of_the_chats_zone() -> None:
    assert not is_silent(SLEEPER._replace(zone="America/New_York"), Lane.BREAKING, MIDNIGHT)
    assert is_silent(
        SLEEPER._replace(zone="America/New_York"), Lane.BREAKING, datetime(2026, 3, 2, 4, tzinfo=UTC)
    )
    assert not is_silent(SLEEPER._replace(zone="Atlantis/Capital"), Lane.UPDATE, NOON)


async def test_one_push_rings_here_and_not_there(db: Database) -> None:
    """One body for both: the chats differ in nothing that is rendered."""
    async with opened(db) as office:
        ids = await office.enlist(3)
        sleeps = sa.update(chat).where(chat.c.id == ids[1]).values(quiet_from="00:00", quiet_to="24:00")
        await db.write(lambda tx: tx.execute(sleeps))
        push_id = await office.push()
        async with office.courier():
            await office.over(push_id)
        rang = [[not one.silent for one in office.world.messages(FIRST + number)] for number in ids]
        assert rang == [[True], [False], [True]]
        assert len(office.echo.asked) == 1
