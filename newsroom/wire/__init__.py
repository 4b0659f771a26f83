"""Wire copy in: each format is one pure function from bytes to a draft."""

from __future__ import annotations

from collections.abc import Callable

from newsroom.wire import agency
from newsroom.wire.refused import CopyRefused, Reason
from storage.records import Draft

__all__ = ["MAX_BYTES", "MEDIA_TYPES", "CopyRefused", "Reason", "parse"]

MAX_BYTES = 5 * 1024 * 1024

# bytes, media type, declared charset
Parser = Callable[[bytes, str, str | None], Draft]

_PARSERS: dict[str, Parser] = {"text/plain": agency.parse}

MEDIA_TYPES = frozenset(_PARSERS)
"""Those that are read here."""


def parse(
    copy: bytes, media_type: str = "text/plain", *, charset: str | None = None, limit: int = MAX_BYTES
) -> Draft:
    """What the copy says, or `CopyRefused`; never another error, and in time linear in its size.

    `media_type` may carry parameters. `charset` is what the sender declares: a byte order mark outranks it,
    and copy that is not in it is told by how it reads.
    """
    essence = media_type.partition(";")[0].strip().lower()
    parser = _PARSERS.get(essence)
    if parser is None:
        raise CopyRefused(Reason.FORMAT, f"{essence[:60]!r} is not a format that is read here")
    if len(copy) > limit:
        raise CopyRefused(
            Reason.TOO_LARGE, f"The copy has {len(copy):,} bytes and at most {limit:,} are taken"
        )
    return parser(copy, essence, charset)
