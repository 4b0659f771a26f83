"""Chats that leave and chats that move."""

from __future__ import annotations

from bureau import Bureau, said

from storage import chats
from storage.records import Chat, ChatState


async def known(bureau: Bureau, telegram_id: int) -> Chat:
    found = await bureau.database.read(lambda tx: chats.by_telegram_id(tx, telegram_id))
    assert found is not None
    return found


async def test_a_group_that_removes_the_bot_is_gone(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss").id
    group = bureau.world.add_supergroup("Harbour", administrators=[boss])
    await bureau.say(boss, "/start@AjilBot", chat_id=group.id)
    bureau.world.kick_bot(group.id)
    await bureau.settle()
    assert (await known(bureau, group.id)).state is ChatState.GONE


async def test_a_bot_that_is_let_in_again_subscribes_to_nothing(bureau: Bureau) -> None:
    group = bureau.world.add_supergroup("Harbour", bot="left")
    bureau.world.set_bot(group.id, "member")
    await bureau.settle()
    assert await bureau.database.read(lambda tx: chats.by_telegram_id(tx, group.id)) is None


async def test_a_channel_that_lets_the_bot_post_is_subscribed_and_its_readers_are_spared_the_news(
    bureau: Bureau,
) -> None:
    boss = bureau.world.add_user("Boss", language_code="en").id
    await bureau.say(boss, "/help")
    channel = bureau.world.add_channel("Harbour", administrators=[boss], bot="left")
    bureau.world.set_bot(channel.id, "administrator", by=boss)
    await bureau.settle()
    assert (await known(bureau, channel.id)).subscribed
    assert bureau.world.texts(channel.id) == []
    assert bureau.world.texts(boss)[-1] == said("start.channel", title="Harbour")


async def test_who_never_wrote_to_the_bot_may_bring_it_into_a_channel(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss").id
    channel = bureau.world.add_channel("Harbour", administrators=[boss], bot="left")
    bureau.world.set_bot(channel.id, "administrator", by=boss)
    await bureau.settle()
    assert (await known(bureau, channel.id)).subscribed


async def test_start_in_a_channel_is_its_administrators_word(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss").id
    channel = bureau.world.add_channel("Harbour", administrators=[boss])
    await bureau.say(boss, "/start@AjilBot", chat_id=channel.id)
    assert (await known(bureau, channel.id)).subscribed
    await bureau.say(boss, "/stop@AjilBot", chat_id=channel.id)
    assert not (await known(bureau, channel.id)).subscribed


async def test_an_administrator_of_a_group_is_not_subscribed_by_that(bureau: Bureau) -> None:
    group = bureau.world.add_supergroup("Harbour", bot="member")
    bureau.world.set_bot(group.id, "administrator")
    await bureau.settle()
    assert await bureau.database.read(lambda tx: chats.by_telegram_id(tx, group.id)) is None


async def test_a_group_takes_its_subscription_along(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss").id
    group = bureau.world.add_group("Harbour", administrators=[boss])
    await bureau.say(boss, "/start@AjilBot", chat_id=group.id)
    before = await known(bureau, group.id)
    moved_to = bureau.world.upgrade(group.id)
    await bureau.settle()
    after = await known(bureau, moved_to.id)
    assert (after.id, after.telegram_id, after.subscribed) == (before.id, moved_to.id, True)


async def test_a_group_that_moves_while_it_is_answered_is_followed(bureau: Bureau) -> None:
    boss = bureau.world.add_user("Boss").id
    group = bureau.world.add_group("Harbour", administrators=[boss])
    await bureau.say(boss, "/start@AjilBot", chat_id=group.id)
    bureau.world.send_text(boss, "/latest@AjilBot", chat_id=group.id)
    (asked,) = await bureau.application.bot.get_updates(bureau.offset, timeout=0)
    moved_to = bureau.world.upgrade(group.id)
    await bureau.handle(asked.to_dict())
    assert (await known(bureau, moved_to.id)).subscribed


async def test_who_leaves_while_being_answered_is_no_failure(bureau: Bureau, reader: int) -> None:
    bureau.world.send_text(reader, "/start")
    bureau.world.block(reader)
    await bureau.settle()
    assert (await known(bureau, reader)).state is ChatState.BLOCKED
