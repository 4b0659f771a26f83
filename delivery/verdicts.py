"""What an outcome means for a delivery and for its chat. Pure: the table of DESIGN §4, second half."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery import outcomes
from delivery.outcomes import Outcome
from delivery.reasons import UNTHREADED, Reason
from storage.records import Act, ChatState, Delivery, DeliveryState, OnUnknown, Settlement

LONGEST_BACKOFF = 60.0
"""Seconds between attempts that certainly did not reach Telegram."""

RESEND_AFTER = 5.0
"""Seconds before the second copy, which RESEND_ONCE allows: time for the answer to come after all."""

EDIT_AGAIN_AFTER = 20.0
"""Seconds in which an edit whose answer was lost may still land: the next one must not be overtaken by it."""

MOST_DOUBTS = 20
"""Uncertain answers in a row for the edit of one copy before it is given up."""

PATIENCE = 5
"""Attempts that a method or a token may be refused in before the delivery is."""


@dataclass(frozen=True, slots=True)
class Held:
    """It never left: its permit was given up, or its chat has to wait for `seconds`."""

    seconds: float = 0.0


Verdict = Outcome | Held


@dataclass(frozen=True, slots=True)
class Ended:
    """A chat that cannot be written to any more."""

    chat_id: int
    state: ChatState
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group that has another Telegram id now."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Unthreaded:
    """A forum thread of the chat that was deleted or closed: the general thread takes its place."""

    chat_id: int
    thread_id: int


_UNCHANGED = f"{Reason.COPY_UNCHANGED}: message is not modified"

Change = Ended | Moved | Unthreaded


def settlement(delivery: Delivery, verdict: Verdict, policy: OnUnknown, now: datetime) -> Settlement:
    """What the ledger is told."""
    match verdict:
        case outcomes.Sent(message_id):
            return _final(delivery, DeliveryState.SENT, message_id=message_id)
        case outcomes.Done(unchanged):
            return _final(delivery, DeliveryState.SENT, error=_UNCHANGED if unchanged else None)
        case outcomes.Rejected(reason, said) if not _loses_thread(delivery, reason):
            rejected = _final(delivery, DeliveryState.REJECTED, error=f"{reason}: {said}")
            return rejected._replace(unreachable=reason is Reason.COPY_NOT_EDITABLE)
        case outcomes.Uncertain(why):
            return _uncertain(delivery, why, policy, now)
        case outcomes.Unauthorised(said) | outcomes.Conflict(said) if delivery.attempt >= PATIENCE:
            return _final(delivery, DeliveryState.REJECTED, error=said)
        case _:
            return _again(delivery, now, _pause(delivery, verdict), error=_why(verdict))


def consequence(delivery: Delivery, verdict: Verdict) -> Change | None:
    """What the chat has become."""
    match verdict:
        case outcomes.Rejected(reason) if _loses_thread(delivery, reason):
            return Unthreaded(delivery.chat_id, delivery.thread_id or 0)
        case outcomes.Rejected(reason) if verdict.ends is not None:
            return Ended(delivery.chat_id, verdict.ends, reason)
        case outcomes.Migrated(to):
            return Moved(delivery.address, to)
        case _:
            return None


def _loses_thread(delivery: Delivery, reason: Reason) -> bool:
    return delivery.thread_id is not None and reason in UNTHREADED


def _uncertain(delivery: Delivery, why: str, policy: OnUnknown, now: datetime) -> Settlement:
    doubts = delivery.doubts + 1
    if delivery.act is Act.EDIT:
        return _edit_again(delivery, why, now, doubts)
    if policy is OnUnknown.RESEND_ONCE and not delivery.doubts:
        return _again(delivery, now, RESEND_AFTER, error=why, doubts=doubts)
    return _final(delivery, DeliveryState.UNKNOWN, error=why, doubts=doubts)


def _edit_again(delivery: Delivery, why: str, now: datetime, doubts: int) -> Settlement:
    """To edit twice does no harm, so an edit is never left unknown; but somewhen it is given up."""
    if doubts >= MOST_DOUBTS:
        return _final(delivery, DeliveryState.REJECTED, error=f"{Reason.UNCERTAIN_EDIT}: {why}")
    seconds = min(LONGEST_BACKOFF, EDIT_AGAIN_AFTER * 2.0 ** min(doubts - 1, 10))
    return _again(delivery, now, seconds, error=why, doubts=doubts)


def _pause(delivery: Delivery, verdict: Verdict) -> float:
    match verdict:
        case Held(seconds) | outcomes.Throttled(seconds):
            return seconds
        case outcomes.Migrated() | outcomes.Rejected():
            return 0.0
        case _:
            return min(LONGEST_BACKOFF, 2.0 ** min(delivery.attempt - 1, 10))


def _why(verdict: Verdict) -> str | None:
    match verdict:
        case outcomes.Unsent(failure):
            return failure.value
        case outcomes.Throttled(seconds):
            return f"Too Many Requests: retry after {seconds:g}"
        case outcomes.Unauthorised(said) | outcomes.Conflict(said) | outcomes.Rejected(_, said):
            return said
        case _:
            return None


def _again(
    delivery: Delivery, now: datetime, seconds: float, *, error: str | None, doubts: int | None = None
) -> Settlement:
    return Settlement(
        chat_id=delivery.chat_id,
        part=delivery.part,
        attempt=delivery.attempt,
        state=DeliveryState.RETRY_AT,
        not_before=now + timedelta(seconds=seconds),
        error=error,
        doubts=delivery.doubts if doubts is None else doubts,
    )


def _final(
    delivery: Delivery,
    state: DeliveryState,
    *,
    message_id: int | None = None,
    error: str | None = None,
    doubts: int | None = None,
) -> Settlement:
    return Settlement(
        chat_id=delivery.chat_id,
        part=delivery.part,
        attempt=delivery.attempt,
        state=state,
        message_id=message_id,
        error=error,
        doubts=delivery.doubts if doubts is None else doubts,
    )
