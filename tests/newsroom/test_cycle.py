"""The life of a story as a table, and the laws that hold whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import cycle
from newsroom.cycle import RULES, Actor, Step
from storage.records import StoryState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOT_OUT = set(StoryState) - {StoryState.PUBLISHED, StoryState.KILLED}
times = st.none() | st.integers(-90, 90).map(lambda minutes: NOW + timedelta(minutes=minutes))


def test_a_kill_is_final() -> None:
    assert [step for step in Step if StoryState.KILLED in RULES[step].before] == []


def test_every_state_can_be_left_but_that_one_and_every_state_can_be_killed() -> None:
    for state in set(StoryState) - {StoryState.KILLED}:
        ways = [step for step in Step if cycle.after(state, step, Actor.EDITOR)]
        assert Step.KILL in ways


def test_out_of_an_embargo_only_its_end_and_its_source_lead_to_readers() -> None:
    ways = {
        (step, actor)
        for step in Step
        for actor in Actor
        if cycle.after(StoryState.EMBARGOED, step, actor) is StoryState.PUBLISHED
    }
    assert ways == {(Step.OPEN, Actor.CLOCK), (Step.LIFT, Actor.SOURCE)}


def test_the_clock_does_nothing_but_open() -> None:
    assert [step for step in Step if Actor.CLOCK in RULES[step].actors] == [Step.OPEN]


@pytest.mark.parametrize("state", sorted(NOT_OUT))
def test_schedule_and_embargo_exclude_each_other(state: StoryState) -> None:
    assert cycle.time_after(state, Step.SCHEDULE, NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert cycle.after(StoryState.EMBARGOED, Step.SCHEDULE, Actor.EDITOR) is None


@given(known=times, claimed=times)
def test_a_stranger_never_shortens_an_embargo(known: datetime | None, claimed: datetime | None) -> None:
    known = cycle.running(known, NOW)
    after = cycle.embargo_after(known, claimed, trusted=False, now=NOW)
    assert known is None or (after is not None and after >= known)


@given(known=times)
def test_a_take_that_says_nothing_inherits_it(known: datetime | None) -> None:
    for trusted in (True, False):
        assert cycle.embargo_after(known, None, trusted=trusted, now=NOW) == cycle.running(known, NOW)


@given(claimed=times)
def test_a_trusted_source_sets_and_lifts_it(claimed: datetime | None) -> None:
    known = NOW + timedelta(minutes=30)
    after = cycle.embargo_after(known, claimed, trusted=True, now=NOW)
    assert after == (known if claimed is None else cycle.running(claimed, NOW))


def test_a_schedule_ends_with_a_hold_and_an_embargo_does_not() -> None:
    assert cycle.time_after(StoryState.SCHEDULED, Step.HOLD, NOW, None) is None
    assert cycle.time_after(StoryState.EMBARGOED, Step.HOLD, NOW, None) == NOW
    assert cycle.time_after(StoryState.HELD, Step.RELEASE, NOW, None) == NOW
