"""Whole stories: copy comes in at one end, and people read it at the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from stage import OWNER, Stage, keys, until

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed" / "kazakhstan.txt"
STORM = (ROOT / "samples" / "03-storm-landfall.txt").read_bytes()
WARNING = (ROOT / "samples" / "01-storm-warning.txt").read_bytes()

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not SEED.exists(), reason="the seed story lies beside the project, and is not there")
async def test_the_seed_walks_through_the_house(stage: Stage) -> None:
    reader = stage.world.add_user("Layla", language_code="ar").id
    status, told = await stage.program.wire(SEED.read_bytes())
    assert (status, told["outcome"], told["revision"]) == (201, "new", 1)
    assert (await stage.program.wire(SEED.read_bytes()))[1]["outcome"] == "duplicate"

    card = await stage.says(reader, f"/story {told['story'].lower()}")
    assert "أ ب" in card["text"]
    contents = await stage.says(reader, f"/sections {told['story']}")
    sections = [key for key in keys(contents) if key.startswith("se:")]
    headings = ("استعراض الأحداث", "وحدة متعددة الجنسيات", "«إرهابيون»")
    assert all(heading in contents["text"] for heading in headings)
    opened = await stage.opens(reader, contents, sections[-1])
    assert "«إرهابيون»" in opened["text"]
    assert "ذات صلة" not in opened["text"]
    related = await stage.says(reader, "/related", reply_to=card["message_id"])
    assert "تسونامي" in related["text"]
    assert "أسرع من الصوت" in related["text"]


async def test_breaking_news_reaches_every_subscriber_once(stage: Stage) -> None:
    world = stage.world
    readers = [world.add_user(f"Reader {n}", language_code="ar").id for n in range(5)]
    for reader in readers:
        await stage.says(reader, "/start")
    group = world.add_group("Neighbours", members=readers[:2], administrators=[readers[0]])
    world.send_text(readers[0], f"/start@{world.bot.username}", chat_id=group.id)
    await until(lambda: bool(stage.answers(group.id)), "the group's welcome", stage.program.said)
    supergroup = world.upgrade(group.id)
    world.block(readers[3])
    before = {chat: len(stage.answers(chat)) for chat in (*readers, supergroup.id)}

    status, told = await stage.program.wire(STORM, **{"X-Urgency": "1"})
    assert (status, told["outcome"]) == (201, "new")
    reached = [chat for chat in before if chat != readers[3]]
    await until(
        lambda: all(len(stage.answers(chat)) > before[chat] for chat in reached),
        "the alert in every chat",
        stage.program.said,
    )
    for chat in reached:
        alert = stage.answers(chat)[-1]
        assert len(stage.answers(chat)) == before[chat] + 1
        assert alert["text"].lstrip("\u200f\u2068").startswith("عاجل")
        assert {key[:2] for key in keys(alert)} >= {"sl", "re", "fo"}
    assert len(stage.answers(readers[3])) == before[readers[3]]


async def test_an_untrusted_alert_waits_for_its_editor(stage: Stage) -> None:
    reader = stage.world.add_user("Layla", language_code="ar").id
    await stage.says(reader, "/start")
    await stage.says(OWNER, "/help")
    count = len(stage.answers(OWNER))
    _, told = await stage.program.wire(STORM, source="agency", **{"X-Urgency": "1"})
    refused = await stage.says(reader, f"/story {told['story']}")
    assert "بلغت العاصفة" not in refused["text"]

    await until(lambda: len(stage.answers(OWNER)) == count + 1, "the advisory", stage.program.said)
    advisory = stage.answers(OWNER)[-1]
    assert told["story"] in advisory["text"]
    await stage.presses(OWNER, advisory, "de:")
    await until(lambda: len(stage.answers(OWNER)) == count + 3, "preview and question", stage.program.said)
    preview, question = stage.answers(OWNER)[-2:]
    before = len(stage.answers(reader))
    await stage.presses(OWNER, question, "go:")
    await until(lambda: len(stage.answers(reader)) > before, "the alert", stage.program.said)
    alert = stage.answers(reader)[-1]
    # the owner reads English, the reader Arabic: the story is the same, the buttons' words are not
    assert "بلغت العاصفة البحرية" in alert["text"]
    assert "بلغت العاصفة البحرية" in preview["text"]
    assert keys(alert) == keys(preview)


async def test_related_links_come_alive_when_their_story_arrives(stage: Stage) -> None:
    reader = stage.world.add_user("Layla", language_code="ar").id
    _, storm = await stage.program.wire(STORM)
    before = await stage.says(reader, f"/related {storm['story']}")
    _, warning = await stage.program.wire(WARNING)
    after = await stage.says(reader, f"/related {storm['story']}")
    assert f"op:{warning['story']}" not in keys(before)
    assert f"op:{warning['story']}" in keys(after)


async def test_the_drop_folder_and_the_wire_are_one_door(stage: Stage) -> None:
    _, told = await stage.program.wire(STORM)
    assert (await stage.program.wire(STORM, source="agency"))[1]["story"] == told["story"]
