"""JSON that is told over HTTP, as whoever looks at it by eye reads it: Arabic in Arabic letters."""

from __future__ import annotations

import json


def encoded(document: object) -> bytes:
    """In UTF-8; half a character, which JSON can spell and UTF-8 cannot, is a question mark."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
