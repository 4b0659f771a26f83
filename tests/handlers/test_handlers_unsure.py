"""Editors decide about what may or may not have arrived."""

from __future__ import annotations

import pytest
from bureau import FOG, NOW, OWNER, Bureau, said
from ledgers import enlist, intend, keys, lines, noted, push_of, released, text

from newsroom.words import words_for
from simulator.model import Message
from storage import ledger, pushes
from storage.records import Counts, DeliveryState, PushState, Settlement

EN = words_for("en")


@pytest.fixture
def store_url(database_url: str) -> str:
    return database_url


async def unsure(bureau: Bureau, many: int, *, doubts: int = 1, readers: int | None = None) -> int:
    """A push of which so many deliveries are uncertain; the others are open."""
    await enlist(bureau, readers or many)
    push_id = await released(bureau)
    await bureau.database.write(lambda tx: ledger.plan(tx, push_id))
    await doubt(bureau, push_id, many, doubts=doubts)
    return push_id


async def doubt(bureau: Bureau, push_id: int, many: int, *, doubts: int = 1) -> None:
    taken = await intend(bureau, push_id, many)
    settled = [
        Settlement(
            chat_id=one.chat_id, part=0, attempt=one.attempt, state=DeliveryState.UNKNOWN, doubts=doubts
        )
        for one in taken
    ]
    await bureau.database.write(lambda tx: ledger.settle(tx, push_id, settled, NOW))


async def listed(bureau: Bureau, push_id: int) -> Message:
    (stats,) = await bureau.say(OWNER, f"/stats {push_id}")
    await bureau.press(OWNER, stats, f"uk:{push_id}.1")
    return bureau.since(stats)[-1]


async def test_they_are_shown_with_what_can_be_done(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 2)
    shown = await listed(bureau, push_id)
    found = lines(shown)
    assert found[1:3] == [EN.count(2, "unsure.title"), said("unsure.why")]
    assert [said("chat.private") in line for line in found[4:6]] == [True, True]
    assert [data.split(".")[0] for data in keys(shown)] == [f"rs:{push_id}", f"lv:{push_id}"]


async def test_sent_once_more_they_are_open_again_once(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 3)
    shown = await listed(bureau, push_id)
    again = keys(shown)[0]
    await bureau.press(OWNER, shown, again)
    assert lines(shown)[0] == EN.count(3, "unsure.resent")
    found = await push_of(bureau, push_id)
    assert (found.state, found.counts) == (PushState.RUNNING, Counts(planned=3))
    assert len(bureau.wakings) == 1
    answer = await bureau.press(OWNER, shown, again, forged=True)
    assert answer["text"] == said("refusal.nothing_unsure", id=str(push_id))
    await doubt(bureau, push_id, 3, doubts=2)
    answer = await bureau.press(OWNER, shown, again, forged=True)
    assert answer["text"] == said("refusal.unsure_changed", id=str(push_id))
    assert await noted(bureau) == [("resend", f"push:{push_id}")]


async def test_left_as_they_are_they_are_asked_for_no_more(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 2)
    shown = await listed(bureau, push_id)
    await bureau.press(OWNER, shown, keys(shown)[1])
    assert lines(shown)[0] == EN.count(2, "unsure.left")
    found = await push_of(bureau, push_id)
    assert (found.state, found.counts) == (PushState.DONE, Counts(planned=2, unknown=2))
    (stats,) = await bureau.say(OWNER, f"/stats {push_id}")
    assert said("stats.unknown", n=2) in text(stats)
    assert keys(stats) == []
    assert await noted(bureau) == [("leave", f"push:{push_id}")]


async def test_nobody_is_offered_a_third_copy(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 2, doubts=2)
    shown = await listed(bureau, push_id)
    assert [data.split(":")[0] for data in keys(shown)] == ["lv"]
    assert said("unsure.twice") in text(shown)
    mark = keys(shown)[0].partition(".")[2]
    answer = await bureau.press(OWNER, shown, f"rs:{push_id}.{mark}", forged=True)
    assert answer["text"] == said("refusal.nothing_to_resend", id=str(push_id))
    assert (await push_of(bureau, push_id)).state is PushState.DONE


async def test_a_button_decides_about_what_was_shown_only(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 1, readers=2)
    shown = await listed(bureau, push_id)
    await doubt(bureau, push_id, 1)
    for data in keys(shown):
        answer = await bureau.press(OWNER, shown, data, forged=True)
        assert answer["text"] == said("refusal.unsure_changed", id=str(push_id))
    assert (await push_of(bureau, push_id)).counts == Counts(planned=2, unknown=2)


async def test_many_come_in_pages(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 25)
    first = await listed(bureau, push_id)
    assert keys(first)[0] == f"uk:{push_id}.2"
    await bureau.press(OWNER, first, f"uk:{push_id}.2")
    second = bureau.since(first)[-1]
    chats = [line for page in (first, second) for line in lines(page) if line.startswith("• ")]
    assert (len(chats), len(set(chats))) == (25, 25)
    assert [data.split(":")[0] for data in keys(second)] == ["rs", "lv"]


async def test_what_is_out_of_date_is_not_sent_once_more(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    taken = await bureau.file(FOG)
    _, question = await bureau.say(OWNER, f"/breaking {taken.code}")
    await bureau.press(OWNER, question, keys(question)[0])
    await bureau.database.write(lambda tx: ledger.plan(tx, 1))
    await doubt(bureau, 1, 1)
    shown = await listed(bureau, 1)
    await bureau.say(OWNER, f"/hold {taken.code}")
    answer = await bureau.press(OWNER, shown, keys(shown)[0])
    assert answer["text"].startswith(said("refusal.story_not_public", code=taken.code)[:20])
    assert (await push_of(bureau, 1)).state is PushState.DONE


async def test_nor_is_what_was_cancelled(bureau: Bureau) -> None:
    push_id = await unsure(bureau, 1, readers=2)
    again = keys(await listed(bureau, push_id))[0]
    await bureau.database.write(lambda tx: pushes.cancel(tx, push_id, NOW))
    shown = await listed(bureau, push_id)
    assert [data.split(":")[0] for data in keys(shown)] == ["lv"]
    answer = await bureau.press(OWNER, shown, again, forged=True)
    assert answer["text"] == said("refusal.push_ended", id=str(push_id))


@pytest.mark.parametrize("verb", ["uk:1.1", "rs:1.1_1_1", "lv:1.1_1_1"])
async def test_readers_decide_nothing(bureau: Bureau, reader: int, verb: str) -> None:
    await unsure(bureau, 1)
    (theirs,) = await bureau.say(reader, "/help")
    answer = await bureau.press(reader, theirs, verb, forged=True)
    assert answer["text"] == said("refusal.not_editor")
    assert (await push_of(bureau, 1)).counts == Counts(planned=1, unknown=1)
