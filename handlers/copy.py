"""The copy that an editor hands in: after the command, in the message replied to, or in a file."""

from __future__ import annotations

import logging
import re

from telegram import Document, Message
from telegram.error import TelegramError

from handlers.doors import Asked
from newsroom.errors import Refusal
from newsroom.incoming import Copy, Trust
from newsroom.wire import MAX_BYTES, CopyRefused, Reason, media_type_of

SOURCE = "chat"
UNTOLD = (None, "", "application/octet-stream")
ADDRESS = re.compile(r"https?://\S{1,2048}", re.IGNORECASE)
_LOG = logging.getLogger(__name__)


def has_copy(asked: Asked) -> bool:
    """Whether any was handed in. What the bot itself said is none."""
    replied_to = asked.message.reply_to_message
    speaker = replied_to.from_user if replied_to else None
    from_elsewhere = replied_to is not None and (speaker is None or speaker.id != asked.message.get_bot().id)
    return bool(asked.message.document or asked.words.strip() or from_elsewhere)


async def copy_in(asked: Asked) -> Copy:
    """A file of this message goes first, then the words after the command, then the message replied to."""
    if asked.message.document:
        return await _from_file(asked.message.document)
    if asked.words.strip():
        return _from_text(asked.words)
    replied_to = asked.message.reply_to_message
    if replied_to is None:
        raise Refusal("copy_missing")
    return await _from_message(replied_to)


def address_in(asked: Asked) -> str | None:
    """Of a page, where the command or the message replied to holds that and nothing else."""
    replied_to = asked.message.reply_to_message
    text = asked.words.strip() or ((replied_to.text or "").strip() if replied_to else "")
    return text if ADDRESS.fullmatch(text) and not asked.message.document else None


async def _from_message(message: Message) -> Copy:
    if message.document:
        return await _from_file(message.document)
    text = message.text or message.caption
    if not text:
        raise Refusal("copy_missing")
    return _from_text(text)


def _from_text(text: str) -> Copy:
    return Copy(body=text.encode(), source=SOURCE, trust=Trust.HAND, charset="utf-8")


async def _from_file(document: Document) -> Copy:
    body = await _download(document)
    return Copy(body=body, source=SOURCE, trust=Trust.HAND, media_type=media_type(document))


def media_type(document: Document) -> str:
    """As the sender's app names it, else by the file's name."""
    named = (document.mime_type or "").casefold()
    if named not in UNTOLD:
        return named
    return media_type_of(document.file_name or "")


async def _download(document: Document) -> bytes:
    """Bot API `getFile`. Sizes are believed only where they refuse."""
    _refuse_large(document.file_size or 0)
    try:
        file = await document.get_file()
        _refuse_large(file.file_size or 0)
        body = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        _LOG.warning("a file could not be fetched: %s", type(error).__name__)
        raise Refusal("file_failed") from None
    _refuse_large(len(body))
    return body


def _refuse_large(size: int) -> None:
    if size > MAX_BYTES:
        raise CopyRefused(
            Reason.TOO_LARGE, f"The file has {size:,} bytes and at most {MAX_BYTES:,} are taken"
        )
