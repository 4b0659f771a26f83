"""Requests to addresses that other people name: whatever answers, it is bounded in size, time and reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from newsroom.outside import Fault, Fetched, FetchError
from newsroom.wire import MAX_BYTES
from web.fetch import faults, headers, places, unpacking
from web.fetch.resolver import CheckedResolver, Lookup, Pairs, SystemLookup

USER_AGENT: Final = "Ajil/0.1 (news desk; feed reader)"
ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.9, text/html;q=0.8, */*;q=0.1"
)
CONNECTIONS: Final = 32
LONGEST_HEADER: Final = 16 * 1024
MOST_HEADERS: Final = 100
MOVED: Final = frozenset({301, 302, 303, 307, 308})
FOR_GOOD: Final = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """`seconds` for all of it, redirects too; `bytes` before and after unpacking."""

    seconds: float = 20.0
    connect: float = 8.0
    bytes: int = MAX_BYTES
    redirects: int = 5


class Fetcher:
    """No cookies, proxies or credentials. `allowed` (host, port) pairs may be in our own network."""

    def __init__(
        self, allowed: Pairs = frozenset(), *, bounds: Bounds | None = None, lookup: Lookup | None = None
    ) -> None:
        self._allowed = allowed
        self._bounds = bounds or Bounds()
        self._system = SystemLookup()
        self._resolver = CheckedResolver(lookup or self._system, allowed)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, conditions: Mapping[str, str] | None = None) -> Fetched:
        """Follows redirects. `conditions` are headers. Raises `FetchError`."""
        there = places.place(url, self._allowed)
        return await self._within(self._follow(there, conditions or {}))

    async def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """A form, to that address and no other. Raises `FetchError`."""
        there = places.place(url, self._allowed)
        return await self._within(self._send(there, form))

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        self._system.close()

    async def _within(self, asking: Awaitable[Fetched]) -> Fetched:
        try:
            async with asyncio.timeout(self._bounds.seconds):
                return await asking
        except FetchError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(faults.fault(error)) from None

    async def _follow(self, url: URL, conditions: Mapping[str, str]) -> Fetched:
        permanent, for_good = url, True
        for _ in range(self._bounds.redirects + 1):
            response = await self._open().get(url, headers=conditions, allow_redirects=False)
            location = response.headers.get(hdrs.LOCATION)
            if response.status not in MOVED or location is None:
                return await self._read(response, permanent)
            response.close()
            for_good = for_good and response.status in FOR_GOOD
            url = places.onward(url, location, self._allowed)
            permanent = url if for_good else permanent
        raise FetchError(Fault.REDIRECTS)

    async def _send(self, url: URL, form: Mapping[str, str]) -> Fetched:
        return await self._read(await self._open().post(url, data=form, allow_redirects=False), url)

    async def _read(self, response: aiohttp.ClientResponse, permanent: URL) -> Fetched:
        try:
            if (response.content_length or 0) > self._bounds.bytes:
                raise FetchError(Fault.OVERSIZE)
            encoding = response.headers.get(hdrs.CONTENT_ENCODING, "")
            body = await unpacking.gather(response.content.iter_any(), encoding, self._bounds.bytes)
        finally:
            response.close()
        return Fetched(
            status=response.status,
            url=str(response.url),
            permanent=str(permanent),
            body=body,
            media_type=response.content_type,
            charset=response.charset,
            etag=headers.kept(response, hdrs.ETAG),
            last_modified=headers.kept(response, hdrs.LAST_MODIFIED),
            retry_after=headers.kept(response, hdrs.RETRY_AFTER),
            links=headers.links(response),
        )

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = self._connect()
        return self._session

    def _connect(self) -> aiohttp.ClientSession:
        """A connection serves one request: the next one's name is looked up, and checked, again."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=CONNECTIONS, resolver=self._resolver, use_dns_cache=False, force_close=True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                hdrs.USER_AGENT: USER_AGENT,
                hdrs.ACCEPT: ACCEPT,
                hdrs.ACCEPT_ENCODING: unpacking.ACCEPTED,
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._bounds.connect),
            auto_decompress=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            max_headers=MOST_HEADERS,
        )
