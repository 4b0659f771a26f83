"""When sending stops because Telegram is ill, and how it begins again."""

from __future__ import annotations

import pytest

from delivery.health import FIRST_PAUSE, ILL_AFTER, LONGEST_PAUSE, Health
from delivery.outcomes import (
    Done,
    Failure,
    Rejected,
    Sent,
    Throttled,
    Unauthorised,
    Uncertain,
    Unsent,
)
from delivery.reasons import Reason
from delivery.verdicts import Held, Verdict

TROUBLE = Uncertain("reset")


def fell_ill() -> Health:
    health = Health()
    for _ in range(ILL_AFTER):
        health.note(TROUBLE)
    return health


@pytest.mark.parametrize("trouble", [TROUBLE, Unsent(Failure.CONNECT), Unauthorised("Unauthorized")])
def test_some_troubled_answers_in_a_row_stop_everything(trouble: Verdict) -> None:
    health = Health()
    for _ in range(ILL_AFTER - 1):
        health.note(trouble)
    assert health.capacity(20) == 20
    health.note(trouble)
    assert health.ill
    assert health.capacity(20) == 0


@pytest.mark.parametrize("answer", [Sent(1), Done(), Rejected(Reason.BLOCKED, "x"), Throttled(3)])
def test_any_answer_shows_that_the_server_is_well(answer: Verdict) -> None:
    health = Health()
    for _ in range(3 * ILL_AFTER):
        health.note(TROUBLE)
        health.note(answer)
    assert not health.ill


@pytest.mark.parametrize("verdict", [Held(), Unsent(Failure.POOL)])
def test_what_never_left_says_nothing_of_the_server(verdict: Verdict) -> None:
    health = Health()
    for _ in range(3 * ILL_AFTER):
        health.note(verdict)
    assert not health.ill


def test_the_first_message_afterwards_goes_alone() -> None:
    health = fell_ill()
    health.probed(Done())
    assert health.capacity(20) == 1
    health.note(Sent(1))
    assert health.capacity(20) == 20
    assert health.pause == FIRST_PAUSE


def test_a_trial_that_fails_is_not_repeated_soon() -> None:
    health = fell_ill()
    for failures in range(1, 5):
        health.probed(Done())
        health.note(TROUBLE)
        assert health.ill
        assert health.pause == FIRST_PAUSE * 2**failures


def test_the_pause_between_questions_is_bounded() -> None:
    health = fell_ill()
    for _ in range(50):
        health.probed(TROUBLE)
    assert health.pause == LONGEST_PAUSE


def test_a_late_good_answer_does_not_end_the_illness() -> None:
    health = fell_ill()
    health.note(Sent(1))
    assert health.ill
