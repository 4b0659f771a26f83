"""Telegram's own text code (tdjson), offline: what it would make of a message."""

from __future__ import annotations

import json
from typing import Any

import tdjson

from newsroom.message import Message

TYPES = {
    "textEntityTypeBold": "bold",
    "textEntityTypeItalic": "italic",
    "textEntityTypeCode": "code",
    "textEntityTypeTextUrl": "text_link",
    "textEntityTypeBlockQuote": "blockquote",
}
SIGNS = ("**", "__", "~~", "||", "`", "[")
"""What would be read as Markdown."""

NAMES = {name: type_ for type_, name in TYPES.items()}

Placed = set[tuple[str, int, int]]


def execute(query: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(query).encode()) or "{}")
    return answer


execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def received(message: Message) -> tuple[str, Placed]:
    """Text and entities as Telegram keeps them. Markdown signs in the text would be read as such."""
    text = {"@type": "formattedText", "text": message.text, "entities": [_sent(e) for e in message.entities]}
    kept = execute({"@type": "parseMarkdown", "text": text})
    return kept["text"], {(TYPES[e["type"]["@type"]], e["offset"], e["length"]) for e in kept["entities"]}


def placed(message: Message) -> Placed:
    return {(entity.type, entity.offset, entity.length) for entity in message.entities}


def covered(entities: Placed) -> set[tuple[str, int]]:
    """Which units are formatted how: neighbours of one type may become one entity."""
    return {(kind, offset + unit) for kind, offset, length in entities for unit in range(length)}


def parsed_html(html: str) -> tuple[str, Placed]:
    mode = {"@type": "textParseModeHTML"}
    kept = execute({"@type": "parseTextEntities", "text": html, "parse_mode": mode})
    return kept["text"], {(TYPES[e["type"]["@type"]], e["offset"], e["length"]) for e in kept["entities"]}


def _sent(entity: Any) -> dict[str, Any]:
    kind = {"@type": NAMES[entity.type]}
    if entity.url is not None:
        kind["url"] = entity.url
    return {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": kind}
