"""Followers on real databases: who is told of what, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hostile
import pytest
import sqlalchemy as sa

from newsroom import copies, following, steps
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from newsroom.wire import parse
from storage import ledger, pushes, stories
from storage.database import Database, Transaction
from storage.records import Act, ChatKind, Lane, Push, PushKind, PushState, Variant
from storage.schema import chat, delivery

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUAY = "أعلنت هيئة الموانئ افتتاح الرصيف الشمالي أمام السفن الكبيرة."
MATCH = "فاز فريق المرفأ على فريق الجبل بهدفين في نهائي كأس كرة القدم."


def reader(number: int) -> Visitor:
    return Visitor(chat_id=number, kind=ChatKind.PRIVATE, user_id=number, language="en")


class Room:
    def __init__(self, db: Database) -> None:
        self.now = NOW
        self.db = db
        self.desk = Desk(db, House(owners=frozenset({7})), now=lambda: self.now, pushed=lambda: None)

    async def file(self, words: str, *, name: str = "item", urgency: int | None = None, **more: Any) -> Taken:
        draft = replace(parse(words.encode()), urgency=urgency)
        copy = Copy(body=words.encode(), source="wire", trust=Trust.PUSH, item_id=name, **more)
        return await self.desk.file(copy, draft)

    async def told(self) -> list[tuple[Push, set[int]]]:
        """The pushes to followers that have come due by now, with the chats that they go to."""
        await self.desk.open_due()
        return await self.db.write(self._planned)

    def _planned(self, tx: Transaction) -> list[tuple[Push, set[int]]]:
        due = [push for push in pushes.due(tx, self.now) if push.kind is PushKind.FOLLOW]
        fresh = [push for push in due if ledger.plan(tx, push.id) or not push.counts.planned]
        return [(push, _addresses(tx, push.id)) for push in fresh]


def _addresses(tx: Transaction, push_id: int) -> set[int]:
    planned = sa.select(chat.c.telegram_id).join(delivery, delivery.c.chat_id == chat.c.id)
    return set(tx.execute(planned.where(delivery.c.push_id == push_id)).scalars())


@pytest.fixture
def room(db: Database) -> Room:
    return Room(db)


async def test_an_update_goes_to_the_followers_of_its_story_only(room: Room) -> None:
    first = await room.file(QUAY)
    await room.desk.follow(reader(1), first.code)
    await room.desk.follow(reader(2), (await room.file(MATCH, name="match")).code)
    await room.told()
    room.now += MINUTE
    await room.file(QUAY + "\n\nوتصل أول سفينة يوم الخميس.")
    assert await room.told() == []
    room.now = NOW + following.COOLDOWN
    ((push, chats_told),) = await room.told()
    assert (push.revision, chats_told) == (2, {1})
    shown = await room.desk.prepare(push, Variant(language="en", zone="UTC", kind=ChatKind.PRIVATE))
    assert getattr(shown, "text", "").startswith("UPDATE |")


async def test_takes_within_the_cooldown_are_told_as_one(room: Room) -> None:
    first = await room.file(QUAY)
    await room.desk.follow(reader(1), first.code)
    await room.told()
    for minute in range(1, 6):
        room.now = NOW + minute * MINUTE
        await room.file(QUAY + f"\n\nوتصل السفينة رقم {minute} غداً.")
        assert await room.told() == []
    room.now = NOW + following.COOLDOWN
    ((push, _),) = await room.told()
    assert push.revision == 6
    room.now += following.COOLDOWN
    assert await room.told() == []


async def test_whoever_follows_a_topic_or_words_is_told_of_a_new_story_once(room: Room) -> None:
    await room.desk.follow(reader(1), "sport")
    await room.desk.follow(reader(2), "كأس  القدم")
    await room.desk.follow(reader(3), "الرصيف القدم")
    ((push, chats_told),) = await (await _filed(room, MATCH)).told()
    assert (push.revision, chats_told) == (1, {1, 2})
    room.now += 2 * following.COOLDOWN
    await room.file(MATCH + "\n\nوسجل الهدف الثاني في الدقيقة الأخيرة.")
    assert await room.told() == []


async def test_who_gets_it_as_breaking_news_does_not_get_it_twice(room: Room) -> None:
    for number in (1, 2):
        await room.desk.follow(reader(number), "sport")
    await room.desk.start(reader(1))
    await room.file(MATCH, urgency=1)
    ((_, chats_told),) = await room.told()
    assert chats_told == {2}


async def test_a_backlog_is_no_news(room: Room) -> None:
    await room.desk.follow(reader(1), "sport")
    taken = await room.file(MATCH, urgency=1, backlog=True)
    assert taken.push is None
    assert await room.told() == []


async def test_nobody_is_told_of_what_is_withdrawn_meanwhile(room: Room) -> None:
    await room.desk.follow(reader(1), "sport")
    taken = await room.file(MATCH)

    def kill(tx: Transaction) -> None:
        story = stories.by_code(tx, taken.code)
        assert story is not None
        copies.kill(tx, story, by=steps.by_editor(7), now=NOW)

    await room.db.write(kill)
    assert await room.told() == []


async def test_a_follow_ends_as_it_was_begun(room: Room) -> None:
    for wanted in ("Sport", "كأس القدم"):
        await room.desk.follow(reader(1), wanted)
    listed = (await room.desk.following(reader(1))).text
    assert "Sport" in listed and "كأس القدم" in listed  # noqa: PT018 - one page
    await room.desk.unfollow(reader(1), "رياضة")
    await room.desk.unfollow(reader(1), "كأس القدم")
    with pytest.raises(Refusal, match="not_followed"):
        await room.desk.unfollow(reader(1), "كأس القدم")
    assert await (await _filed(room, MATCH)).told() == []


@pytest.mark.parametrize("typed", ["و في من", "ports ferries quays storms tides harbours", "!!"])
async def test_words_that_cannot_be_followed(room: Room, typed: str) -> None:
    with pytest.raises(Refusal, match="words_unclear"):
        await room.desk.follow(reader(1), typed)


async def test_a_chat_follows_so_many_things_and_no_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_FOLLOWED", 2)
    for wanted in ("sport", "economy"):
        await room.desk.follow(reader(1), wanted)
    with pytest.raises(Refusal, match="follows_too_many"):
        await room.desk.follow(reader(1), "health")


def test_a_cooldown_begins_when_followers_were_told() -> None:
    assert following.due_at(None, NOW) == NOW
    assert following.due_at(NOW, NOW + MINUTE) == NOW + following.COOLDOWN
    assert following.due_at(NOW, NOW + timedelta(days=1)) == NOW + timedelta(days=1)


async def _filed(room: Room, words: str) -> Room:
    await room.file(words)
    return room


async def test_who_wants_every_story_gets_those_that_do_not_break_and_each_once(room: Room) -> None:
    for number in (1, 2):
        await room.desk.start(reader(number))
    await room.desk.press_setting(reader(1), "every")
    await room.desk.start(reader(1))
    await room.file(QUAY)
    ((_, chats_told),) = await room.told()
    assert chats_told == {1}
    await room.file(MATCH, name="match", urgency=1)
    assert [chats_told for _, chats_told in await room.told()] == [set()]
    due = await room.db.read(lambda tx: pushes.due(tx, room.now))
    (alert,) = [push for push in due if push.kind is PushKind.BREAKING]
    assert await room.db.write(lambda tx: ledger.plan(tx, alert.id)) == 2
    await room.desk.press_setting(reader(1), "urgent")
    await room.file("رست ناقلة نفط في المرفأ الجديد قبل الفجر بساعة.", name="tanker")
    assert await room.told() == []


@pytest.mark.parametrize(("urgency", "begins"), [(5, "أعلنت"), (1, "BREAKING")])
async def test_an_edited_copy_sounds_no_alarm_that_was_never_sounded(
    room: Room, urgency: int, begins: str
) -> None:
    taken = await room.file(QUAY, urgency=urgency)
    story = await room.db.read(lambda tx: stories.by_code(tx, taken.code))
    assert story is not None
    edit = Push(
        id=9,
        kind=PushKind.UPDATE,
        lane=Lane.UPDATE,
        state=PushState.RUNNING,
        story_id=story.id,
        created_at=NOW,
    )
    variant = Variant(language="en", zone="UTC", kind=ChatKind.PRIVATE, act=Act.EDIT)
    shown = await room.desk.prepare(edit, variant)
    assert hostile.bare(getattr(shown, "text", "")).startswith(begins)
