"""What was composed, said in one chat: to the editor, as every reader will see it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from telegram import (
    Bot,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)
from telegram.error import BadRequest

from newsroom.errors import Refusal
from storage.records import Composed

_LOG = logging.getLogger(__name__)

Media = InputMediaPhoto | InputMediaVideo | InputMediaDocument | InputMediaAudio


async def send(bot: Bot, chat_id: int, composed: Composed) -> Message | None:
    """The message, where Telegram gives one back. Raises `Refusal` for what it will not say again."""
    try:
        return await _send(bot, chat_id, composed)
    except BadRequest as error:
        _LOG.warning("a message cannot be said again: %s", error.message)
        reason = "media_dead" if _is_about_a_file(error.message) else "unsupported_message"
        raise Refusal(reason) from None


def by_address(typed: str) -> Composed | None:
    """A picture or file by its address on the web, and the caption after it; None for any other words."""
    address, _, caption = typed.strip().partition(" ")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > LONGEST_ADDRESS:
        return None
    kind, method = KINDS.get(parts.path.rpartition(".")[2].casefold(), ("document", "sendDocument"))
    said = {"caption": caption.strip()} if caption.strip() else {}
    return Composed(method=method, params={kind: address, **said})


LONGEST_ADDRESS = 2_000
KINDS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp"), ("photo", "sendPhoto")),
    "gif": ("animation", "sendAnimation"),
    "mp4": ("video", "sendVideo"),
    **dict.fromkeys(("mp3", "m4a"), ("audio", "sendAudio")),
}

# Bot API method: the library's name for it, and the parameters that it insists on
METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sendMessage": ("send_message", ("text",)),
    "sendPhoto": ("send_photo", ("photo",)),
    "sendVideo": ("send_video", ("video",)),
    "sendAnimation": ("send_animation", ("animation",)),
    "sendDocument": ("send_document", ("document",)),
    "sendAudio": ("send_audio", ("audio",)),
    "sendVoice": ("send_voice", ("voice",)),
    "sendVideoNote": ("send_video_note", ("video_note",)),
    "sendSticker": ("send_sticker", ("sticker",)),
    "sendVenue": ("send_venue", ("latitude", "longitude", "title", "address")),
    "sendLocation": ("send_location", ("latitude", "longitude")),
    "sendContact": ("send_contact", ("phone_number", "first_name")),
    "sendDice": ("send_dice", ()),
    "sendPoll": ("send_poll", ("question", "options")),
    "copyMessage": ("copy_message", ("from_chat_id", "message_id")),
}

ALBUMS: dict[str, type[Media]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}

# What Telegram says of a file that it does not have, or cannot fetch.
_OF_A_FILE = ("file identifier", "file_reference_", "http url", "web page content", "wrong file_id")


async def _send(bot: Bot, chat_id: int, composed: Composed) -> Message | None:
    if composed.method == "sendMediaGroup":
        return (await bot.send_media_group(chat_id, _album(composed)))[0]
    name, first = METHODS[composed.method]
    given: dict[str, Any] = {key: composed.params[key] for key in first}
    rest = {key: value for key, value in composed.params.items() if key not in first}
    sent = await getattr(bot, name)(chat_id=chat_id, **given, api_kwargs=rest)
    return sent if isinstance(sent, Message) else None


def _album(composed: Composed) -> Sequence[Media]:
    items: Any = composed.params["media"]
    return [ALBUMS[item["type"]](item["media"], api_kwargs=_rest(item)) for item in items]


def _rest(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("type", "media")}


def _is_about_a_file(said: str) -> bool:
    return any(phrase in said.casefold() for phrase in _OF_A_FILE)
