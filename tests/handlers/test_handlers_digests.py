"""Digests that went out follow what becomes of the stories that they list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bureau import FERRY, FOG, OWNER, Bureau, said
from ledgers import enlist, intend, keys, push_of, text
from postal import deliver

from delivery.bodies import Bodies
from newsroom.incoming import Copy, Trust
from newsroom.wire import parse
from newsroom.words import words_for
from simulator.model import Message
from storage import ledger, pushes
from storage.records import Push, PushState, RevisionKind


def withdrawn(many: int) -> str:
    return words_for("en").count(many, "digest.withdrawn")


async def chosen(bureau: Bureau, readers: int) -> tuple[list[int], str, str]:
    """People who want a digest at 13:00, and the codes of two stories that came before it."""
    people = await enlist(bureau, readers)
    for reader in people:
        await bureau.say(reader, "/digest 13:00")
    ferry = (await bureau.file(FERRY, item_id="ferry")).code
    fog = (await bureau.file(FOG, item_id="fog")).code
    bureau.now += timedelta(hours=1)
    await bureau.desk.send_digests()
    return people, ferry, fog


async def delivered(bureau: Bureau, readers: int = 2) -> tuple[list[Message], str, str]:
    """Copies of a digest, and the codes of the two stories that it lists."""
    people, ferry, fog = await chosen(bureau, readers)
    await deliver(bureau)
    copies = [bureau.world.messages(reader)[-1] for reader in people]
    assert all(ferry in text(copy) and fog in text(copy) for copy in copies)
    return copies, ferry, fog


async def kill(bureau: Bureau, code: str) -> str:
    """What was asked first."""
    _, question = await bureau.say(OWNER, f"/kill {code}")
    asked = text(question)
    await bureau.press(OWNER, question, keys(question)[0])
    return asked


async def pushes_due(bureau: Bureau) -> list[Push]:
    return await bureau.database.read(lambda tx: pushes.due(tx, bureau.now))


async def test_what_is_withdrawn_goes_from_every_digest_that_lists_it(bureau: Bureau) -> None:
    copies, ferry, fog = await delivered(bureau)
    asked = await kill(bureau, ferry)
    assert words_for("en").count(len(copies), "amend.digests") in asked
    await deliver(bureau)
    for copy in copies:
        assert ferry not in text(copy)
        assert fog in text(copy)
        assert withdrawn(1) in text(copy)
        assert [key for key in keys(copy) if ferry in key] == []
        assert bureau.world.messages(copy.chat.id)[-1] is copy, "nobody is told anew"


async def test_a_digest_of_which_all_is_withdrawn_says_so(bureau: Bureau) -> None:
    (copy,), ferry, fog = await delivered(bureau, 1)
    for code in (ferry, fog):
        await kill(bureau, code)
    await deliver(bureau)
    assert withdrawn(2) in text(copy)
    assert copy.markup is None


async def test_of_two_withdrawals_at_once_each_copy_is_changed_once(bureau: Bureau) -> None:
    copies, ferry, fog = await delivered(bureau)
    await kill(bureau, ferry)
    await kill(bureau, fog)
    changes = [one.id for one in await pushes_due(bureau) if one.digest_id]
    (shown,) = await bureau.say(OWNER, f"/stats {changes[1]}")
    assert said("push.digest_changed") in text(shown)
    await deliver(bureau)
    assert [(await push_of(bureau, one)).counts.sent for one in changes] == [0, len(copies)]


async def test_a_digest_that_is_going_out_goes_on_without_what_was_withdrawn(bureau: Bureau) -> None:
    _, ferry, fog = await chosen(bureau, 2)
    (push,) = await pushes_due(bureau)
    await bureau.database.write(lambda tx: ledger.plan(tx, push.id))
    bodies = Bodies(bureau.desk)
    (one,) = await intend(bureau, push.id, 1)
    assert ferry.encode() in (await bodies.get(push, one)).rest
    await kill(bureau, ferry)
    (other,) = await intend(bureau, push.id, 1)
    told = (await bodies.get(push, other)).rest
    assert ferry.encode() not in told
    assert fog.encode() in told


@pytest.mark.parametrize("planned", [False, True])
async def test_a_digest_of_which_nothing_is_left_does_not_go_out(bureau: Bureau, *, planned: bool) -> None:
    people, ferry, fog = await chosen(bureau, 2)
    (push,) = await pushes_due(bureau)
    if planned:
        await bureau.database.write(lambda tx: ledger.plan(tx, push.id))
    before = [len(bureau.world.messages(reader)) for reader in people]
    for code in (ferry, fog):
        await kill(bureau, code)
    await deliver(bureau)
    assert [len(bureau.world.messages(reader)) for reader in people] == before
    assert (await push_of(bureau, push.id)).state is PushState.CANCELLED


async def test_who_gets_a_digest_later_is_told_of_no_withdrawal(bureau: Bureau) -> None:
    people, ferry, fog = await chosen(bureau, 1)
    await kill(bureau, ferry)
    await deliver(bureau)
    told = text(bureau.world.messages(people[0])[-1])
    assert fog in told
    assert withdrawn(1) not in told


async def test_a_held_story_is_not_listed_until_it_is_released(bureau: Bureau) -> None:
    (copy,), ferry, _ = await delivered(bureau, 1)
    before = text(copy)
    await bureau.say(OWNER, f"/hold {ferry}")
    await deliver(bureau)
    assert ferry not in text(copy)
    assert withdrawn(1) not in text(copy)
    await bureau.say(OWNER, f"/release {ferry}")
    await deliver(bureau)
    assert text(copy) == before


async def test_a_correction_is_listed_and_an_update_is_not(bureau: Bureau) -> None:
    (copy,), _, fog = await delivered(bureau, 1)
    told = FOG.replace("يومين", "أسبوعًا", 1)
    await bureau.file(told, item_id="fog")
    await deliver(bureau)
    assert "أسبوعًا" not in text(copy)
    await bureau.file("تصحيح: " + FOG.replace("يومين", "ثلاثة أيام", 1), item_id="fog")
    await deliver(bureau)
    assert "ثلاثة أيام" in text(copy)
    assert fog in text(copy)


async def test_a_held_story_that_came_under_an_embargo_is_listed_when_it_opens(bureau: Bureau) -> None:
    (copy,), _, fog = await delivered(bureau, 1)
    await bureau.say(OWNER, f"/hold {fog}")
    told = Copy(body=FOG.encode(), source="wire", trust=Trust.PUBLISH, item_id="fog")
    draft = replace(parse(told.body), embargo=bureau.now + timedelta(minutes=5))
    await bureau.desk.file(replace(told, body=b"again"), replace(draft, copy=b"again"))
    await bureau.say(OWNER, f"/release {fog}")
    await deliver(bureau)
    before = text(copy)
    bureau.now += timedelta(minutes=5)
    await bureau.desk.open_due()
    await deliver(bureau)
    assert (fog in before, fog in text(copy)) == (False, True)


async def test_a_correction_that_was_under_embargo_is_listed_when_it_opens(bureau: Bureau) -> None:
    (copy,), _, fog = await delivered(bureau, 1)
    body = FOG.replace("يومين", "أسبوعًا", 1).encode()
    told = Copy(body=body, source="wire", trust=Trust.PUBLISH, item_id="fog")
    draft = replace(parse(told.body), kind=RevisionKind.CORRECTION, embargo=bureau.now + timedelta(minutes=5))
    await bureau.desk.file(told, draft)
    await deliver(bureau)
    assert "أسبوعًا" not in text(copy)
    bureau.now += timedelta(minutes=5)
    await bureau.desk.open_due()
    await deliver(bureau)
    assert "أسبوعًا" in text(copy)
    assert fog in text(copy)


async def test_a_story_that_became_urgent_keeps_its_place(bureau: Bureau) -> None:
    (copy,), ferry, fog = await delivered(bureau, 1)
    assert text(copy).index(fog) < text(copy).index(ferry)
    await bureau.file(FERRY.replace("ثلاثمئة", "أربعمئة"), item_id="ferry", urgency=2)
    await bureau.say(OWNER, f"/hold {fog}")
    await deliver(bureau)
    await bureau.say(OWNER, f"/release {fog}")
    await deliver(bureau)
    assert text(copy).index(fog) < text(copy).index(ferry)
