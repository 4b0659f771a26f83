"""A request's body, bounded in size and in time before it is looked at."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from aiohttp import hdrs, web

from web.problems import Problem

SECONDS = 30.0


async def read(request: web.Request, limit: int) -> bytes:
    """The body byte for byte. Raises `Problem`: 408, 413, 415 for a compressed one, 400 for a broken one."""
    _refuse_compressed(request)
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(SECONDS):
            await _go_on(request)
            return await _read(request, limit)
    except TimeoutError:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, f"The body took longer than {SECONDS:g} seconds.") from None
    except (web.RequestPayloadError, ConnectionError):
        raise Problem(
            HTTPStatus.BAD_REQUEST, "The body broke off or is not framed as HTTP/1.1 says."
        ) from None


async def expected_later(_: web.Request) -> None:
    """For routes: `100 Continue` is sent when the body is read, not before the request was looked at."""


def _refuse_compressed(request: web.Request) -> None:
    coding = request.headers.get(hdrs.CONTENT_ENCODING, "identity").strip().lower()
    if coding not in ("", "identity"):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Compressed bodies are not read; send it without Content-Encoding.",
            headers={hdrs.ACCEPT_ENCODING: "identity"},
        )


async def _go_on(request: web.Request) -> None:
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # so that aiohttp does not take it for the answer


async def _read(request: web.Request, limit: int) -> bytes:
    body = bytearray()
    while chunk := await request.content.readany():
        body.extend(chunk)
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Problem:
    detail = f"At most {limit:,} bytes are taken."
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, limit=limit)
