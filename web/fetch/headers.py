"""What an answer says of itself in its headers, as far as it is kept."""

from __future__ import annotations

import re

import aiohttp
from yarl import URL

LONGEST_KEPT = 512
MOST_LINKS = 20
_LINK = re.compile(r"<(?P<target>[^<>]{1,2048})>(?P<rest>[^<]{0,1024})")
_REL = re.compile(r';\s*rel\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s;,"]+))', re.IGNORECASE)


def kept(response: aiohttp.ClientResponse, name: str) -> str | None:
    """A header that is stored and said back later; None where it could not be that."""
    value = response.headers.get(name)
    if value is None or len(value) > LONGEST_KEPT or not value.isprintable():
        return None
    return value


def links(response: aiohttp.ClientResponse) -> dict[str, tuple[str, ...]]:
    """`Link` headers (RFC 8288): whole addresses by relation."""
    told = ", ".join(response.headers.getall("Link", []))
    found: dict[str, tuple[str, ...]] = {}
    for link in list(_LINK.finditer(told))[:MOST_LINKS]:
        target = _whole(response.url, link["target"])
        for relation in _relations(link["rest"]) if target else ():
            found[relation] = (*found.get(relation, ()), str(target))
    return found


def _relations(rest: str) -> list[str]:
    named = _REL.search(rest)
    return (named["quoted"] or named["bare"] or "").lower().split() if named else []


def _whole(at: URL, target: str) -> URL | None:
    try:
        return at.join(URL(target.strip()))
    except ValueError:
        return None
