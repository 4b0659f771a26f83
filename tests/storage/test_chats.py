"""Chats: coming, going, moving, and never losing a subscriber."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored_samples import MINUTE, NOW, chat, file

from storage import chats, engine
from storage.chats import Subscription
from storage.database import Database, Transaction
from storage.records import Chat, ChatKind, ChatState, DeliveryState, PushKind, PushState
from storage.schema import chat as chat_table
from storage.schema import delivery, push

GROUP, SUPER = -100, -1001
ALL = Subscription(scope="all", value="", how="breaking")


async def known(db: Database, telegram_id: int) -> Chat | None:
    return await db.read(partial(chats.by_telegram_id, telegram_id=telegram_id))


def see(tx: Transaction, telegram_id: int = 7, **changes: object) -> Chat:
    plain: dict[str, object] = {
        "kind": ChatKind.PRIVATE,
        "title": "سعاد",
        "language": "ar",
        "zone": "Asia/Riyadh",
    }
    return chats.see(tx, telegram_id, **{**plain, "now": NOW, **changes})  # type: ignore[arg-type]  # by name


async def test_a_chat_is_made_when_it_is_first_seen(db: Database) -> None:
    made = await db.write(lambda tx: see(tx, thread_id=5))
    assert made == Chat(
        id=made.id,
        telegram_id=7,
        kind=ChatKind.PRIVATE,
        state=ChatState.ACTIVE,
        language="ar",
        zone="Asia/Riyadh",
        thread_id=5,
        title="سعاد",
        subscribed=False,
    )
    assert await known(db, 7) == made
    assert await known(db, 8) is None


async def test_seeing_a_chat_again_keeps_what_it_chose(db: Database) -> None:
    made = await db.write(see)
    await db.write(lambda tx: chats.set_language(tx, made.id, "en"))
    await db.write(lambda tx: chats.set_zone(tx, made.id, "Europe/Paris"))
    await db.write(lambda tx: chats.set_thread(tx, made.id, 9))
    again = await db.write(lambda tx: see(tx, title="ليلى", thread_id=1))
    assert (again.id, again.title) == (made.id, "ليلى")
    assert (again.language, again.zone, again.thread_id) == ("en", "Europe/Paris", 9)


@pytest.mark.parametrize("state", [ChatState.BLOCKED, ChatState.GONE])
async def test_a_chat_that_ended_comes_back_with_its_subscriptions(db: Database, state: ChatState) -> None:
    made = await db.write(see)
    await db.write(lambda tx: chats.subscribe(tx, made.id, now=NOW))
    await db.write(lambda tx: chats.end(tx, made.id, state, "bot was blocked by the user", NOW))
    ended = await known(db, 7)
    assert ended is not None
    assert (ended.state, ended.subscribed) == (state, True)
    back = await db.write(see)
    assert (back.id, back.state, back.subscribed) == (made.id, ChatState.ACTIVE, True)
    row = await db.read(lambda tx: tx.execute(sa.select(chat_table.c.ended_at, chat_table.c.ended_why)).one())
    assert tuple(row) == (None, None)


async def test_subscriptions_come_change_and_go(db: Database) -> None:
    chat_id = await db.write(lambda tx: chat(tx, 7))

    async def held() -> list[Subscription]:
        return list(await db.read(lambda tx: chats.subscriptions(tx, chat_id)))

    await db.write(lambda tx: chats.subscribe(tx, chat_id, now=NOW))
    await db.write(lambda tx: chats.subscribe(tx, chat_id, scope="story", value="K7PQ", how="all", now=NOW))
    await db.write(lambda tx: chats.subscribe(tx, chat_id, scope="story", value="AAAA", how="all", now=NOW))
    await db.write(lambda tx: chats.subscribe(tx, chat_id, scope="story", value="K7PQ", how="muted", now=NOW))
    assert await held() == [
        ALL,
        Subscription(scope="story", value="AAAA", how="all"),
        Subscription(scope="story", value="K7PQ", how="muted"),
    ]
    assert await db.write(lambda tx: chats.unsubscribe(tx, chat_id, "story", "K7PQ")) == 1
    assert await db.write(lambda tx: chats.unsubscribe(tx, chat_id, "topic")) == 0
    assert await db.write(lambda tx: chats.unsubscribe(tx, chat_id, "story")) == 1
    assert await held() == [ALL]
    assert await db.write(lambda tx: chats.unsubscribe(tx, chat_id)) == 1
    assert await held() == []


@pytest.mark.parametrize(("how", "subscribed"), [("breaking", True), ("all", True), ("muted", False)])
async def test_a_chat_is_subscribed_by_what_it_wants_of_everything(
    db: Database, how: str, subscribed: bool
) -> None:
    chat_id = await db.write(lambda tx: chat(tx, 7))
    await db.write(lambda tx: chats.subscribe(tx, chat_id, scope="story", value="K7PQ", now=NOW))
    before = await known(db, 7)
    await db.write(lambda tx: chats.subscribe(tx, chat_id, how=how, now=NOW))
    after = await known(db, 7)
    assert before is not None
    assert after is not None
    assert (before.subscribed, after.subscribed) == (False, subscribed)


async def test_a_group_that_moves_keeps_its_row_under_the_new_address(db: Database) -> None:
    chat_id = await db.write(lambda tx: chat(tx, GROUP, kind=ChatKind.GROUP))
    await db.write(lambda tx: chats.subscribe(tx, chat_id, now=NOW))
    moved = await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW))
    assert moved is not None
    assert (moved.id, moved.telegram_id, moved.kind) == (chat_id, SUPER, ChatKind.SUPERGROUP)
    assert moved.subscribed
    assert await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW)) == moved
    assert await known(db, GROUP) is None


async def test_a_group_whose_supergroup_was_seen_first_hands_over(db: Database) -> None:
    old = await db.write(lambda tx: chat(tx, GROUP, kind=ChatKind.GROUP, language="en", zone="Asia/Riyadh"))
    new = await db.write(lambda tx: chat(tx, SUPER, kind=ChatKind.SUPERGROUP))
    await db.write(lambda tx: chats.subscribe(tx, old, now=NOW))
    moved = await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW + MINUTE))
    assert moved is not None
    assert (moved.id, moved.subscribed, moved.language, moved.zone) == (new, True, "en", "Asia/Riyadh")
    row = await db.read(lambda tx: tx.execute(sa.select(chat_table).where(chat_table.c.id == old)).one())
    assert (row.state, row.moved_to, row.ended_at) == ("moved", SUPER, NOW + MINUTE)
    assert await db.read(lambda tx: chats.subscriptions(tx, old)) == []
    assert await known(db, GROUP) == moved
    assert (await db.write(lambda tx: see(tx, GROUP, kind=ChatKind.GROUP))).id == new
    after = await known(db, SUPER)
    assert after is not None
    assert after.kind is ChatKind.SUPERGROUP


async def test_a_supergroup_that_chose_for_itself_keeps_its_choice(db: Database) -> None:
    old = await db.write(lambda tx: chat(tx, GROUP, kind=ChatKind.GROUP, language="en"))
    new = await db.write(lambda tx: chat(tx, SUPER, kind=ChatKind.SUPERGROUP))
    await db.write(lambda tx: chats.subscribe(tx, old, how="all", now=NOW))
    await db.write(lambda tx: chats.subscribe(tx, old, scope="story", value="K7PQ", now=NOW))
    await db.write(lambda tx: chats.subscribe(tx, new, how="breaking", now=NOW))
    moved = await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW))
    assert moved is not None
    assert moved.language == "ar"
    held = await db.read(lambda tx: chats.subscriptions(tx, new))
    assert held == [ALL, Subscription(scope="story", value="K7PQ", how="breaking")]


async def test_a_move_of_a_chat_that_nobody_knows_does_nothing(db: Database) -> None:
    assert await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW)) is None
    assert await known(db, SUPER) is None


async def test_a_reply_is_understood_by_what_was_shown(db: Database) -> None:
    chat_id = await db.write(lambda tx: chat(tx, 7))
    first = await db.write(lambda tx: file(tx, code="AAAA"))
    second = await db.write(lambda tx: file(tx, code="BBBB"))
    assert await db.read(lambda tx: chats.last_story(tx, chat_id)) is None
    await db.write(lambda tx: chats.remember_shown(tx, chat_id, 1, first, NOW))
    await db.write(lambda tx: chats.remember_shown(tx, chat_id, 2, first, NOW))
    await db.write(lambda tx: chats.remember_shown(tx, chat_id, 2, second, NOW))
    asked = [
        await db.read(partial(chats.story_shown, chat_id=chat_id, message_id=number)) for number in (1, 2, 3)
    ]
    assert asked == ["AAAA", "BBBB", None]
    assert await db.read(lambda tx: chats.story_shown(tx, chat_id + 1, 1)) is None
    assert await db.read(lambda tx: chats.last_story(tx, chat_id)) == "BBBB"


async def test_a_reply_to_a_push_is_understood_too(db: Database) -> None:
    chat_id = await db.write(lambda tx: chat(tx, 7))
    story_id = await db.write(lambda tx: file(tx, code="AAAA"))
    pushed = {
        "kind": PushKind.BREAKING,
        "lane": 2,
        "state": PushState.RUNNING,
        "story_id": story_id,
        "created_at": NOW,
    }
    key = {"push_id": 1, "chat_id": chat_id, "part": 0}
    sent = key | {"state": DeliveryState.SENT, "message_id": 55, "done_at": NOW}
    await db.write(lambda tx: tx.execute(sa.insert(push).values(id=1, **pushed)))
    await db.write(lambda tx: tx.execute(sa.insert(delivery).values(sent)))
    assert await db.read(lambda tx: chats.story_shown(tx, chat_id, 55)) == "AAAA"
    assert await db.read(lambda tx: chats.story_shown(tx, chat_id, 56)) is None
    assert await db.read(lambda tx: chats.last_story(tx, chat_id)) == "AAAA"
    other = await db.write(lambda tx: file(tx, code="BBBB"))
    for minutes, last in ((-1, "AAAA"), (1, "BBBB")):
        at = NOW + timedelta(minutes=minutes)
        await db.write(partial(chats.remember_shown, chat_id=chat_id, message_id=9, story_id=other, now=at))
        assert await db.read(lambda tx: chats.last_story(tx, chat_id)) == last


@pytest.fixture
def rolled_back(database_url: str) -> Iterator[sa.Engine]:
    """Examples share a database and undo what they did."""
    writer = engine.writing(engine.parse(database_url))
    yield writer
    writer.dispose()


HAPPENINGS = st.lists(
    st.sampled_from(["see old", "see new", "move", "subscribe old", "subscribe new", "end old", "end new"]),
    max_size=14,
)


def happen(tx: Transaction, what: str) -> None:
    """One thing that Telegram tells of a group that becomes, or became, a supergroup."""
    act, _, which = what.partition(" ")
    address = GROUP if which == "old" else SUPER
    kind = ChatKind.GROUP if which == "old" else ChatKind.SUPERGROUP
    if act == "move":
        chats.move(tx, GROUP, SUPER, NOW)
    elif act == "see":
        chat(tx, address, kind=kind)
    elif act == "subscribe":
        chats.subscribe(tx, chat(tx, address, kind=kind), now=NOW)
    elif (there := chats.by_telegram_id(tx, address)) is not None:
        chats.end(tx, there.id, ChatState.GONE, "test", NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(before=HAPPENINGS)
def test_whatever_happens_a_subscriber_that_moves_is_written_to_once(
    rolled_back: sa.Engine, before: list[str]
) -> None:
    with rolled_back.connect() as tx:
        for what in before:
            happen(tx, what)
        happen(tx, "move")
        happen(tx, "see new")
        subscribed = any(what.startswith("subscribe") for what in before)
        of_group = sa.select(chat_table.c.id).where(chat_table.c.state == ChatState.ACTIVE)
        active = list(tx.execute(of_group).scalars())
        found = chats.by_telegram_id(tx, SUPER)
        assert found is not None
        assert active == [found.id]
        assert found.subscribed is subscribed
        tx.rollback()
