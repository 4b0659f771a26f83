"""How a push goes is shown in one message for each editor whom it concerns, which changes along."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from bureau import FOG, HOUSE, NOW, OWNER, Bureau, said
from ledgers import enlist, intend, keys, lines, push_of, text
from telegram.ext import ExtBot

from delivery.pacer import Pacer
from handlers import notices
from newsroom.incoming import Copy, Trust
from newsroom.progress import Progress
from simulator import faults
from simulator.errors import bad_request
from simulator.model import Message
from storage import bulletins, editors, ledger, pushes
from storage.database import Transaction
from storage.records import DeliveryState, Lane, PushState, Settlement

EDITOR = 8


async def look(bureau: Bureau, *, after: float = 5) -> None:
    """What the clock does."""
    bureau.now += timedelta(seconds=after)
    await notices.show(cast("ExtBot[Lane]", bureau.application.bot), bureau.desk.progress)


def edits(bureau: Bureau) -> int:
    return sum(call.method == "editMessageText" for call in bureau.world.journal.calls)


async def hire(bureau: Bureau) -> None:
    bureau.world.add_user("Editor", user_id=EDITOR, language_code="ar")
    await bureau.database.write(
        lambda tx: editors.add(tx, EDITOR, role="editor", name=None, added_by=OWNER, now=NOW)
    )


async def let_go(bureau: Bureau, editor: int = OWNER) -> Message:
    """The message under whose button a story was let go."""
    taken = await bureau.file(FOG)
    _, question = await bureau.say(editor, f"/breaking {taken.code}")
    await bureau.press(editor, question, keys(question)[0])
    return question


async def deliver(bureau: Bureau, many: int) -> None:
    """So many copies more of push 1."""
    if (await push_of(bureau, 1)).state is PushState.APPROVED:
        await bureau.database.write(lambda tx: ledger.plan(tx, 1))
    taken = await intend(bureau, 1, many)
    settled = [
        Settlement(chat_id=one.chat_id, part=0, attempt=one.attempt, state=DeliveryState.SENT, message_id=5)
        for one in taken
    ]
    await bureau.database.write(lambda tx: ledger.settle(tx, 1, settled, bureau.now))


def told(bureau: Bureau, chat_id: int) -> list[Message]:
    """Messages of the bot that tell of push 1."""
    found = [one for one in bureau.world.messages(chat_id) if one.sender is bureau.world.bot]
    return [one for one in found if text(one).replace("\u200e", "").replace("\u200f", "").startswith("1 · ")]


async def test_the_message_under_the_button_goes_along_until_all_is_over(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    shown = await let_go(bureau)
    await look(bureau)
    assert said("push.state.approved") in lines(shown)[0]
    await deliver(bureau, 2)
    await look(bureau)
    assert said("stats.sent", n=2) in text(shown)
    assert keys(shown) == ["pa:1", "ca:1"]
    await deliver(bureau, 3)
    await look(bureau)
    assert said("push.state.done") in lines(shown)[0]
    assert said("stats.sent", n=5) in text(shown)
    assert keys(shown) == []
    assert told(bureau, OWNER) == [shown]
    ended = edits(bureau)
    await look(bureau)
    await look(bureau, after=86_400)
    assert edits(bureau) == ended


async def test_nothing_is_edited_where_nothing_changed(bureau: Bureau) -> None:
    await enlist(bureau, 2)
    await let_go(bureau)
    await look(bureau)
    before = edits(bureau)
    for _ in range(3):
        await look(bureau)
    assert edits(bureau) == before


async def test_owners_are_shown_what_others_let_go_each_in_their_own_language(bureau: Bureau) -> None:
    await enlist(bureau, 3)
    await bureau.say(OWNER, "/help")
    await hire(bureau)
    shown = await let_go(bureau, EDITOR)
    await look(bureau)
    (owners,) = told(bureau, OWNER)
    assert said("push.state.approved") in text(owners)
    assert said("push.state.approved", "ar") in text(shown)
    await deliver(bureau, 3)
    await look(bureau)
    assert said("push.state.done") in text(owners)
    assert said("push.state.done", "ar") in text(shown)
    assert told(bureau, OWNER) == [owners]


async def test_owners_are_shown_what_the_wire_let_go_even_when_it_is_over(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    await bureau.say(OWNER, "/help")
    await bureau.desk.take(Copy(body=FOG.encode(), source="wire", trust=Trust.PUSH, urgency=1))
    await deliver(bureau, 1)
    await look(bureau)
    (shown,) = told(bureau, OWNER)
    assert said("push.state.done") in text(shown)
    await look(bureau)
    assert told(bureau, OWNER) == [shown]


async def test_another_process_goes_on_in_the_same_message(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    shown = await let_go(bureau)
    await look(bureau)
    await deliver(bureau, 1)
    bureau.now += timedelta(seconds=5)
    after_restart = Progress(bureau.database, HOUSE, bureau.engine, lambda: bureau.now)
    await notices.show(cast("ExtBot[Lane]", bureau.application.bot), after_restart)
    assert said("stats.sent", n=1) in text(shown)
    assert told(bureau, OWNER) == [shown]


async def test_a_message_that_the_editor_deleted_is_forgotten(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    shown = await let_go(bureau)
    await look(bureau)
    del bureau.world.chats[OWNER].messages[shown.id]
    await deliver(bureau, 1)
    await look(bureau)
    refused = edits(bureau)
    await deliver(bureau, 1)
    await look(bureau)
    assert edits(bureau) == refused
    assert told(bureau, OWNER) == []


async def test_who_cannot_be_written_to_is_not_asked_again(bureau: Bureau) -> None:
    await bureau.desk.take(Copy(body=FOG.encode(), source="wire", trust=Trust.PUSH, urgency=1))
    bureau.world.faults.add(faults.refusal(bad_request("chat not found")).on("sendMessage"))
    await look(bureau)
    calls = len(bureau.world.journal.calls)
    await look(bureau)
    assert len(bureau.world.journal.calls) == calls


async def test_what_cannot_be_shown_now_is_shown_the_next_time(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    shown = await let_go(bureau)
    await look(bureau)
    await deliver(bureau, 1)
    bureau.world.faults.add(faults.server_error().on("editMessageText", count=1))
    await look(bureau)
    assert said("stats.sent", n=0) in text(shown)
    await look(bureau)
    assert said("stats.sent", n=1) in text(shown)


async def test_a_press_in_the_message_changes_it_and_it_goes_on(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    shown = await let_go(bureau)
    await deliver(bureau, 1)
    await look(bureau)
    await bureau.press(OWNER, shown, "ca:1")
    assert text(shown).startswith(said("stopped.cancelled"))
    await look(bureau)
    assert said("push.state.cancelled") in lines(shown)[0]
    assert said("stats.cancelled", n=3) in text(shown)
    ended = edits(bureau)
    await look(bureau)
    assert edits(bureau) == ended


async def test_readers_go_first(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    await enlist(bureau, 1)
    await let_go(bureau)
    lanes: list[Lane] = []
    turn = Pacer.turn

    def noted(
        pacer: Pacer, lane: Lane, chat_id: int | str | None = None, *, cost: int = 1
    ) -> AbstractAsyncContextManager[None]:
        lanes.append(lane)
        return turn(pacer, lane, chat_id, cost=cost)

    monkeypatch.setattr(Pacer, "turn", noted)
    await look(bureau)
    assert lanes == [max(Lane)]


async def test_showing_takes_a_small_share_of_the_pace_and_everybodys_turn_comes(bureau: Bureau) -> None:
    slow = Progress(bureau.database, replace(HOUSE, rate_per_second=1), bureau.engine, lambda: bureau.now)
    for chat_id in range(101, 104):
        bureau.world.add_user("One", user_id=chat_id)
        await bureau.say(chat_id, "/help")
    await enlist(bureau, 1)
    await let_go(bureau)
    for chat_id in range(101, 104):
        await slow.attach(1, chat_id, bureau.world.messages(chat_id)[-1].id)
    asked: list[int] = []
    for _ in range(4):
        bureau.now += timedelta(seconds=1)
        (notice,) = await slow.look()
        asked.append(notice.chat_id)
        await slow.showed(notice, notice.message_id or 0)
    assert sorted(asked) == [OWNER, 101, 102, 103]
    assert await slow.look() == []


async def test_what_is_shown_late_does_not_take_the_place_of_a_newer_message(bureau: Bureau) -> None:
    await enlist(bureau, 2)
    await let_go(bureau)
    bureau.now += timedelta(seconds=5)
    (notice,) = await bureau.desk.progress.look()
    await bureau.desk.progress.attach(1, OWNER, 9999)
    await bureau.desk.progress.showed(notice, notice.message_id or 0)
    (living,) = await bureau.database.read(bulletins.living)
    assert (living.message_id, living.face) == (9999, None)


async def test_old_pushes_and_digests_are_no_news(bureau: Bureau) -> None:
    await bureau.desk.take(Copy(body=FOG.encode(), source="wire", trust=Trust.PUSH, urgency=1))

    def missing(tx: Transaction) -> list[int]:
        assert pushes.by_id(tx, 1) is not None
        return bulletins.missing(tx, OWNER, bureau.now)

    assert await bureau.database.read(missing) == []  # who let it go has a moment
    bureau.now += timedelta(minutes=1)
    assert await bureau.database.read(missing) == [1]
    bureau.now += timedelta(hours=2)
    assert await bureau.database.read(missing) == []


async def test_a_push_that_stopped_for_what_is_in_it_says_why(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    shown = await let_go(bureau)
    await bureau.database.write(lambda tx: ledger.plan(tx, 1))
    refused = [
        Settlement(
            chat_id=one.chat_id,
            part=0,
            attempt=one.attempt,
            state=DeliveryState.REJECTED,
            error="too_long: Bad Request: message is too long",
        )
        for one in await intend(bureau, 1, 3)
    ]
    await bureau.database.write(lambda tx: ledger.settle(tx, 1, refused, bureau.now))
    await bureau.database.write(lambda tx: pushes.pause(tx, 1))
    await look(bureau)
    assert said("stats.because", why=said("reason.too_long"), n=3) in text(shown)
    assert keys(shown) == ["un:1", "ca:1"]
