"""A message that an editor composed, as the Bot API call that says it again in any chat."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from telegram import Message, MessageEntity, Poll, PollOption, TelegramObject

from storage.records import Composed

Params = dict[str, object]

# A field of the message, and the parameter of the method that it becomes.
SPOILER = ("has_media_spoiler", "has_spoiler")
ABOVE = ("show_caption_above_media", "show_caption_above_media")


def compose(message: Message) -> Composed:
    """Only what the update itself carries goes in: text, numbers, and ids of files that Telegram holds.

    What no method says again (live locations, polls with pictures) is copied (Bot API `copyMessage`).
    """
    for tell in TELLERS:
        composed = tell(message)
        if composed is not None:
            return composed
    return Composed(
        method="copyMessage", params={"from_chat_id": message.chat.id, "message_id": message.message_id}
    )


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


def _dice(message: Message) -> Composed | None:
    return Composed(method="sendDice", params={"emoji": message.dice.emoji}) if message.dice else None


def _poll(message: Message) -> Composed | None:
    """A poll of its own in every chat, without the votes of this one."""
    poll = message.poll
    if poll is None or _has_pictures(poll):
        return None
    params: Params = {"question": poll.question, **_entities("question_entities", poll.question_entities)}
    params |= {"options": [_option(option) for option in poll.options], "is_anonymous": poll.is_anonymous}
    params |= _present(poll, "type", "allows_multiple_answers", "allows_revoting", "explanation")
    params |= _entities("explanation_entities", poll.explanation_entities)
    if poll.correct_option_ids:
        params["correct_option_ids"] = list(poll.correct_option_ids)
    return Composed(method="sendPoll", params=params)


def _has_pictures(poll: Poll) -> bool:
    parts = (poll.media, poll.explanation_media, *(option.media for option in poll.options))
    return any(part is not None for part in parts)


def _option(option: PollOption) -> Params:
    return {"text": option.text, **_entities("text_entities", option.text_entities)}


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
    _dice,
    _poll,
)


def _caption(message: Message) -> Params:
    if message.caption is None:
        return {}
    return {"caption": message.caption, **_entities("caption_entities", message.caption_entities)}


def _entities(name: str, found: Sequence[MessageEntity]) -> Params:
    return {name: [entity.to_dict() for entity in found]} if found else {}


def _flags(message: Message, *flags: tuple[str, str]) -> Params:
    return {parameter: True for field, parameter in flags if getattr(message, field)}


def _present(thing: TelegramObject, *names: str) -> Params:
    return {name: value for name in names if (value := getattr(thing, name)) is not None}


def album(items: Sequence[Composed]) -> Composed:
    """The items of one album, each composed alone, as one call (Bot API `sendMediaGroup`)."""
    return Composed(method="sendMediaGroup", params={"media": [_item(one) for one in items]})


def is_item(composed: Composed) -> bool:
    """Whether albums are made of such."""
    return composed.method in ITEMS


# The methods whose messages make albums, and what their file is called there.
ITEMS = {"sendPhoto": "photo", "sendVideo": "video", "sendDocument": "document", "sendAudio": "audio"}


def _item(composed: Composed) -> Params:
    kind = ITEMS[composed.method]
    rest = {name: value for name, value in composed.params.items() if name != kind}
    return {"type": kind, "media": composed.params[kind], **rest}
