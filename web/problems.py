"""RFC 9457 problem documents: what every request gets that cannot be met, however early it went wrong."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.typedefs import Handler

from newsroom.wire import CopyRefused, Reason
from storage.errors import StorageError
from web.documents import encoded

MEDIA_TYPE = "application/problem+json"
SOON = 5

_LOG = logging.getLogger(__name__)

_REFUSED = {
    Reason.EMPTY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.BINARY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.UNDECODABLE: HTTPStatus.BAD_REQUEST,
    Reason.FORMAT: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.MALFORMED: HTTPStatus.BAD_REQUEST,
    Reason.FOREIGN: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.TOO_DEEP: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.TOO_MANY: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.SEVERAL: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that cannot be met. `members` are added to the document, `headers` to the answer."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def response(problem: Problem) -> web.Response:
    return web.Response(
        status=problem.status,
        body=encoded(document(problem)),
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def document(problem: Problem) -> dict[str, object]:
    title = HTTPStatus(problem.status).phrase
    told = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
    return told | problem.members


def later(status: int, detail: str, seconds: float = SOON, **members: object) -> Problem:
    """A problem that passes by itself: try again after so many seconds."""
    return Problem(status, detail, headers={hdrs.RETRY_AFTER: str(max(1, math.ceil(seconds)))}, **members)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler raises into its document. What nobody foresaw is left to `web.protocol`."""
    try:
        return await handler(request)
    except Problem as problem:
        return response(problem)
    except CopyRefused as refused:
        return response(of_copy(refused))
    except StorageError as error:
        return response(of_storage(error))
    except web.HTTPException as error:
        return response(of_http(error, request))


def of_copy(refused: CopyRefused) -> Problem:
    return Problem(_REFUSED[refused.reason], str(refused), reason=refused.reason.value)


def of_storage(error: StorageError) -> Problem:
    """The error's own words stay in the log: they may name files and hosts."""
    _LOG.error("the store did not answer: %s", error)
    if error.temporary:
        return later(
            HTTPStatus.SERVICE_UNAVAILABLE, "The store cannot be reached just now; nothing was kept."
        )
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The store is out of order; an operator has to look at it."
    )


def of_http(error: web.HTTPException, request: web.Request) -> Problem:
    """What aiohttp itself refuses: no such page, no such method."""
    if error.status == HTTPStatus.NOT_FOUND:
        return Problem(error.status, "There is nothing at this address.")
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return Problem(
            error.status, f"{request.method[:20]} is not for this address.", headers={hdrs.ALLOW: allowed}
        )
    return Problem(error.status, error.reason)


def of_broken_http(status: int, error: BaseException | None) -> Problem:
    """What never became a request. The parser's words are not repeated: they quote headers and keys."""
    if isinstance(error, LineTooLong):
        too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return Problem(too_large, "A line of the request's head is longer than this server reads.")
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem(status, "Something went wrong here; an operator can find it in the log.")
    return Problem(status, "This is not a well-formed HTTP/1.1 request.")
