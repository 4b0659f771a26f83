"""What became of one call: the table of DESIGN §4, from what came back or from how it failed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from delivery.reasons import CONTENT, ENDS, PHRASES, Reason
from storage.records import ChatState

DEFAULT_PENALTY = 5.0
"""Seconds to wait after a 429 that names no time."""

LONGEST_PENALTY = 86_400.0
"""Seconds. 10,072 has been seen; anything over a day is taken for noise."""

LONGEST_DESCRIPTION = 300


class Failure(StrEnum):
    """Why there was no whole answer."""

    POOL = "no connection became free in time"
    CONNECT_TIMEOUT = "the connection was not made in time"
    CONNECT = "the connection was refused"
    READ_TIMEOUT = "no answer came in time"
    DEADLINE = "the exchange was not finished in time"
    RESET = "the connection was lost"
    GARBLED = "the answer was no answer of the Bot API"
    OVERSIZE = "the answer was too big"
    BROKEN = "the exchange broke"


_UNCHANGED = "message is not modified"

_SUCCESS, _REFUSAL = 2, 4  # HTTP status families
_OK = HTTPStatus.OK.value  # a number: to ask the enumeration for it takes longer than to compare it

_UNSENT = frozenset({Failure.POOL, Failure.CONNECT_TIMEOUT, Failure.CONNECT})


# This and `Sent` are made for every message: a data class takes several times as long to make as a tuple.
class Answer(NamedTuple):
    """What came back over HTTP. `retry_after` is the header of that name, of a 429 only."""

    status: int
    body: bytes
    retry_after: str | None = None


class Sent(NamedTuple):
    """`message_id` is None where Telegram took the message and gave it no id; an album has them all."""

    message_id: int | None
    album: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A call that makes no message has had its effect, or had it before (`unchanged`)."""

    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Unsent:
    """Telegram has certainly not seen it: try again."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Throttled:
    """A 429: it did not happen, and nothing of that scope may leave for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """It did not happen and never will. `said` is Telegram's own description."""

    reason: Reason
    said: str

    @property
    def ends(self) -> ChatState | None:
        """What the chat has become, where this ends it."""
        return ENDS.get(self.reason)

    @property
    def everywhere(self) -> bool:
        """Whether it is the message that is at fault, so that every chat would refuse it."""
        return self.reason in CONTENT


@dataclass(frozen=True, slots=True)
class Migrated:
    """It did not happen: the group is a supergroup now, with the id `to`."""

    to: int


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """It did not happen: the token is refused, or the method does not exist."""

    said: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """It did not happen: another poller or a webhook has the token's updates."""

    said: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may or may not have happened."""

    why: str


Outcome = Sent | Done | Unsent | Throttled | Rejected | Migrated | Unauthorised | Conflict | Uncertain


def of_failure(failure: Failure) -> Unsent | Uncertain:
    return Unsent(failure) if failure in _UNSENT else Uncertain(failure.value)


def of_send(answer: Answer) -> Outcome:
    """The outcome of a method that makes messages (`send…`, `copyMessage`, `forwardMessage`)."""
    if answer.status == _OK and (quick := _QUICK.match(answer.body)) and _is_whole(answer.body):
        return Sent(int(quick[1]))
    return _read(answer, _sent)


def of_act(answer: Answer) -> Outcome:
    """The outcome of any other method: an edit, a delete, a harmless `getMe`."""
    return _read(answer, lambda _result: Done())


def troubled(outcome: Outcome) -> bool:
    """Whether the server itself seems ill, and not only this call."""
    return isinstance(outcome, Uncertain) or (
        isinstance(outcome, Unsent) and outcome.failure is not Failure.POOL
    )


def of_refusal(said: str, *, forbidden: bool = False) -> Rejected | Done:
    """What a description means. Letters' case is no part of it: libraries change it."""
    lowered = said.lower()
    if _UNCHANGED in lowered:
        return Done(unchanged=True)
    other = Reason.FORBIDDEN if forbidden else Reason.OTHER
    reason = next((reason for phrase, reason in PHRASES if phrase in lowered), other)
    return Rejected(reason, said[:LONGEST_DESCRIPTION])


# The usual answer, read without building the whole message: its text may be 24 KB of escapes.
_QUICK = re.compile(rb'\s*\{\s*"ok":\s*true,\s*"result":\s*\{\s*"message_id":\s*([1-9]\d{0,17})\s*[,}]')


def _is_whole(body: bytes) -> bool:
    """Whether the JSON ends where it ought to. A brace in a text only sends it the slow way."""
    return body.endswith(b"}}") and body.count(b"{") == body.count(b"}")


def _read(answer: Answer, accepted: Callable[[object], Outcome]) -> Outcome:
    # These two come from whatever stands before the Bot API as well, so their bodies may be anything.
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(_penalty(answer))
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Rejected(Reason.TOO_BIG, "Request Entity Too Large")
    data = _parse(answer.body)
    family = answer.status // 100
    if family == _SUCCESS and data.get("ok") is True and "result" in data:
        return accepted(data["result"])
    if family == _REFUSAL and data.get("ok") is False:
        return _refused(answer.status, data)
    return Uncertain(f"{Failure.GARBLED.value} (HTTP {answer.status})")


def _refused(status: int, data: dict[str, object]) -> Outcome:
    description = data.get("description")
    said = description[:LONGEST_DESCRIPTION] if isinstance(description, str) else f"HTTP {status}"
    to = _parameters(data).get("migrate_to_chat_id")
    if isinstance(to, int) and to:
        return Migrated(to)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        return Unauthorised(said)
    if status == HTTPStatus.CONFLICT:
        return Conflict(said)
    return of_refusal(said, forbidden=status == HTTPStatus.FORBIDDEN)


def _sent(result: object) -> Outcome:
    ids = [_message_id(one) for one in (result if isinstance(result, list) else [result])]
    if not ids or None in ids:
        return Uncertain(Failure.GARBLED.value)
    album = tuple(one or None for one in ids) if isinstance(result, list) else ()
    return Sent(ids[0] or None, album)


def _message_id(message: object) -> int | None:
    found = message.get("message_id") if isinstance(message, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _penalty(answer: Answer) -> float:
    named = _parameters(_parse(answer.body)).get("retry_after", answer.retry_after)
    try:
        seconds = float(named) if isinstance(named, int | float | str) else 0.0
    except (ValueError, OverflowError):
        seconds = 0.0
    return min(seconds, LONGEST_PENALTY) if seconds > 0 else DEFAULT_PENALTY


def _parameters(data: dict[str, object]) -> dict[str, object]:
    parameters = data.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _parse(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
