"""A message that an editor composed, as the Bot API call that says it again in any chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram import Bot, Message, MessageEntity, TelegramObject

from storage.records import Composed

Params = dict[str, object]

# A field of the message, and the parameter of the method that it becomes.
SPOILER = ("has_media_spoiler", "has_spoiler")
ABOVE = ("show_caption_above_media", "show_caption_above_media")


def compose(message: Message) -> Composed:
    """Only what the update itself carries goes in: text, numbers, and ids of files that Telegram holds.

    What no method says again (polls, dice, live locations) is copied (Bot API `copyMessage`).
    """
    for tell in TELLERS:
        composed = tell(message)
        if composed is not None:
            return composed
    return Composed(
        method="copyMessage", params={"from_chat_id": message.chat.id, "message_id": message.message_id}
    )


async def send(bot: Bot, chat_id: int, composed: Composed) -> None:
    """Say it in one chat: to the editor, as every reader will see it."""
    name, first = METHODS[composed.method]
    given: dict[str, Any] = {key: composed.params[key] for key in first}
    rest = {key: value for key, value in composed.params.items() if key not in first}
    await getattr(bot, name)(chat_id=chat_id, **given, api_kwargs=rest)


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
    "copyMessage": ("copy_message", ("from_chat_id", "message_id")),
}


def _text(message: Message) -> Composed | None:
    if message.text is None:
        return None
    params: Params = {"text": message.text, **_entities("entities", message.entities)}
    if message.link_preview_options:
        params["link_preview_options"] = message.link_preview_options.to_dict()
    return Composed(method="sendMessage", params=params)


def _photo(message: Message) -> Composed | None:
    if not message.photo:
        return None
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return Composed(
        method="sendPhoto",
        params={"photo": largest.file_id, **_caption(message), **_flags(message, SPOILER, ABOVE)},
    )


def _file(kind: str, method: str, *flags: tuple[str, str]) -> Callable[[Message], Composed | None]:
    def tell(message: Message) -> Composed | None:
        file = getattr(message, kind)
        if file is None:
            return None
        params = {kind: file.file_id, **_caption(message), **_flags(message, *flags)}
        return Composed(method=method, params=params)

    return tell


def _venue(message: Message) -> Composed | None:
    venue = message.venue
    if venue is None:
        return None
    place = venue.location
    named = _present(venue, "title", "address", "foursquare_id", "foursquare_type")
    google = _present(venue, "google_place_id", "google_place_type")
    where: Params = {"latitude": place.latitude, "longitude": place.longitude}
    return Composed(method="sendVenue", params={**where, **named, **google})


def _location(message: Message) -> Composed | None:
    place = message.location
    if place is None or "live_period" in place.to_dict():  # the attribute itself is deprecated
        return None
    accuracy = _present(place, "horizontal_accuracy")
    where: Params = {"latitude": place.latitude, "longitude": place.longitude}
    return Composed(method="sendLocation", params={**where, **accuracy})


def _contact(message: Message) -> Composed | None:
    if message.contact is None:
        return None
    names = ("phone_number", "first_name", "last_name", "vcard")
    return Composed(method="sendContact", params=_present(message.contact, *names))


# The first that knows the message tells it: an animation is a document too, a venue a location.
TELLERS: tuple[Callable[[Message], Composed | None], ...] = (
    _text,
    _photo,
    _file("animation", "sendAnimation", SPOILER, ABOVE),
    _file("video", "sendVideo", SPOILER, ABOVE),
    _file("document", "sendDocument"),
    _file("audio", "sendAudio"),
    _file("voice", "sendVoice"),
    _file("video_note", "sendVideoNote"),
    _file("sticker", "sendSticker"),
    _venue,
    _location,
    _contact,
)


def _caption(message: Message) -> Params:
    if message.caption is None:
        return {}
    return {"caption": message.caption, **_entities("caption_entities", message.caption_entities)}


def _entities(name: str, found: tuple[MessageEntity, ...]) -> Params:
    return {name: [entity.to_dict() for entity in found]} if found else {}


def _flags(message: Message, *flags: tuple[str, str]) -> Params:
    return {parameter: True for field, parameter in flags if getattr(message, field)}


def _present(thing: TelegramObject, *names: str) -> Params:
    return {name: value for name in names if (value := getattr(thing, name)) is not None}
