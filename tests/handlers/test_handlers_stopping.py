"""Editors stop what goes out, and let it go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bureau import FOG, NOW, OWNER, Bureau, said
from ledgers import enlist, keys, lines, noted, push_of, released, running, text

from newsroom.incoming import Copy, Trust
from newsroom.words import words_for
from storage import leases, pushes
from storage.records import Counts, PushState
from storage.schema import push

COMMANDS = ["/pause 1", "/unpause 1", "/cancel 1", "/halt", "/unhalt"]


@pytest.fixture
def store_url(database_url: str) -> str:
    return database_url


def counted(n: int, msgid: str) -> str:
    return words_for("en").count(n, msgid)


async def test_a_pause_says_what_may_still_arrive_and_how_to_go_on(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    push_id = await running(bureau, under_way=2)
    (answer,) = await bureau.say(OWNER, f"/pause {push_id}")
    assert lines(answer)[:2] == [said("stopped.paused"), counted(2, "stopped.under_way")]
    assert said("stats.open", n=5) in text(answer)
    assert keys(answer) == [f"un:{push_id}", f"ca:{push_id}"]
    assert (await push_of(bureau, push_id)).state is PushState.PAUSED
    assert await noted(bureau) == [("pause", f"push:{push_id}")]


async def test_the_button_under_it_lets_it_go_on(bureau: Bureau) -> None:
    await enlist(bureau, 2)
    push_id = await running(bureau)
    (paused,) = await bureau.say(OWNER, f"/pause #{push_id}")
    await bureau.press(OWNER, paused, f"un:{push_id}")
    assert text(paused).startswith(said("unpaused.title"))
    assert (await push_of(bureau, push_id)).state is PushState.RUNNING
    assert len(bureau.wakings) == 1
    await bureau.press(OWNER, paused, f"pa:{push_id}")
    assert (await push_of(bureau, push_id)).state is PushState.PAUSED


async def test_a_cancel_closes_what_has_not_left(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    push_id = await running(bureau, under_way=2)
    (answer,) = await bureau.say(OWNER, f"/cancel {push_id}")
    assert lines(answer)[:2] == [said("stopped.cancelled"), counted(2, "stopped.under_way")]
    assert keys(answer) == []
    found = await push_of(bureau, push_id)
    assert (found.state, found.counts) == (PushState.CANCELLED, Counts(planned=5, cancelled=3))
    assert await noted(bureau) == [("cancel", f"push:{push_id}")]


async def test_what_was_never_planned_can_be_paused_and_goes_back_to_the_planner(bureau: Bureau) -> None:
    push_id = await released(bureau)
    await bureau.say(OWNER, f"/pause {push_id}")
    assert await bureau.database.read(lambda tx: pushes.due(tx, bureau.now)) == []
    await bureau.say(OWNER, f"/unpause {push_id}")
    assert (await push_of(bureau, push_id)).state is PushState.APPROVED


@pytest.mark.parametrize(
    ("before", "command", "reason"),
    [
        ("/pause", "/pause", "push_paused"),
        (None, "/unpause", "push_not_paused"),
        ("/cancel", "/pause", "push_ended"),
        ("/cancel", "/unpause", "push_ended"),
        ("/cancel", "/cancel", "push_ended"),
    ],
)
async def test_what_cannot_be_done_to_a_push_is_said(
    bureau: Bureau, before: str | None, command: str, reason: str
) -> None:
    await enlist(bureau, 1)
    push_id = await running(bureau)
    if before:
        await bureau.say(OWNER, f"{before} {push_id}")
    state = (await push_of(bureau, push_id)).state
    (answer,) = await bureau.say(OWNER, f"{command} {push_id}")
    assert text(answer) == said(f"refusal.{reason}", id=str(push_id))
    assert (await push_of(bureau, push_id)).state is state


@pytest.mark.parametrize("typed", ["9", "0", "-1", "twelve", "9" * 30, "1 1"])
async def test_a_number_that_is_no_pushs_is_said(bureau: Bureau, typed: str) -> None:
    (answer,) = await bureau.say(OWNER, f"/pause {typed}")
    assert text(answer) == said("refusal.push_unknown", typed=typed)


async def test_a_missing_number_is_said(bureau: Bureau) -> None:
    (answer,) = await bureau.say(OWNER, "/cancel")
    assert text(answer) == said("refusal.push_missing")


async def test_a_halt_holds_until_it_is_lifted_and_tells_what_goes_on(bureau: Bureau) -> None:
    await enlist(bureau, 4)
    push_id = await running(bureau, under_way=1)
    (answer,) = await bureau.say(OWNER, "/halt")
    assert lines(answer)[:2] == [said("halt.done"), counted(1, "stopped.under_way")]
    assert await bureau.database.read(leases.halted) == f"editor:{OWNER}"
    (again,) = await bureau.say(OWNER, "/halt")
    assert text(again) == said("refusal.halted_already")
    await bureau.press(OWNER, answer, "uh:bot")
    assert text(answer).startswith(said("halt.lifted"))
    assert f"{push_id} · " in text(answer)
    assert said("queue.counts", sent=0, planned=4, open=4) in text(answer)
    assert await bureau.database.read(leases.halted) is None
    (again,) = await bureau.say(OWNER, "/unhalt")
    assert text(again) == said("refusal.not_halted")
    assert await noted(bureau) == [("unhalt", "bot"), ("halt", "bot")]
    assert len(bureau.wakings) == 1


async def test_a_file_that_halts_as_well_is_named_when_something_is_let_go_on(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    push_id = await running(bureau)
    bureau.engine.halt_file = "/srv/ajil.halt"
    stands = said("halt.file", file="/srv/ajil.halt")
    await bureau.say(OWNER, "/halt")
    (lifted,) = await bureau.say(OWNER, "/unhalt")
    assert stands in text(lifted)
    (nothing_more,) = await bureau.say(OWNER, "/unhalt")
    assert stands in text(nothing_more)
    await bureau.say(OWNER, f"/pause {push_id}")
    (going_on,) = await bureau.say(OWNER, f"/unpause {push_id}")
    assert stands in text(going_on)


@pytest.mark.parametrize("typed", COMMANDS)
async def test_readers_stop_nothing(bureau: Bureau, reader: int, typed: str) -> None:
    await enlist(bureau, 1)
    push_id = await running(bureau)
    (answer,) = await bureau.say(reader, typed)
    assert text(answer) == said("refusal.not_editor")
    assert (await push_of(bureau, push_id)).state is PushState.RUNNING
    assert await bureau.database.read(leases.halted) is None
    assert await noted(bureau) == []


@pytest.mark.parametrize("data", ["pa:1", "un:1", "ca:1", "uh:bot"])
async def test_nor_do_forged_buttons(bureau: Bureau, reader: int, data: str) -> None:
    await enlist(bureau, 1)
    push_id = await running(bureau)
    (theirs,) = await bureau.say(reader, "/help")
    answer = await bureau.press(reader, theirs, data, forged=True)
    assert answer == {"text": said("refusal.not_editor"), "show_alert": True}
    assert (await push_of(bureau, push_id)).state is PushState.RUNNING


async def test_a_push_to_nobody_ended_when_it_was_planned(bureau: Bureau) -> None:
    push_id = await running(bureau)
    (answer,) = await bureau.say(OWNER, f"/pause {push_id}")
    assert text(answer) == said("refusal.push_ended", id=str(push_id))


async def test_what_is_let_go_on_too_late_is_given_up(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    push_id = await running(bureau, under_way=2)
    await bureau.database.write(lambda tx: tx.execute(sa.update(push).values(deliver_by=NOW)))
    await bureau.say(OWNER, f"/pause {push_id}")
    (answer,) = await bureau.say(OWNER, f"/unpause {push_id}")
    assert lines(answer)[0] == said("unpaused.late")
    assert keys(answer) == []
    found = await push_of(bureau, push_id)
    assert (found.state, found.counts) == (PushState.RUNNING, Counts(planned=5, expired=3))


@pytest.mark.parametrize("from_wire", [True, False])
async def test_every_push_has_a_deadline_from_when_it_was_let_go(bureau: Bureau, from_wire: bool) -> None:
    await enlist(bureau, 1)
    if from_wire:
        copy = Copy(body=FOG.encode(), source="wire", trust=Trust.PUSH, urgency=1)
        await bureau.desk.take(copy)
    else:
        taken = await bureau.file(FOG)
        _, question = await bureau.say(OWNER, f"/breaking {taken.code}")
        await bureau.press(OWNER, question, keys(question)[0])
    assert (await push_of(bureau, 1)).deliver_by == NOW + timedelta(hours=6)
