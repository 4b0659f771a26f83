"""Which URLs may be asked at all, before any name is looked up."""

from __future__ import annotations

from yarl import URL

from newsroom.outside import Fault, FetchError
from web.fetch.addresses import is_public, seems_address
from web.fetch.resolver import Pairs, named

LONGEST_URL = 2048
PORTS = frozenset({80, 443})


def place(url: str | URL, allowed: Pairs) -> URL:
    """The URL, fit to be asked. Raises `FetchError`."""
    asked = _parse(url)
    host = named(asked.host or "")
    is_web = asked.scheme in {"http", "https"} and host != ""
    if not is_web or asked.user is not None or asked.password is not None:
        raise FetchError(Fault.ADDRESS)
    if (host, asked.port) in allowed:
        return asked.with_fragment(None)
    if asked.port not in PORTS:
        raise FetchError(Fault.ADDRESS)
    if seems_address(asked.host or "") and not is_public(asked.host or ""):
        raise FetchError(Fault.PRIVATE)
    return asked.with_fragment(None)


def onward(here: URL, location: str, allowed: Pairs) -> URL:
    """Where a redirect leads. Raises `FetchError`."""
    try:
        return place(here.join(_parse(location)), allowed)
    except ValueError:
        raise FetchError(Fault.ADDRESS) from None


def _parse(url: str | URL) -> URL:
    try:
        parsed = URL(url)
        _ = (parsed.host, parsed.port)
    except (ValueError, TypeError):
        raise FetchError(Fault.ADDRESS) from None
    if len(str(parsed)) > LONGEST_URL:
        raise FetchError(Fault.ADDRESS)
    return parsed
