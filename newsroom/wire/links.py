"""Addresses in copy: only those of pages and pictures on the web, whole, are kept."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

LONGEST = 2_000


def safe(written: object, at: str | None = None) -> str | None:
    """An http or https address without a password, made whole by the address `at` of the page it is in."""
    if not isinstance(written, str):
        return None
    address = written.strip()
    if not 0 < len(address) <= LONGEST or not address.isprintable() or " " in address:
        return None
    try:
        whole = urljoin(at, address) if at else address
        parts = urlsplit(whole)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return whole if named and len(whole) <= LONGEST else None
