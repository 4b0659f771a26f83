"""Reply markup, checked as Telegram does."""

from __future__ import annotations

from typing import Any

from simulator.errors import bad_request
from simulator.model import Json

MOST_BUTTONS = 100
MOST_IN_ROW = 8
DATA_BYTES = 64
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_SCHEMES = ("http://", "https://", "tg://", "ton://")


def checked(markup: Json) -> Json | None:
    """What the message keeps: the inline keyboard, where there is one and it has buttons."""
    if "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    for row in rows:
        if len(row) > MOST_IN_ROW:
            raise bad_request("REPLY_MARKUP_ROW_TOO_LONG")
        for button in row:
            _check(button)
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _check(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    actions = _ACTIONS & button.keys()
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button has several actions: {', '.join(sorted(actions))}")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not url.lower().startswith(_SCHEMES):
        raise bad_request(
            f"inline keyboard button URL '{url}' is invalid: URL host is empty or its scheme is unknown"
        )
