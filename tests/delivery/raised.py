"""The table of outcomes read back from what python-telegram-bot's methods raise."""

from __future__ import annotations

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from delivery import outcomes
from delivery.errors import ExchangeError, ExchangeTimeoutError, penalty_of
from delivery.outcomes import Outcome


def outcome_of(error: TelegramError) -> Outcome:  # noqa: PLR0911 - one line an exception
    match error:
        case ExchangeError() | ExchangeTimeoutError():
            return outcomes.of_failure(error.failure)
        case RetryAfter():
            return outcomes.Throttled(penalty_of(error))
        case ChatMigrated():
            return outcomes.Migrated(error.new_chat_id)
        case InvalidToken():
            return outcomes.Unauthorised(error.message)
        case Conflict():
            return outcomes.Conflict(error.message)
        case Forbidden() | BadRequest():
            return outcomes.of_refusal(error.message, forbidden=isinstance(error, Forbidden))
        case _:
            return outcomes.Uncertain(type(error).__name__)
