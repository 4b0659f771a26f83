"""`POST /wire`: copy from those who hold a key (DESIGN §5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, Counter

from newsroom import headline, wire
from newsroom.desk import Desk
from newsroom.filing import Taken
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.revising import lead_of
from newsroom.wire import CopyRefused
from storage.records import Section, SectionKind
from web import body, problems
from web.bounds import Bucket, Pace, Slots
from web.documents import encoded
from web.keyring import Keyring, Sender
from web.problems import Problem, later

PATH = "/wire"
AT_ONCE = 16
LONGEST_ITEM_ID = 255
REFUSED = "refused"


class Wire:
    """One pace for each source; `clock` counts seconds."""

    def __init__(
        self,
        desk: Desk,
        keyring: Keyring,
        pace: Pace,
        clock: Callable[[], float],
        registry: CollectorRegistry,
    ) -> None:
        self._desk = desk
        self._keyring = keyring
        self._pace = pace
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._slots = Slots(AT_ONCE)
        self._taken = Counter(
            "ajil_wire_copy",
            "Copy that came over HTTP, by what became of it",
            ["source", "outcome"],
            registry=registry,
        )

    async def take(self, request: web.Request) -> web.Response:
        sender = self._admit(request)
        async with self._slots.one():
            copy = await _copy(request, sender)
            results = await self._desk.take_all(copy)
        for result in results:
            self._taken.labels(sender.source, _outcome(result)).inc()
        return _answered(results)

    def _admit(self, request: web.Request) -> Sender:
        sender = self._keyring.sender(request.headers.get(hdrs.AUTHORIZATION))
        if sender is None:
            raise _who_are_you()
        bucket, wait = self._pace.take(self._buckets.get(sender.source), self._clock())
        self._buckets[sender.source] = bucket
        if wait:
            raise later(HTTPStatus.TOO_MANY_REQUESTS, "This source sends faster than copy is taken.", wait)
        return sender


def _answered(results: Sequence[Taken | CopyRefused]) -> web.Response:
    """Of one item, the item; of several, all of them in their order."""
    is_new = any(_outcome(result) == Outcome.NEW for result in results)
    told = [refusal(result) if isinstance(result, CopyRefused) else answer(result) for result in results]
    document = told[0] if len(told) == 1 else {"items": told}
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return web.Response(
        body=encoded(document), status=status, content_type="application/json", charset="utf-8"
    )


def _outcome(result: Taken | CopyRefused) -> str:
    return REFUSED if isinstance(result, CopyRefused) else result.outcome.value


def refusal(refused: CopyRefused) -> dict[str, object]:
    """An item that was not taken, among others, with the problem document that it would have got alone."""
    return {"outcome": REFUSED, "problem": problems.document(problems.of_copy(refused))}


def answer(taken: Taken) -> dict[str, object]:
    """What became of the copy, and how it was understood, for its sender to check."""
    draft = taken.draft
    told = draft.headline or headline.derive(lead_of(draft.sections), draft.language)
    return {
        "outcome": taken.outcome.value,
        "story": taken.code,
        "revision": taken.revision,
        "state": taken.state.value,
        "kept_back": taken.kept_back,
        "breaking": taken.push is not None,
        "credit": draft.credit,
        "source": draft.source_code,
        "language": draft.language,
        "headline": told or None,
        "headline_derived": draft.headline is None,
        "lead": {"paragraphs": sum(len(part.paragraphs) for part in draft.sections if _is_lead(part))},
        "sections": [
            {"heading": part.heading, "paragraphs": len(part.paragraphs)}
            for part in draft.sections
            if not _is_lead(part)
        ],
        "related": list(draft.related),
    }


def _is_lead(section: Section) -> bool:
    return section.kind is SectionKind.LEAD


async def _copy(request: web.Request, sender: Sender) -> Copy:
    return Copy(
        media_type=_media_type(request),
        charset=request.charset,
        urgency=_urgency(request.headers.get("X-Urgency")),
        item_id=_item_id(request.headers.get("X-Item-Id")),
        body=await body.read(request, wire.MAX_BYTES),
        source=sender.source,
        trust=Trust.PUSH if sender.trusted else Trust.REVIEW,
    )


def _media_type(request: web.Request) -> str:
    taken = sorted(wire.MEDIA_TYPES)
    if request.content_type in wire.MEDIA_TYPES:
        return request.content_type
    raise Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"Content-Type {request.content_type[:60]!r} is not read here; send {' or '.join(taken)}.",
        headers={hdrs.ACCEPT: ", ".join(taken)},
        taken=taken,
    )


def _urgency(value: str | None) -> int | None:
    if value is None:
        return None
    if not re.fullmatch(r"[1-9]", value.strip()):
        raise Problem(HTTPStatus.BAD_REQUEST, "X-Urgency is a whole number from 1 (most urgent) to 9.")
    return int(value)


def _item_id(value: str | None) -> str | None:
    if value is None:
        return None
    if not (1 <= len(value) <= LONGEST_ITEM_ID and value.isprintable()):
        raise Problem(HTTPStatus.BAD_REQUEST, f"X-Item-Id is 1 to {LONGEST_ITEM_ID} printable characters.")
    return value


def _who_are_you() -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "Send the key that you were given as Authorization: Bearer KEY.",
        headers={hdrs.WWW_AUTHENTICATE: 'Bearer realm="wire"'},
    )
