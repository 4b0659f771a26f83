"""A chat is told no more in a day of what it follows than it wants."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
import sqlalchemy as sa
from readership import NOON, add_readers, approve_push

from storage import caps, chats, ledger, pushes
from storage.database import Database, Transaction
from storage.records import Composed, Followers, Lane, PushKind
from storage.schema import chat, delivery

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPORT = Followers(wanted=(("topic", "sport"),))
CAPPED, FREE = 1, 2
numbers = count()


def follow(tx: Transaction, *, most: int) -> None:
    add_readers(tx, (CAPPED, FREE))
    for reader in (CAPPED, FREE):
        chats.subscribe(tx, reader, scope="topic", value="sport", how="all", now=NOON)
    caps.choose(tx, CAPPED, most)


def told(tx: Transaction, at: datetime) -> set[int]:
    """Whom one more push to followers goes to."""
    made = pushes.create(
        tx,
        kind=PushKind.FOLLOW,
        lane=Lane.UPDATE,
        composed=Composed(method="sendMessage", params={"text": "هدف"}),
        followers=SPORT,
        once=f"follow:{next(numbers)}",
        now=at,
    )
    assert made is not None
    seen = pushes.audience_size(tx, made)
    planned = ledger.plan(tx, made.id)
    going = tx.execute(sa.select(delivery.c.chat_id).where(delivery.c.push_id == made.id)).scalars().all()
    assert seen == planned == len(going)
    return set(going)


async def test_no_more_comes_than_was_wanted_until_the_day_is_over(db: Database) -> None:
    await db.write(partial(follow, most=2))
    at = [NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + DAY - HOUR, NOON + DAY, NOON + DAY + HOUR]
    going = [await db.write(partial(told, at=one)) for one in (*at, NOON + DAY + 2 * HOUR)]
    both, one = {CAPPED, FREE}, {FREE}
    assert going == [both, both, one, one, both, both, one]


async def test_what_goes_to_all_is_neither_counted_nor_kept_back(db: Database) -> None:
    def planned(tx: Transaction, kind: PushKind) -> int:
        return ledger.plan(tx, approve_push(tx, kind=kind))

    await db.write(partial(follow, most=1))
    assert await db.write(partial(planned, kind=PushKind.BREAKING)) == len({CAPPED, FREE})
    assert await db.write(partial(told, at=NOON)) == {CAPPED, FREE}
    assert await db.write(partial(told, at=NOON)) == {FREE}
    assert await db.write(partial(planned, kind=PushKind.BROADCAST)) == len({CAPPED, FREE})


@pytest.mark.parametrize(("most", "going"), [(None, {CAPPED, FREE}), (1, {CAPPED, FREE}), (0, {FREE})])
async def test_another_choice_counts_from_now_on(db: Database, most: int | None, going: set[int]) -> None:
    await db.write(partial(follow, most=1))
    await db.write(partial(told, at=NOON))
    assert await db.write(partial(told, at=NOON)) == {FREE}
    await db.write(lambda tx: caps.choose(tx, CAPPED, most))
    assert await db.write(partial(told, at=NOON)) == going


async def test_a_chat_without_a_cap_is_not_counted(db: Database) -> None:
    await db.write(partial(follow, most=1))
    await db.write(partial(told, at=NOON))
    rows = await db.read(lambda tx: tx.execute(sa.select(chat.c.id, chat.c.capped_told)).all())
    assert dict(map(tuple, rows)) == {CAPPED: 1, FREE: 0}
