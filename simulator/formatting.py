"""From the text parameters of a method to what a message says."""

from __future__ import annotations

from typing import Any

from simulator.detection import detected
from simulator.entities import Formatted, clean, read
from simulator.errors import bad_request
from simulator.nesting import arranged
from simulator.parsing import parse

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768


def text_content(params: dict[str, Any]) -> dict[str, Any]:
    """`text` and `entities` of a message."""
    formatted = _formatted(params["text"], params.get("parse_mode"), params.get("entities"))
    if not formatted.text:
        raise bad_request("message text is empty")
    if len(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return formatted.content("text", "entities")


def caption_content(params: dict[str, Any]) -> dict[str, Any]:
    """`caption` and `caption_entities` of a message, where there is a caption."""
    if not (caption := params.get("caption")):
        return {}
    formatted = _formatted(caption, params.get("parse_mode"), params.get("caption_entities"))
    if len(formatted.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    told = formatted.content("caption", "caption_entities") if formatted.text else {}
    if told and params.get("show_caption_above_media"):
        told["show_caption_above_media"] = True
    return told


def said(text: str) -> dict[str, Any]:
    """`text` and `entities` of what a person typed."""
    return text_content({"text": text})


def _formatted(text: str, mode: str | None, given: list[dict[str, Any]] | None) -> Formatted:
    if len(text.encode("utf-8", "surrogatepass")) > RAW_LIMIT:
        raise bad_request("message is too long")
    if mode:
        text, entities = parse(text, mode)
    else:
        entities = read(text, given) if given else []
    cleaned = clean(text, entities)
    own = arranged(cleaned.text, cleaned.entities) if cleaned.entities else ()
    return Formatted(cleaned.text, detected(cleaned.text, own))
