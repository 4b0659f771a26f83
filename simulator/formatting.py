"""From the text parameters of a method to what a message says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from simulator.detection import detected
from simulator.entities import Entity, Formatted, clean, read, trimmed
from simulator.errors import bad_request
from simulator.model import Json, User
from simulator.nesting import arranged
from simulator.parameters import Params
from simulator.parsing import parse

People = Mapping[int, User]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def text_content(params: Params, people: People) -> Json:
    """`text` and `entities` of a message."""
    formatted = _formatted(params, params["text"], "entities", people)
    if not formatted.text:
        raise bad_request("message text is empty")
    if len(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return formatted.content("text", "entities")


def caption_content(params: Params, people: People) -> Json:
    """`caption` and `caption_entities` of a message, where there is a caption."""
    if not (caption := params.get("caption")):
        return {}
    formatted = _formatted(params, caption, "caption_entities", people)
    if len(formatted.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    told = formatted.content("caption", "caption_entities") if formatted.text else {}
    if told and params.get("show_caption_above_media"):
        told["show_caption_above_media"] = True
    return told


def said(text: str) -> Json:
    """`text` and `entities` of what a person typed."""
    return text_content({"text": text}, {})


def _formatted(params: Params, text: str, entities_field: str, people: People) -> Formatted:
    if _LONE_SURROGATE.search(text):
        raise bad_request("strings must be encoded in UTF-8")
    if len(text.encode()) > RAW_LIMIT:
        raise bad_request("message is too long")
    if mode := params.get("parse_mode"):
        text, entities = parse(text, mode)
    else:
        entities = read(text, params.get(entities_field) or ())
    if entities:
        entities = _known(arranged(entities), people)
    text, entities = clean(text, entities)
    formatted = trimmed(text, arranged(entities) if entities else entities)
    return Formatted(formatted.text, detected(formatted.text, formatted.entities))


def _known(entities: Sequence[Entity], people: People) -> list[Entity]:
    """With the people who are mentioned; whom Telegram does not know, it does not mention."""
    kept = []
    for one in entities:
        if one.type != "text_mention":
            kept.append(one)
        elif (user := people.get(dict(one.detail)["user"]["id"])) is not None:
            kept.append(replace(one, detail=(("user", user.api()),)))
    return kept
