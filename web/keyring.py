"""Who may push copy over HTTP."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """The source that a key stands for; a trusted one may push breaking items without an editor."""

    source: str
    trusted: bool


class Keyring:
    """Keys are kept as digests: a look at this object, or the time that it takes, tells nothing of them."""

    def __init__(self, keys: Iterable[tuple[Sender, str]]) -> None:
        self._senders = tuple((sender, _digest(key)) for sender, key in keys)

    def sender(self, authorization: str | None) -> Sender | None:
        """Whose key an `Authorization: Bearer …` header holds (RFC 6750). Every key is compared, always."""
        scheme, _, given = (authorization or "").partition(" ")
        digest = _digest(given.strip())
        found = [sender for sender, known in self._senders if hmac.compare_digest(digest, known)]
        return found[0] if found and scheme.lower() == "bearer" else None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogateescape")).digest()
