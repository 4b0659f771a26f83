"""Addresses of links, brought into the form in which Telegram keeps them."""

from __future__ import annotations

import re

_OWN = re.compile(r"(?i:(tg|ton|tonsite)):(?://)?([^/?#]*)(.*)", re.DOTALL)
_WEB = re.compile(r"(?:(?i:(https?))://)?([^/?#]*)(.*)", re.DOTALL)
_HOST = re.compile(
    r"(?:[^@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\s\x00-\x1f<>\"'|`{}\[\]]+)(?::(?P<port>\d{1,5}))?"
)
_PERSON = re.compile(r"(?i:tg)://user/?\?(?:[^#]*&)?id=([1-9]\d{0,18})(?:[&#].*)?")
_HIGHEST_PORT = 65_535


def normal(url: str) -> str | None:
    """The address as Telegram keeps it, or None for what it does not take for one."""
    if own := _OWN.fullmatch(url):
        scheme, name, rest = own.groups()
        return f"{scheme.lower()}://{name.lower()}{_tail(rest, root=not rest)}" if name else None
    web = _WEB.fullmatch(url)
    if web is None:
        return None
    scheme, authority, rest = web.groups()
    if not _reachable(authority):
        return None
    user, at, host = authority.rpartition("@")
    return f"{(scheme or 'http').lower()}://{user}{at}{_lower(host)}{_tail(rest, root=rest[:1] != '/')}"


def person(url: str) -> int | None:
    """The user id of a `tg://user?id=` link."""
    found = _PERSON.fullmatch(url)
    return int(found[1]) if found else None


def _reachable(authority: str) -> bool:
    found = _HOST.fullmatch(authority)
    if found is None:
        return False
    host, port = found["host"], found["port"]
    if port is not None and not 1 <= int(port) <= _HIGHEST_PORT:
        return False
    return host.startswith("[") or "." in host[:-1] or "." in host[1:]


def _lower(host: str) -> str:
    return re.sub("[A-Z]", lambda found: found[0].lower(), host)


def _tail(rest: str, *, root: bool) -> str:
    return ("/" if root else "") + re.sub(r"[\x00-\x20]", lambda found: f"%{ord(found[0]):02X}", rest)
