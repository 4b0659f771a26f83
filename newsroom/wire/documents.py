"""JSON documents by what they hold: a media type says only how they are written."""

from __future__ import annotations

from newsroom.wire import jsons, ninjs
from newsroom.wire.bundle import Bundle
from newsroom.wire.story import Source


def read_json(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:
    return ninjs.read(jsons.load(copy, charset), Source(copy=copy, media_type=media_type, at=at))
