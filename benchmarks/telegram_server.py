"""A Bot API that answers every method with a message, in a process of its own.

It is as light as can be, so that what is measured is the client. It can answer late, and it can enforce a
limit: at most so many messages in any second, refused ones not counted. `GET /` tells what it has seen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast
from urllib.request import urlopen

_MESSAGE = json.dumps(
    {
        "ok": True,
        "result": {
            "message_id": 123456,
            "from": {"id": 1, "is_bot": True, "first_name": "Ajil", "username": "ajil_bot"},
            "chat": {"id": 1, "first_name": "سلمى", "type": "private"},
            "date": 1_700_000_000,
            "text": "عاجل: بدء إعادة فتح الطريق الساحلي أمام الشاحنات بعد توقف دام يومين " * 3,
        },
    }
).encode()
_ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Ajil","username":"ajil_bot"}}'
_REFUSAL = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":1}}'


class Judge:
    """What came, and whether it may."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._window: deque[float] = deque()
        self._arrivals: list[float] = []
        self._refused = 0

    def admits(self) -> bool:
        now = time.perf_counter()
        self._arrivals.append(now)
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if self._limit and len(self._window) >= self._limit:
            self._refused += 1
            return False
        self._window.append(now)
        return True

    def report(self) -> dict[str, float]:
        times = self._arrivals
        worst = max((bisect_right(times, at + 1) - i for i, at in enumerate(times)), default=0)
        seconds = times[-1] - times[0] if len(times) > 1 else 0.0
        return {"count": len(times), "refused": self._refused, "seconds": seconds, "worst": worst}


class Connection(asyncio.Protocol):
    def __init__(self, judge: Judge, latency: float) -> None:
        self._judge = judge
        self._latency = latency
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end])
            total = end + 4 + _length(head)
            if len(self._buffer) < total:
                return
            del self._buffer[:total]
            self._answer(head.split(b" ", 2)[1])

    def _answer(self, path: bytes) -> None:
        if path == b"/":
            self._write("200 OK", json.dumps(self._judge.report()).encode())
        elif path.endswith(b"/getMe"):
            self._write("200 OK", _ME)
        elif not self._judge.admits():
            self._write("429 Too Many Requests", _REFUSAL)
        elif self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, "200 OK", _MESSAGE)
        else:
            self._write("200 OK", _MESSAGE)

    def _write(self, status: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def serve(limit: int, latency: float) -> None:
    judge = Judge(limit)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(judge, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running(*, limit: int = 0, latency: float = 0.0) -> Iterator[str]:
    """The server's URL."""
    command = [sys.executable, "-m", "benchmarks.telegram_server", f"--limit={limit}", f"--latency={latency}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            yield f"http://127.0.0.1:{int(cast('IO[str]', process.stdout).readline())}"
        finally:
            process.terminate()


def report(url: str) -> dict[str, Any]:
    with urlopen(url) as answer:  # noqa: S310 - our own server, started above
        told: dict[str, Any] = json.load(answer)
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    asyncio.run(serve(options.limit, options.latency))
