"""What is fetched from addresses that somebody named: the newsroom asks, `web.fetch` brings it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Protocol

from newsroom.errors import Refusal


class Fault(StrEnum):
    """Why nothing came, as the catalogues know it."""

    ADDRESS = "address"  # not http or https on its usual port, or with a password in it
    PRIVATE = "private"  # leads into somebody's own network
    UNRESOLVED = "unresolved"  # no such name
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"  # its certificate is not good
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"
    OVERSIZE = "oversize"
    ENCODING = "encoding"  # compressed in a way that was not asked for, or badly
    BROKEN = "broken"  # not HTTP, or cut short


class FetchError(Exception):
    """Nothing could be fetched."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status. `url` is where it was found in the end.

    `permanent` is the address to ask from now on: `url` where every redirect said so, else the one asked.
    `links` are those of its `Link` headers, by relation. `retry_after` is as it was written.
    """

    status: int
    url: str
    permanent: str
    body: bytes = b""
    media_type: str = "application/octet-stream"
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_after: str | None = None
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Outside(Protocol):
    """Raises `FetchError`."""

    async def get(self, url: str, conditions: Mapping[str, str] | None = None) -> Fetched: ...

    async def post(self, url: str, form: Mapping[str, str]) -> Fetched: ...


class Nowhere:
    """Where there is no way out."""

    async def get(self, url: str, conditions: Mapping[str, str] | None = None) -> Fetched:  # noqa: ARG002 - as others
        raise FetchError(Fault.UNREACHABLE)

    async def post(self, url: str, form: Mapping[str, str]) -> Fetched:  # noqa: ARG002 - as others
        raise FetchError(Fault.UNREACHABLE)


async def asked(outside: Outside, url: str) -> Fetched:
    """For somebody who waits for it. Raises `Refusal`, with the reason that there is no such thing."""
    try:
        fetched = await outside.get(url)
    except FetchError as error:
        raise Refusal(f"fetch_{error.fault}") from None
    if fetched.status != HTTPStatus.OK:
        raise Refusal("fetch_status", status=str(fetched.status))
    return fetched
