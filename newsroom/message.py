"""What somebody sees, independent of any Telegram library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

TEXT_LIMIT = 4096
DATA_LIMIT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Bot API `MessageEntity`: `offset` and `length` count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """Carries either `data` (`newsroom.actions`) or a `url`."""

    text: str
    data: str | None = None
    url: str | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`text` is at most 4096 UTF-16 units; `about` is the code of the story that it tells of.

    `tracks` is the push whose progress it is to show from now on; `menu_of` is the user whose list of
    commands may be another one now.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[Row, ...] = ()
    previews: bool = False
    about: str | None = None
    tracks: int | None = None
    menu_of: int | None = None


class MessageParams(TypedDict, total=False):
    """The parameters that `sendMessage` and `editMessageText` share."""

    text: str
    entities: list[dict[str, object]]
    reply_markup: dict[str, object]
    link_preview_options: dict[str, object]


def message_params(message: Message) -> MessageParams:
    """The message as a Bot API JSON body, without the chat or the message that it goes to."""
    params = MessageParams(text=message.text)
    if message.entities:
        params["entities"] = [_entity(entity) for entity in message.entities]
    if message.buttons:
        params["reply_markup"] = {"inline_keyboard": [[_button(b) for b in row] for row in message.buttons]}
    if not message.previews:
        params["link_preview_options"] = {"is_disabled": True}
    return params


def _entity(entity: Entity) -> dict[str, object]:
    shape: dict[str, object] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url is not None:
        shape["url"] = entity.url
    if entity.language is not None:
        shape["language"] = entity.language
    return shape


def _button(button: Button) -> dict[str, object]:
    if button.url is not None:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.data}
