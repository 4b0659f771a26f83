"""Names into addresses, each of which is checked; the connection goes to the very ones that were."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from newsroom.outside import Fault, FetchError
from web.fetch.addresses import is_public

THREADS = 8

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to addresses in figures. Raises `OSError` where there are none."""

Pairs = frozenset[tuple[str, int]]


class CheckedResolver(AbstractResolver):
    """One bad address spoils the name: whoever mixes them means no good. Nothing is kept between calls."""

    def __init__(self, lookup: Lookup, allowed: Pairs) -> None:
        self._lookup = lookup
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        if (named(host), port) not in self._allowed and not all(is_public(one) for one in addresses):
            raise FetchError(Fault.PRIVATE)
        results = [_result(host, address, port) for address in addresses]
        return [one for one in results if family in (socket.AF_UNSPEC, one["family"])]

    async def close(self) -> None:
        """Nothing of its own is open."""


class SystemLookup:
    """`getaddrinfo` in threads of its own: a server of names that hangs holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="names")

    async def __call__(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _getaddrinfo, host, port)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def named(host: str) -> str:
    return host.rstrip(".").lower()


def _getaddrinfo(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
