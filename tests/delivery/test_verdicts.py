"""The table from outcomes to settlements, row by row, and what becomes of the chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pretended import delivery

from delivery import verdicts
from delivery.outcomes import (
    Conflict,
    Done,
    Failure,
    Migrated,
    Rejected,
    Sent,
    Throttled,
    Unauthorised,
    Uncertain,
    Unsent,
)
from delivery.reasons import Reason
from delivery.verdicts import Change, Ended, Held, Moved, Unthreaded, Verdict
from storage.records import ChatState, DeliveryState, OnUnknown, Settlement

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARK, RESEND = OnUnknown.PARK, OnUnknown.RESEND_ONCE


def settle(verdict: Verdict, policy: OnUnknown = PARK, *, attempt: int = 1, doubts: int = 0) -> Settlement:
    settled = verdicts.settlement(delivery(attempt=attempt, doubts=doubts), verdict, policy, NOON)
    assert (settled.chat_id, settled.part, settled.attempt) == (5, 0, attempt)
    return settled


@pytest.mark.parametrize(
    ("verdict", "state", "error"),
    [
        (Sent(7), DeliveryState.SENT, None),
        (Sent(None), DeliveryState.SENT, None),
        (Done(), DeliveryState.SENT, None),
        (Done(unchanged=True), DeliveryState.SENT, "copy_unchanged: message is not modified"),
        (Rejected(Reason.BLOCKED, "Forbidden"), DeliveryState.REJECTED, "blocked: Forbidden"),
        (Uncertain("reset"), DeliveryState.UNKNOWN, "reset"),
        (Unsent(Failure.CONNECT), DeliveryState.RETRY_AT, "the connection was refused"),
        (Throttled(7), DeliveryState.RETRY_AT, "Too Many Requests: retry after 7"),
        (Migrated(-100), DeliveryState.RETRY_AT, None),
        (Unauthorised("Unauthorized"), DeliveryState.RETRY_AT, "Unauthorized"),
        (Conflict("Conflict"), DeliveryState.RETRY_AT, "Conflict"),
        (Held(), DeliveryState.RETRY_AT, None),
    ],
)
def test_each_outcome_has_its_state(verdict: Verdict, state: DeliveryState, error: str | None) -> None:
    settled = settle(verdict)
    assert (settled.state, settled.error) == (state, error)
    assert (settled.not_before is None) == (state is not DeliveryState.RETRY_AT)


def test_the_message_id_is_kept() -> None:
    assert settle(Sent(7)).message_id == 7


@pytest.mark.parametrize(
    ("verdict", "seconds"),
    [(Throttled(7), 7), (Migrated(-100), 0), (Held(), 0), (Held(3), 3), (Unsent(Failure.CONNECT), 1)],
)
def test_what_did_not_happen_is_tried_when_it_may(verdict: Verdict, seconds: float) -> None:
    assert settle(verdict).not_before == NOON + timedelta(seconds=seconds)


def test_who_cannot_be_reached_is_tried_less_and_less() -> None:
    pauses = [settle(Unsent(Failure.CONNECT), attempt=attempt).not_before for attempt in (1, 2, 3, 4, 50)]
    assert pauses == [NOON + timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 60)]


def test_a_doubt_is_parked() -> None:
    settled = settle(Uncertain("reset"), PARK)
    assert (settled.state, settled.doubts) == (DeliveryState.UNKNOWN, 1)


def test_the_first_doubt_is_sent_again_and_the_second_is_parked() -> None:
    first = settle(Uncertain("reset"), RESEND)
    assert (first.state, first.doubts) == (DeliveryState.RETRY_AT, 1)
    assert first.not_before == NOON + timedelta(seconds=verdicts.RESEND_AFTER)
    second = settle(Uncertain("reset"), RESEND, attempt=2, doubts=1)
    assert (second.state, second.doubts) == (DeliveryState.UNKNOWN, 2)


@pytest.mark.parametrize("verdict", [Throttled(1), Unsent(Failure.POOL), Held(), Sent(1)])
def test_what_is_certain_adds_no_doubt(verdict: Verdict) -> None:
    assert settle(verdict, RESEND, doubts=1).doubts == 1


def test_a_method_that_is_refused_again_and_again_is_given_up() -> None:
    assert settle(Unauthorised("Not Found"), attempt=4).state is DeliveryState.RETRY_AT
    assert settle(Unauthorised("Not Found"), attempt=5).state is DeliveryState.REJECTED


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Rejected(Reason.KICKED, "x"), Ended(5, ChatState.BLOCKED, "kicked")),
        (Rejected(Reason.CHAT_NOT_FOUND, "x"), Ended(5, ChatState.GONE, "chat_not_found")),
        (Rejected(Reason.TOO_LONG, "x"), None),
        (Rejected(Reason.THREAD_CLOSED, "x"), Ended(5, ChatState.BLOCKED, "thread_closed")),
        (Migrated(-100), Moved(-500, -100)),
        (Sent(1), None),
        (Uncertain("x"), None),
        (Held(), None),
    ],
)
def test_what_becomes_of_the_chat(verdict: Verdict, expected: Change | None) -> None:
    assert verdicts.consequence(delivery(address=-500), verdict) == expected


@pytest.mark.parametrize("reason", [Reason.THREAD_NOT_FOUND, Reason.THREAD_CLOSED])
def test_a_thread_that_is_lost_is_left_for_the_general_one(reason: Reason) -> None:
    threaded = delivery()._replace(thread_id=9)
    verdict = Rejected(reason, "x")
    assert verdicts.consequence(threaded, verdict) == Unthreaded(5, 9)
    settled = verdicts.settlement(threaded, verdict, PARK, NOON)
    assert (settled.state, settled.not_before, settled.error) == (DeliveryState.RETRY_AT, NOON, "x")
    assert verdicts.settlement(delivery(), verdict, PARK, NOON).state is DeliveryState.REJECTED
