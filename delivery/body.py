"""What a request carries: JSON, or a form with files, streamed and each piece of it timed."""

from __future__ import annotations

import asyncio
import io
import json
from typing import IO, Any, Final, cast

from aiohttp import BytesPayload, MultipartWriter
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from telegram.request import RequestData

_JSON: Final = "application/json"


def of_json(body: bytes) -> Payload:
    return BytesPayload(body, content_type=_JSON)


def of_request(data: RequestData | None, write: float | None) -> Payload | None:
    """`write`: the longest that Telegram may take (seconds) to accept a piece of an upload."""
    if data is None or not (data.contains_files or data.parameters):
        return None
    if data.contains_files:
        return _form(data, write)
    return of_json(json.dumps(data.parameters, ensure_ascii=False).encode())


class _Form(MultipartWriter):
    """A multipart form whose writing has a time-out, which aiohttp's client does not know."""

    def __init__(self, write: float | None) -> None:
        super().__init__("form-data")
        self._seconds = write

    async def write(self, writer: AbstractStreamWriter, close_boundary: bool = True) -> None:
        patient = cast("AbstractStreamWriter", _PatientWriter(writer, self._seconds))
        await super().write(patient, close_boundary)


class _PatientWriter:
    """The one method that the parts of a form write with."""

    def __init__(self, writer: AbstractStreamWriter, seconds: float | None) -> None:
        self._writer = writer
        self._seconds = seconds

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        async with asyncio.timeout(self._seconds):
            await self._writer.write(chunk)


def _form(data: RequestData, write: float | None) -> Payload:
    form = _Form(write)
    for name, text in data.json_parameters.items():
        _add(form, text, "text/plain; charset=utf-8", name=name)
    for name, (filename, content, media_type) in data.multipart_data.items():
        _add(form, _stream(content), media_type, name=name, filename=filename)
    return form


def _stream(content: bytes | IO[bytes]) -> io.BytesIO | IO[bytes]:
    # aiohttp writes bytes in one piece, however many they are, and anything with `read` in small ones.
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _add(form: MultipartWriter, value: Any, media_type: str, **disposition: str) -> None:
    part = form.append(value, {"Content-Type": media_type})
    # Not percent-quoted: the Bot API, like browsers, takes file names in plain UTF-8.
    part.set_content_disposition("form-data", quote_fields=False, **disposition)
