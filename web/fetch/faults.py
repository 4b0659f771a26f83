"""What went wrong outside, in one word. The library's own words are left out: the far end speaks in them."""

from __future__ import annotations

import ssl

import aiohttp

from newsroom.outside import Fault

# The first that fits: a certificate that is not good is a failed connection too.
_KINDS: tuple[tuple[type[BaseException], Fault], ...] = (
    (TimeoutError, Fault.TIMEOUT),
    (aiohttp.ClientConnectorDNSError, Fault.UNRESOLVED),
    (aiohttp.ClientSSLError, Fault.INSECURE),
    (ssl.SSLError, Fault.INSECURE),
    (aiohttp.ClientConnectorError, Fault.UNREACHABLE),
    (aiohttp.InvalidURL, Fault.ADDRESS),
)


def fault(error: BaseException) -> Fault:
    return next((fault for kind, fault in _KINDS if isinstance(error, kind)), Fault.BROKEN)
