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
        raise Refusal(_reason(error.message)) from None


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

# Pieces of what Telegram says, and what it means to an editor. The first that fits counts.
REASONS: tuple[tuple[str, str], ...] = (
    ("entity url", "composed_entities"),
    ("file identifier", "media_dead"),
    ("file_reference_", "media_dead"),
    ("http url", "media_dead"),
    ("web page content", "media_dead"),
    ("wrong file_id", "media_dead"),
    ("file is too big", "composed_too_big"),
    ("entity too large", "composed_too_big"),
    ("is too long", "composed_too_long"),
    ("_too_long", "composed_too_long"),
    ("text is empty", "composed_empty"),
    ("must be non-empty", "composed_empty"),
    ("entit", "composed_entities"),
    ("chat not found", "composed_gone"),
    ("message to copy not found", "composed_gone"),
    ("message can't be copied", "composed_gone"),
)


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


def _reason(said: str) -> str:
    heard = said.casefold()
    return next((reason for phrase, reason in REASONS if phrase in heard), "unsupported_message")
