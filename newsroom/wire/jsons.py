"""JSON in: bounded before anything looks at it."""

from __future__ import annotations

import json
from typing import Any

from newsroom.wire.decode import decode
from newsroom.wire.refused import CopyRefused, Reason

MOST_LEVELS = 64

Object = dict[str, Any]


def load(copy: bytes, charset: str | None) -> Any:
    """What the document holds; `CopyRefused` where it is broken off, or nested beyond use."""
    text = decode(copy, charset)
    try:
        document = json.loads(text, strict=False)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as broken:
        raise CopyRefused(Reason.MALFORMED, f"This is not JSON ({_where(broken)})") from None
    _refuse_depth(document)
    return document


def written(item: Object) -> bytes:
    """An item by itself, as it is kept where a body holds several."""
    return json.dumps(item, ensure_ascii=False).encode("utf-8", "replace")


def _where(broken: ValueError) -> str:
    if isinstance(broken, json.JSONDecodeError):
        return f"line {broken.lineno}, column {broken.colno}"
    return "a number has too many digits"


def _refuse_depth(document: object) -> None:
    level: list[object] = [document]
    for _ in range(MOST_LEVELS):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise _too_deep()


def _children(parent: object) -> list[object]:
    if isinstance(parent, dict):
        return [child for child in parent.values() if isinstance(child, (dict, list))]
    return [child for child in parent if isinstance(child, (dict, list))] if isinstance(parent, list) else []


def _too_deep() -> CopyRefused:
    return CopyRefused(Reason.TOO_DEEP, f"The document has more than {MOST_LEVELS} levels")
