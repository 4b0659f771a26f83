"""Commands, as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message

from handlers.spoken import Spoken, spoken

BASE = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private", "first_name": "Owner"}}


def written(text: str, length: int, field: str = "text") -> Message:
    entities = "entities" if field == "text" else "caption_entities"
    command = [{"type": "bot_command", "offset": 0, "length": length}]
    content: dict[str, Any] = {field: text, entities: command}
    found = Message.de_json(BASE | content)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "length", "heard"),
    [
        ("/latest", 7, Spoken("latest", None, "")),
        ("/Latest 5", 7, Spoken("latest", None, "5")),
        ("/start@AjilBot", 14, Spoken("start", "AjilBot", "")),
        ("/publish\n\nعاجل", 8, Spoken("publish", None, "\nعاجل")),
        ("/publish  two spaces", 8, Spoken("publish", None, " two spaces")),
        ("/publish،now", 8, Spoken("publish", None, "،now")),
    ],
)
def test_what_is_heard(text: str, length: int, heard: Spoken) -> None:
    assert spoken(written(text, length)) == heard
    assert spoken(written(text, length, "caption")) == heard


@given(st.text(max_size=200), st.sampled_from([" ", "\n"]))
def test_the_words_after_a_command_are_heard_to_the_letter(words: str, gap: str) -> None:
    heard = spoken(written(f"/publish{gap}{words}", 8))
    assert heard is not None
    assert heard.rest == words


@pytest.mark.parametrize(
    "message",
    [
        {"text": "latest"},
        {"text": "see /latest", "entities": [{"type": "bot_command", "offset": 4, "length": 7}]},
        {"text": "/latest", "entities": [{"type": "bold", "offset": 0, "length": 7}]},
        {"photo": []},
    ],
)
def test_what_is_no_command(message: dict[str, Any]) -> None:
    found = Message.de_json(BASE | message)
    assert found is not None
    assert spoken(found) is None
