"""Every kind of message as the call that says it again, checked against what the Bot API declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from telegram import Message

from handlers.composing import compose
from handlers.previews import METHODS
from storage.records import Composed

BASE = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private", "first_name": "Owner"}}
FILE: dict[str, Any] = {"file_id": "FILE", "file_unique_id": "U"}
FRAME: dict[str, Any] = {"width": 3, "height": 4, "duration": 5}
BOLD = [{"type": "bold", "offset": 0, "length": 4}]
CAPTION: dict[str, Any] = {"caption": "Look", "caption_entities": BOLD}
SAID: dict[str, Any] = {"caption": "Look", "caption_entities": BOLD}
PLACE: dict[str, Any] = {"latitude": 1.5, "longitude": 2.5}
OPTION: dict[str, Any] = {"persistent_id": "0", "text": "High", "voter_count": 3}
POLL: dict[str, Any] = {
    "id": "1",
    "question": "Tide?",
    "options": [OPTION],
    "total_voter_count": 3,
    "is_closed": False,
    "is_anonymous": False,
    "type": "quiz",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
    "correct_option_ids": [0],
}

CASES: list[tuple[dict[str, Any], str, dict[str, object]]] = [
    (
        {"text": "Look", "entities": BOLD, "link_preview_options": {"is_disabled": True}},
        "sendMessage",
        {"text": "Look", "entities": BOLD, "link_preview_options": {"is_disabled": True}},
    ),
    ({"text": "Look"}, "sendMessage", {"text": "Look"}),
    (
        {
            "photo": [
                FILE | {"width": 90, "height": 90},
                FILE | {"file_id": "BIG", "width": 900, "height": 900},
            ],
            "has_media_spoiler": True,
            "show_caption_above_media": True,
        }
        | CAPTION,
        "sendPhoto",
        {"photo": "BIG", "has_spoiler": True, "show_caption_above_media": True} | SAID,
    ),
    (
        {"video": FILE | FRAME, "has_media_spoiler": True} | CAPTION,
        "sendVideo",
        {"video": "FILE", "has_spoiler": True} | SAID,
    ),
    ({"animation": FILE | FRAME, "document": FILE} | CAPTION, "sendAnimation", {"animation": "FILE"} | SAID),
    ({"document": FILE} | CAPTION, "sendDocument", {"document": "FILE"} | SAID),
    ({"audio": FILE | {"duration": 5}} | CAPTION, "sendAudio", {"audio": "FILE"} | SAID),
    ({"voice": FILE | {"duration": 5}}, "sendVoice", {"voice": "FILE"}),
    ({"video_note": FILE | {"length": 5, "duration": 5}}, "sendVideoNote", {"video_note": "FILE"}),
    (
        {
            "sticker": FILE
            | {"type": "regular", "width": 5, "height": 5, "is_animated": False, "is_video": False}
        },
        "sendSticker",
        {"sticker": "FILE"},
    ),
    ({"location": PLACE | {"horizontal_accuracy": 8}}, "sendLocation", PLACE | {"horizontal_accuracy": 8}),
    (
        {"venue": {"location": PLACE, "title": "Harbour", "address": "1 Quay"}, "location": PLACE},
        "sendVenue",
        PLACE | {"title": "Harbour", "address": "1 Quay"},
    ),
    (
        {"contact": {"phone_number": "+1", "first_name": "Rim"}},
        "sendContact",
        {"phone_number": "+1", "first_name": "Rim"},
    ),
    ({"location": PLACE | {"live_period": 60}}, "copyMessage", {"from_chat_id": 7, "message_id": 5}),
    ({"dice": {"emoji": "🎲", "value": 3}}, "sendDice", {"emoji": "🎲"}),
    (
        {"poll": POLL | {"question_entities": BOLD, "options": [OPTION | {"text_entities": BOLD}]}},
        "sendPoll",
        {
            "question": "Tide?",
            "question_entities": BOLD,
            "options": [{"text": "High", "text_entities": BOLD}],
            "is_anonymous": False,
            "type": "quiz",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "correct_option_ids": [0],
        },
    ),
    (
        {"poll": POLL | {"media": {"photo": [FILE | {"width": 9, "height": 9}]}}},
        "copyMessage",
        {"from_chat_id": 7, "message_id": 5},
    ),
]


def message(content: dict[str, Any]) -> Message:
    found = Message.de_json(BASE | content)
    assert found is not None
    return found


@pytest.mark.parametrize(("content", "method", "params"), CASES)
def test_a_message_is_said_again_as_it_is(
    content: dict[str, Any], method: str, params: dict[str, object]
) -> None:
    assert compose(message(content)) == Composed(method=method, params=params)


def test_no_keyboard_is_said_again() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Press", "callback_data": "go:token"}]]}
    assert compose(message({"text": "Look", "reply_markup": keyboard})).params == {"text": "Look"}


@pytest.mark.parametrize(("content", "method", "params"), CASES)
def test_what_is_composed_can_be_stored(
    content: dict[str, Any], method: str, params: dict[str, object]
) -> None:
    assert json.loads(json.dumps(compose(message(content)).params)) == params


def test_the_bot_api_declares_every_method_and_parameter() -> None:
    file = Path(__file__).parents[3] / "shared" / "botapi" / "api-10.1.json"
    if not file.exists():
        pytest.skip("the Bot API's description is not part of the repository and is not beside it")
    declared = json.loads(file.read_text())["methods"]
    for _, method, params in CASES:
        fields = {field["name"] for field in declared[method]["fields"]}
        assert set(params) <= fields
        assert method in METHODS
