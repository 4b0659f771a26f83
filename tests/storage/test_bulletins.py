"""Messages that show editors how a push stands: one for each push and chat, whatever comes at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from readership import NOON, add_readers, approve_push

from storage import bulletins, pushes
from storage.bulletins import Bulletin
from storage.database import Database, Transaction
from storage.records import Composed, Lane, PushKind
from storage.schema import push

EDITOR, OTHER = 7, 8
MINUTE = timedelta(minutes=1)


def shown(push_id: int, message_id: int, face: str | None = None, chat_id: int = EDITOR) -> Bulletin:
    return Bulletin(push_id=push_id, chat_id=chat_id, message_id=message_id, face=face)


def propose(tx: Transaction, by: int = EDITOR, at: datetime = NOON) -> int:
    composed = Composed(method="sendMessage", params={"text": "خبر"})
    made = pushes.propose(
        tx,
        kind=PushKind.BROADCAST,
        lane=Lane.BROADCAST,
        composed=composed,
        created_by=by,
        token=f"t{at.isoformat()}",
        now=at,
    )
    return made.id


async def test_the_newest_message_is_the_one(db: Database) -> None:
    def work(tx: Transaction) -> list[Bulletin]:
        push_id = approve_push(tx)
        bulletins.attach(tx, push_id, EDITOR, 100, NOON)
        bulletins.showed(tx, shown(push_id, 100), "a", NOON, over=False)
        bulletins.attach(tx, push_id, EDITOR, 200, NOON)
        bulletins.showed(tx, shown(push_id, 100), "late", NOON, over=True)
        return bulletins.living(tx)

    assert await db.write(work) == [shown(1, 200)]


async def test_one_that_nobody_attached_is_kept_from_when_it_was_shown(db: Database) -> None:
    def work(tx: Transaction) -> list[Bulletin]:
        push_id = approve_push(tx)
        bulletins.showed(tx, shown(push_id, 100), "a", NOON, over=False)
        return bulletins.living(tx)

    assert await db.write(work) == [shown(1, 100, "a")]


async def test_what_was_shown_longest_ago_comes_first_and_what_is_over_not_at_all(db: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        ids = [approve_push(tx) for _ in range(3)]
        for number, push_id in enumerate(ids):
            bulletins.attach(tx, push_id, EDITOR, 100 + number, NOON - number * MINUTE)
        bulletins.showed(tx, shown(ids[1], 101), "end", NOON, over=True)
        return [one.push_id for one in bulletins.living(tx)]

    assert await db.write(work) == [3, 1]


async def test_what_is_done_to_a_push_brings_its_messages_back_but_no_deleted_one(db: Database) -> None:
    def work(tx: Transaction) -> list[Bulletin]:
        push_id = approve_push(tx)
        bulletins.showed(tx, shown(push_id, 100), "end", NOON, over=True)
        bulletins.showed(tx, shown(push_id, 200, chat_id=OTHER), "end", NOON, over=True)
        bulletins.forget(tx, push_id, OTHER, NOON)
        bulletins.revive(tx, push_id)
        return bulletins.living(tx)

    assert await db.write(work) == [shown(1, 100)]


async def test_a_push_that_waits_for_words_is_shown_anew_only_when_one_is_given(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = propose(tx)
        bulletins.attach(tx, push_id, EDITOR, 100, NOON)
        assert bulletins.living(tx) == [shown(push_id, 100)]
        bulletins.showed(tx, shown(push_id, 100), "a", NOON, over=False)
        assert bulletins.living(tx) == []
        bulletins.revive(tx, push_id)
        assert bulletins.living(tx) == [shown(push_id, 100)]

    await db.write(work)


async def test_what_was_let_go_lately_is_missing_where_it_was_not_shown(db: Database) -> None:
    def work(tx: Transaction) -> None:
        first, second = approve_push(tx), approve_push(tx)
        propose(tx)
        assert bulletins.missing(tx, EDITOR, NOON) == []
        assert bulletins.missing(tx, EDITOR, NOON + MINUTE) == [first, second]
        bulletins.attach(tx, first, EDITOR, 100, NOON)
        bulletins.forget(tx, second, EDITOR, NOON)
        assert bulletins.missing(tx, EDITOR, NOON + MINUTE) == []
        assert bulletins.missing(tx, OTHER, NOON + MINUTE) == [first, second]
        assert bulletins.missing(tx, OTHER, NOON + 2 * bulletins.NEWS) == []

    await db.write(work)


async def test_what_goes_out_by_itself_all_day_is_no_news(db: Database) -> None:
    def work(tx: Transaction) -> list[int]:
        for kind in (PushKind.DIGEST, PushKind.FOLLOW, PushKind.BREAKING):
            push_id = approve_push(tx)
            tx.execute(sa.update(push).where(push.c.id == push_id).values(kind=kind))
        return bulletins.missing(tx, EDITOR, NOON + MINUTE)

    assert await db.write(work) == [3]


async def test_only_what_somebody_let_go_is_asked_about_and_nobody_twice(db: Database) -> None:
    def work(tx: Transaction) -> None:
        add_readers(tx, [1])
        looked_at, asked = propose(tx), propose(tx, at=NOON + MINUTE)
        token = pushes.by_id(tx, asked).token  # type: ignore[union-attr]
        pushes.approve(tx, token or "", EDITOR, 2, NOON)
        now = NOON + MINUTE
        assert bulletins.unasked(tx, EDITOR, now) == []
        assert bulletins.unasked(tx, OTHER, now) == [asked]
        assert not bulletins.known(tx, asked, OTHER)
        bulletins.attach(tx, asked, OTHER, 100, now)
        assert bulletins.known(tx, asked, OTHER)
        assert bulletins.unasked(tx, OTHER, now) == []
        assert bulletins.unasked(tx, 9, now + 2 * bulletins.ASKING) == []
        assert looked_at not in bulletins.unasked(tx, 9, now)

    await db.write(work)


async def test_only_the_words_of_those_who_still_edit_count(db: Database) -> None:
    def work(tx: Transaction) -> None:
        push_id = propose(tx)
        token = pushes.by_id(tx, push_id).token or ""  # type: ignore[union-attr]
        pushes.approve(tx, token, EDITOR, 2, NOON, among=[EDITOR, OTHER])
        gone = pushes.approve(tx, token, OTHER, 2, NOON, among=[OTHER])
        assert gone is not None
        assert gone.state == "proposed"
        assert pushes.approvers(tx, push_id) == {EDITOR, OTHER}
        assert [one.id for one in pushes.asked_for(tx, 5)] == [push_id]
        let_go = pushes.approve(tx, token, 9, 2, NOON, among=[OTHER, 9])
        assert let_go is not None
        assert let_go.state == "approved"
        assert pushes.asked_for(tx, 5) == []

    await db.write(work)
