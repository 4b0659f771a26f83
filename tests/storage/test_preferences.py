"""What a chat chose is kept, and goes with it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from stored_samples import NOW, file, move
from test_chats import GROUP, SUPER, see

from storage import caps, chats, preferences
from storage.database import Database, Transaction
from storage.records import Chat, ChatKind, StoryState


def _choose(tx: Transaction, chat: Chat) -> None:
    preferences.set_quiet(tx, chat.id, "22:00", "24:00")
    preferences.set_breaking_sounds(tx, chat.id, sounds=True)
    caps.choose(tx, chat.id, 5)


def _chosen(chat: Chat | None) -> tuple[object, ...]:
    assert chat is not None
    return chat.quiet_from, chat.quiet_to, chat.breaking_sounds, chat.daily_cap


async def test_choices_are_kept_until_they_are_changed(db: Database) -> None:
    made = await db.write(see)
    assert _chosen(made) == (None, None, False, None)
    await db.write(partial(_choose, chat=made))
    assert _chosen(await db.write(see)) == ("22:00", "24:00", True, 5)
    await db.write(lambda tx: preferences.set_quiet(tx, made.id, None, None))
    assert _chosen(await db.read(lambda tx: chats.by_telegram_id(tx, 7))) == (None, None, True, 5)


async def test_a_supergroup_goes_on_as_its_group_was(db: Database) -> None:
    old = await db.write(lambda tx: see(tx, GROUP, kind=ChatKind.GROUP))
    await db.write(partial(_choose, chat=old))
    await db.write(lambda tx: see(tx, SUPER, kind=ChatKind.SUPERGROUP))
    assert _chosen(await db.write(lambda tx: chats.move(tx, GROUP, SUPER, NOW))) == (
        "22:00",
        "24:00",
        True,
        5,
    )


async def test_what_is_followed_comes_last_followed_first_and_only_while_it_may_be_read(db: Database) -> None:
    made = await db.write(see)

    def follow(tx: Transaction) -> None:
        for minutes, code in enumerate(("AAAA", "BBBB", "CCCC")):
            story_id = file(tx, code=code)
            now = NOW + timedelta(minutes=minutes)
            chats.subscribe(tx, made.id, scope="story", value=code, how="all", now=now)
        move(tx, story_id, StoryState.KILLED)

    await db.write(follow)
    listed = partial(preferences.followed_stories, chat_id=made.id, limit=9, now=NOW)
    assert [line.code for line in await db.read(listed)] == ["BBBB", "AAAA"]
