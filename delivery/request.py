"""python-telegram-bot's requests over `Transport`."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from telegram._utils.defaultvalue import DefaultValue
from telegram.request import BaseRequest, RequestData

from delivery import errors, outcomes
from delivery.body import of_request
from delivery.outcomes import Answer, Failure
from delivery.transport import LONGEST_DOWNLOAD, LONGEST_UPLOAD, USUAL, Patience, Transport

_SUCCESS: Final = 2  # HTTP status family
_ACCEPTED: Final = b'{"ok":true'

# Every such part of the path or host: a host may be called `bot-api`.
_TOKENS: Final = re.compile("/bot([^/]+)(?=/)")

_Given = DefaultValue[Any] | float | None


class AiohttpRequest(BaseRequest):
    """A `BaseRequest` of python-telegram-bot. Give `getUpdates` an instance of its own, as is usual there.

    Raises `errors.ExchangeError` and `ExchangeTimeoutError` where there is no whole answer, and the library's
    own exceptions for what Telegram refuses. None of them holds the token or the URL, nor does what they are
    raised from.
    """

    __slots__ = ("_patience", "_upload_write", "transport")

    def __init__(
        self,
        *,
        pool_size: int = 256,
        patience: Patience = USUAL,
        upload_write: float | None = 20.0,
    ) -> None:
        self.transport = Transport(pool_size=pool_size)
        self._patience = patience
        self._upload_write = upload_write

    @property
    def read_timeout(self) -> float | None:
        return self._patience.read

    async def initialize(self) -> None:
        await self.transport.open()

    async def shutdown(self) -> None:
        await self.transport.close()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Given = BaseRequest.DEFAULT_NONE,
        write_timeout: _Given = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Given = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Given = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        uploads = request_data is not None and request_data.contains_files
        usual = self._patience
        patience = Patience(
            connect=_choose(connect_timeout, usual.connect),
            read=_choose(read_timeout, usual.read),
            write=_choose(write_timeout, self._upload_write if uploads else usual.write),
            pool=_choose(pool_timeout, usual.pool),
        )
        answer = await self.transport.exchange(
            method,
            url,
            of_request(request_data, patience.write),
            patience,
            longest=LONGEST_UPLOAD if uploads else LONGEST_DOWNLOAD if method == "GET" else None,
        )
        return _result(answer, url, download=method == "GET")

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's own logs what it cannot read, and that may be a page with the URL on it."""
        parsed = _parse(payload)
        if isinstance(parsed, dict) and "result" in parsed:
            return parsed
        raise errors.of_failure(Failure.GARBLED)


def _choose(given: _Given, usual: float | None) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


def _result(answer: Answer | Failure, url: str, *, download: bool) -> tuple[int, bytes]:
    if isinstance(answer, Failure):
        raise errors.of_failure(answer)
    if answer.status // 100 == _SUCCESS and (download or answer.body.startswith(_ACCEPTED)):
        return answer.status, answer.body
    outcome = outcomes.of_act(_redacted(answer, url))
    if answer.status // 100 == _SUCCESS and isinstance(outcome, outcomes.Done):
        return answer.status, answer.body
    raise errors.of_outcome(outcome, answer.status)


def _redacted(answer: Answer, url: str) -> Answer:
    """Without the token, should whoever answered repeat the URL: `…/bot<token>/<method>`."""
    body = answer.body
    for token in _TOKENS.findall(url):
        body = body.replace(token.encode(), b"...")
    return Answer(answer.status, body, answer.retry_after)


def _parse(payload: bytes) -> object:
    try:
        return json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
