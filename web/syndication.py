"""`GET /ninjs`, `/feed.json`, `/feed.rss`: what is out, for other programs (docs/formats.md)."""

from __future__ import annotations

import re
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from newsroom.desk import Desk
from newsroom.exporting import LARGEST_PAGE, PAGE, Exported, NoSuchPlace, Wanted
from web.bounds import Slots
from web.problems import Problem

PATHS = {"/ninjs": "ninjs", "/feed.json": "jsonfeed", "/feed.rss": "rss"}
AT_ONCE = 8

_CODE = re.compile(r"[A-Za-z0-9]{4,6}")


class Syndication:
    """A page is written only for who does not have it: others are told so by its tag.

    `If-Modified-Since` is not asked: a story that is held leaves no later time behind on those that stay.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._slots = Slots(AT_ONCE)

    def page(self, form: str) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            wanted = _wanted(request, form)
            async with self._slots.one():
                try:
                    found = await self._desk.export(wanted, _known(request))
                except NoSuchPlace:
                    raise _no_place() from None
            return _answered(found)

        return answer


def _wanted(request: web.Request, form: str) -> Wanted:
    origin = str(request.url.origin())
    before = request.query.get("before")
    if before is not None and not _CODE.fullmatch(before):
        raise _no_place()
    return Wanted(
        format=form,
        home=f"{origin}/",
        here=f"{origin}{request.path}",
        limit=_limit(request.query.get("limit")),
        before=before,
    )


def _limit(written: str | None) -> int:
    if written is None:
        return PAGE
    if not re.fullmatch(r"[0-9]{1,3}", written) or not 1 <= int(written) <= LARGEST_PAGE:
        raise Problem(HTTPStatus.BAD_REQUEST, f"limit is a whole number from 1 to {LARGEST_PAGE}.")
    return int(written)


def _known(request: web.Request) -> frozenset[str]:
    return frozenset(tag.value for tag in request.if_none_match or ())


def _answered(found: Exported) -> web.Response:
    headers = {hdrs.ETAG: f'"{found.tag}"', hdrs.CACHE_CONTROL: "no-cache"}
    if found.next:
        headers[hdrs.LINK] = f'<{found.next}>; rel="next"'
    if found.body is None:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    answer = web.Response(body=found.body, content_type=found.media_type, charset="utf-8", headers=headers)
    answer.last_modified = found.changed_at
    return answer


def _no_place() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "before is the code of a story of the page before.")
