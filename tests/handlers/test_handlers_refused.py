"""What Telegram refuses to show the editor is never planned, and the editor is told why."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from bureau import FOG, OWNER, Bureau, said
from ledgers import enlist, text

from simulator import faults
from simulator.errors import bad_request
from storage.database import Transaction
from storage.schema import push


def planned(tx: Transaction) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(push)).scalar_one())


@pytest.mark.parametrize(
    ("telegram_says", "reason"),
    [
        ("message is too long", "composed_too_long"),
        ("MEDIA_CAPTION_TOO_LONG", "composed_too_long"),
        ("message caption is too long", "composed_too_long"),
        ("receive an entity with incorrect offset 4097", "composed_entities"),
        ("entity begins in a middle of a UTF-16 symbol at UTF-16 offset 3", "composed_entities"),
        ("entity URL 'x' is invalid: Wrong HTTP URL", "composed_entities"),
        ("can't parse entities: unsupported start tag", "composed_entities"),
        ("wrong file identifier/HTTP URL specified", "media_dead"),
        ("FILE_REFERENCE_EXPIRED", "media_dead"),
        ("file is too big", "composed_too_big"),
        ("message text is empty", "composed_empty"),
        ("chat not found", "composed_gone"),
        ("message to copy not found", "composed_gone"),
        ("something that nobody has seen", "unsupported_message"),
    ],
)
async def test_what_telegram_refuses_is_said_in_words(
    bureau: Bureau, telegram_says: str, reason: str
) -> None:
    await enlist(bureau, 1)
    written = bureau.world.send_text(OWNER, "Elections today")
    await bureau.settle()
    bureau.world.faults.add(faults.refusal(bad_request(telegram_says)).on("sendMessage", count=1))
    (answer,) = await bureau.say(OWNER, "/broadcast", reply_to=written.id)
    assert text(answer) == said(f"refusal.{reason}")
    assert await bureau.database.read(planned) == 0


async def test_a_push_to_nobody_is_not_even_shown(bureau: Bureau) -> None:
    written = bureau.world.send_text(OWNER, "Elections today")
    await bureau.settle()
    (answer,) = await bureau.say(OWNER, "/broadcast", reply_to=written.id)
    assert text(answer) == said("refusal.nobody_subscribed")
    taken = await bureau.file(FOG)
    (answer,) = await bureau.say(OWNER, f"/breaking {taken.code}")
    assert text(answer) == said("refusal.nobody_subscribed")
    assert await bureau.database.read(planned) == 0


async def test_nothing_is_let_go_by_its_number_alone(bureau: Bureau) -> None:
    await enlist(bureau, 1)
    taken = await bureau.file(FOG)
    await bureau.say(OWNER, f"/breaking {taken.code}")
    (answer,) = await bureau.say(OWNER, "/approve 1")
    assert text(answer) == said("refusal.push_unasked", id="1")
