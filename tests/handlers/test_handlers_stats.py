"""Editors see how things stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bureau import FOG, NOW, OWNER, Bureau, said
from ledgers import enlist, intend, keys, lines, running, text

from delivery.reasons import Reason
from newsroom.render import reasons
from newsroom.words import words_for
from storage import figures, leases, ledger, pushes
from storage.database import Transaction
from storage.records import DeliveryState, PushKind, Settlement
from storage.schema import push

EN = words_for("en")


async def end(bureau: Bureau, push_id: int, *ends: tuple[DeliveryState, str | None]) -> None:
    """Of so many deliveries, in this way."""
    taken = await intend(bureau, push_id, len(ends))
    settled = [
        Settlement(chat_id=one.chat_id, part=one.part, attempt=one.attempt, state=state, error=error)
        for one, (state, error) in zip(taken, ends, strict=True)
    ]
    await bureau.database.write(lambda tx: ledger.settle(tx, push_id, settled, NOW))


async def sample(bureau: Bureau, push_id: int, per_second: int) -> None:
    def work(tx: Transaction) -> None:
        figures.sample(tx, NOW - timedelta(seconds=1))
        tx.execute(sa.text("UPDATE pulse SET settled = settled - :n"), {"n": per_second})
        figures.sample(tx, NOW)
        assert figures.rate(tx, push_id, NOW) == per_second

    await bureau.database.write(work)


async def test_a_push_is_told_with_its_refusals_in_words_its_pace_and_its_end(bureau: Bureau) -> None:
    await enlist(bureau, 8)
    push_id = await running(bureau)
    blocked, deleted = "blocked: Forbidden: bot was blocked by the user", "blocked: another text"
    rejected = DeliveryState.REJECTED
    await end(
        bureau,
        push_id,
        (DeliveryState.SENT, None),
        (rejected, blocked),
        (rejected, deleted),
        (rejected, "something new: said by a newer Telegram"),
        (DeliveryState.UNKNOWN, "no answer came in time"),
    )
    await bureau.database.write(
        lambda tx: tx.execute(sa.update(push).values(deliver_by=NOW + timedelta(hours=2)))
    )
    await sample(bureau, push_id, 1)
    (answer,) = await bureau.say(OWNER, f"/stats {push_id}")
    assert lines(answer)[1:] == [
        "\u2068خبر\u2069",
        "",
        said("stats.planned", n=8),
        said("stats.sent", n=1),
        said("stats.rejected", n=3),
        said("stats.because", why=said("reason.blocked"), n=2),
        said("stats.because", why=said("reason.other"), n=1),
        said("stats.cancelled", n=0),
        said("stats.expired", n=0),
        said("stats.unknown", n=1),
        said("stats.open", n=3),
        "",
        said("stats.rate", rate="1"),
        said("stats.left", time=EN.duration(3)),
        said("stats.deadline", time=EN.moment(NOW + timedelta(hours=2), NOW)),
    ]
    assert keys(answer) == [f"pa:{push_id}", f"ca:{push_id}", f"uk:{push_id}.1"]


async def test_copies_that_said_it_already_are_counted_among_those_that_are_sent(bureau: Bureau) -> None:
    await enlist(bureau, 3)
    push_id = await running(bureau)
    sent = DeliveryState.SENT
    await end(bureau, push_id, (sent, None), (sent, "copy_unchanged: message is not modified"))
    await bureau.database.write(lambda tx: tx.execute(sa.update(push).values(kind=PushKind.CORRECTION)))
    (answer,) = await bureau.say(OWNER, f"/stats {push_id}")
    counted = lines(answer).index(said("stats.sent", n=2))
    assert lines(answer)[counted + 1 : counted + 3] == [
        said("stats.because", why=said("reason.copy_unchanged"), n=1),
        said("stats.rejected", n=0),
    ]


async def test_what_is_stopped_has_no_time_left_and_says_why(bureau: Bureau) -> None:
    await enlist(bureau, 3)
    push_id = await running(bureau)
    await sample(bureau, push_id, 2)
    await bureau.database.write(lambda tx: leases.halt(tx, "editor:7"))
    (answer,) = await bureau.say(OWNER, f"/stats {push_id}")
    assert said("halt.stands", by="editor:7") in text(answer)
    assert said("stats.left", time="").strip() not in text(answer)


async def test_a_storys_push_names_the_story(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    taken = await bureau.file(FOG)
    _, question = await bureau.say(OWNER, f"/breaking {taken.code}")
    await bureau.press(OWNER, question, keys(question)[0])
    (answer,) = await bureau.say(OWNER, "/stats 1")
    assert "الضباب يغلق الخليج الصغير يومين" in text(answer)
    assert taken.code in text(answer)


async def test_all_of_it_with_the_engine(bureau: Bureau) -> None:
    await enlist(bureau, 5)
    first, second = await running(bureau), await running(bureau)
    await end(bureau, first, *[(DeliveryState.SENT, None)] * 5)
    bureau.engine.rate = 7.5
    bureau.engine.penalty = 65.0
    (answer,) = await bureau.say(OWNER, "/stats")
    found = lines(answer)
    assert found[0] == EN.count(2, "stats.pushes")
    assert found[1:8] == [
        said("stats.planned", n=10),
        said("stats.sent", n=5),
        said("stats.rejected", n=0),
        said("stats.cancelled", n=0),
        said("stats.expired", n=0),
        said("stats.unknown", n=0),
        said("stats.open", n=5),
    ]
    assert found[9:12] == [
        said("stats.pace", rate="7.5", permitted="30"),
        said("stats.window", n=5),
        said("stats.penalty", time=EN.duration(65)),
    ]
    assert [line.split(" ")[0] for line in found[13:] if " · " in line] == [str(second)]


async def test_where_another_process_sends_its_pace_is_not_guessed(bureau: Bureau) -> None:
    bureau.engine.sends = False
    (answer,) = await bureau.say(OWNER, "/stats")
    assert lines(answer)[-1] == said("stats.elsewhere")


async def test_readers_are_told_nothing(bureau: Bureau, reader: int) -> None:
    (answer,) = await bureau.say(reader, "/stats")
    assert text(answer) == said("refusal.not_editor")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_the_engine_has_words(reason: Reason) -> None:
    assert reasons.name(f"{reason}: said so") == reason


@pytest.mark.parametrize("left", ["blocked", "gone", "moved"])
def test_so_has_a_chat_that_had_ended(left: str) -> None:
    assert reasons.name(left) == left


async def test_one_that_waits_for_the_word_can_be_asked_for(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    taken = await bureau.file(FOG)
    await bureau.say(OWNER, f"/breaking {taken.code}")
    (answer,) = await bureau.say(OWNER, "/stats 1")
    assert said("push.state.proposed") in lines(answer)[0]
    assert await bureau.database.read(lambda tx: pushes.due(tx, NOW)) == []
