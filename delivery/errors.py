"""The table of outcomes in python-telegram-bot's exceptions. No text holds a token or a URL."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from delivery import outcomes
from delivery.outcomes import Failure, Outcome

_TIME_OUTS: Final = frozenset(
    {Failure.POOL, Failure.CONNECT_TIMEOUT, Failure.READ_TIMEOUT, Failure.DEADLINE},
)


class ExchangeError(NetworkError):
    """There was no whole answer; `failure` says whether the message may have left."""

    __slots__ = ("failure",)

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure

    def __reduce__(self) -> tuple[type, tuple[Failure]]:
        return type(self), (self.failure,)


class ExchangeTimeoutError(TimedOut):
    """`ExchangeError`, by the clock."""

    __slots__ = ("failure",)

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure

    def __reduce__(self) -> tuple[type, tuple[Failure]]:
        return type(self), (self.failure,)


class FloodError(RetryAfter):
    """A 429. `RetryAfter` itself warns of its own deprecation whenever it is made."""

    __slots__ = ()

    def __init__(self, seconds: float) -> None:
        super().__init__(timedelta(seconds=seconds))

    @property
    def retry_after(self) -> timedelta:
        return self._retry_after


def of_failure(failure: Failure) -> ExchangeError | ExchangeTimeoutError:
    return ExchangeTimeoutError(failure) if failure in _TIME_OUTS else ExchangeError(failure)


def of_outcome(outcome: Outcome, status: int) -> TelegramError:  # noqa: PLR0911 - one line an outcome
    """What python-telegram-bot's own request classes raise for an answer that is not a success."""
    match outcome:
        case outcomes.Unsent(failure):
            return of_failure(failure)
        case outcomes.Throttled(seconds):
            return FloodError(seconds)
        case outcomes.Migrated(to):
            return ChatMigrated(to)
        case outcomes.Unauthorised(said):
            return InvalidToken(said)
        case outcomes.Conflict(said):
            return Conflict(said)
        case outcomes.Rejected(_, said):
            return Forbidden(said) if status == HTTPStatus.FORBIDDEN else BadRequest(said)
        case outcomes.Done():
            return BadRequest("Bad Request: message is not modified")
        case outcomes.Uncertain(why):
            return NetworkError(why)
        case outcomes.Sent():
            return NetworkError(Failure.GARBLED.value)


def penalty_of(error: RetryAfter) -> float:
    """Seconds. Read past the public property, which warns and whose type depends on the environment."""
    return error._retry_after.total_seconds()  # noqa: SLF001 - see above
