"""From the text parameters of a method to what a message says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from simulator.detection import detected
from simulator.entities import clean, read, told, trimmed
from simulator.errors import bad_request
from simulator.model import Json, User
from simulator.nesting import arranged
from simulator.parameters import Params
from simulator.parsing import parse

People = Mapping[int, User]
Frozen = tuple[tuple[tuple[str, Any], ...], ...]
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768
_REMEMBERED = 256


def text_content(params: Params, people: People) -> Json:
    """`text` and `entities` of a message."""
    text, entities = _formatted(params, params["text"], "entities", people)
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(params: Params, people: People) -> Json:
    """`caption` and `caption_entities` of a message, where there is a caption."""
    if not (given := params.get("caption")):
        return {}
    text, entities = _formatted(params, given, "caption_entities", people)
    if len(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    content: Json = {"caption": text, "caption_entities": entities} if entities else {"caption": text}
    if params.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def said(text: str) -> Json:
    """`text` and `entities` of what a person typed."""
    return text_content({"text": text}, {})


def _formatted(params: Params, text: str, entities_field: str, people: People) -> tuple[str, list[Json]]:
    given = params.get(entities_field)
    text, entities = _arranged(text, params.get("parse_mode", ""), _frozen(given) if given else ())
    if any(one["type"] == "text_mention" for one in entities):
        entities = _with_people(entities, people)
    return text, entities


def _frozen(entities: list[Json]) -> Frozen:
    """The same in a form that can be remembered; of a person the id is enough."""
    return tuple(
        tuple((name, value["id"] if isinstance(value, dict) else value) for name, value in one.items())
        for one in entities
    )


@lru_cache(maxsize=_REMEMBERED)  # a broadcast says the same to very many
def _arranged(text: str, mode: str, given: Frozen) -> tuple[str, list[Json]]:
    if _size(text) > RAW_LIMIT:
        raise bad_request("message is too long")
    if mode:
        text, entities = parse(text, mode)
    else:
        entities = read(text, [dict(one) for one in given])
    text, entities = clean(text, arranged(entities))
    text, entities = trimmed(text, arranged(entities))
    return text, told(text, detected(text, entities))


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _with_people(entities: list[Json], people: People) -> list[Json]:
    """Whom Telegram does not know, it does not mention."""
    known = []
    for one in entities:
        if one["type"] != "text_mention":
            known.append(one)
        elif (user := people.get(one["user"])) is not None:
            known.append(one | {"user": user.api()})
    return known
