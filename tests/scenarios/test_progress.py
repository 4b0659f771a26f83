"""How a push goes, in the chat of the editor who let it go: one message, over a death of the program."""

from __future__ import annotations

from typing import Any

import pytest
from stage import OWNER, Stage, keys, until

from simulator import Options, World

READERS = 240

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> World:
    return World(options=Options(keep_messages=50))


async def test_one_message_tells_it_to_the_end_whoever_dies_in_between(stage: Stage) -> None:
    world = stage.world
    readers = list(world.add_people(READERS))
    for reader in readers:
        world.send_text(reader, "/start")
    await until(
        lambda: all(world.journal.sent[reader] for reader in readers), "all subscribed", stage.program.said
    )
    written = world.send_text(OWNER, "Polls close at eight")
    await until(lambda: len(stage.answers(OWNER)) == 1, "an answer", stage.program.said)
    world.send_text(OWNER, "/broadcast", reply_to=written.id)
    await until(lambda: len(stage.answers(OWNER)) == 3, "the question", stage.program.said)
    question = stage.answers(OWNER)[-1]

    def shown() -> dict[str, Any]:
        return stage.message(OWNER, question["message_id"])

    await stage.presses(OWNER, question, "go:")
    await until(lambda: "being sent" in shown()["text"], "the progress", stage.program.said)
    assert keys(shown()) == ["pa:1", "ca:1"]
    await stage.program.kill()
    await stage.program.start()
    await until(lambda: " · done · " in shown()["text"], "the end", stage.program.said)
    assert keys(shown()) in ([], ["uk:1.1"])
    assert f"Planned: {READERS}" in shown()["text"]
    assert "Open: 0" in shown()["text"]
    assert len(stage.answers(OWNER)) == 3, "nothing is shown twice"
