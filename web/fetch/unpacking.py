"""Bodies as they come over the wire, unpacked within bounds: a small answer must not become a big one."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from typing import Final

from newsroom.outside import Fault, FetchError

ACCEPTED: Final = "gzip, deflate"
_GZIP: Final = 16 + zlib.MAX_WBITS
_PLAIN: Final = {"", "identity"}


async def gather(pieces: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The body without its `Content-Encoding`. Raises `FetchError` beyond `limit` bytes, packed or not."""
    packed = bytearray()
    async for piece in pieces:
        packed += piece
        if len(packed) > limit:
            raise FetchError(Fault.OVERSIZE)
    return unpack(bytes(packed), encoding.strip().lower(), limit)


def unpack(packed: bytes, encoding: str, limit: int) -> bytes:
    if encoding in _PLAIN or not packed:
        return packed
    try:
        return _unpack(packed, _window(packed, encoding), limit)
    except zlib.error:
        raise FetchError(Fault.ENCODING) from None


def _window(packed: bytes, encoding: str) -> int:
    """zlib's `wbits`. What is named deflate is a zlib stream, or often a bare one (RFC 9110 §8.4.1.2)."""
    if encoding in {"gzip", "x-gzip"}:
        return _GZIP
    if encoding != "deflate":
        raise FetchError(Fault.ENCODING)
    is_zlib = packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def _unpack(packed: bytes, window: int, limit: int) -> bytes:
    """All members of a gzip file. One cut short is refused: half a feed seems to have lost its items."""
    body = bytearray()
    while packed:
        unpacking = zlib.decompressobj(window)
        body += unpacking.decompress(packed, limit + 1 - len(body))
        if len(body) > limit:
            raise FetchError(Fault.OVERSIZE)
        if not unpacking.eof:
            raise FetchError(Fault.BROKEN)
        packed = unpacking.unused_data.lstrip(b"\0") if window == _GZIP else b""
    return bytes(body)
