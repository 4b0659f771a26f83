"""The laws of the pace, on a clock that only the test moves."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.flow import CATCH_UP, GUARD, RECOVERY, WARM_UP, Flow, Limits, Window
from delivery.lanes import ChatId
from delivery.pace import ESCALATION, FAIR_TURN, Pace
from storage.records import Lane


@dataclass
class Left:
    at: float
    lane: Lane
    chat: ChatId | None
    cost: int


@dataclass
class Clock:
    """Moves from one possible grant to the next, late by what `lateness` says in turn."""

    pace: Pace
    now: float = 0.0
    lateness: list[float] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def drain(self) -> None:
        while (ask := self.pace.grant(self.now)) is not None:
            chat = ask.chat.id if ask.chat else None
            self.left.append(Left(self.now, ask.lane, chat, ask.cost))
            self.pace.landed(ask, self.now)

    def until(self, end: float = float("inf")) -> None:
        """Until `end`, or until nobody waits."""
        self.drain()
        turn = 0
        while (when := self.pace.next_at()) is not None and when <= end:
            late = self.lateness[turn % len(self.lateness)] if self.lateness else 0.0
            self.now = max(self.now, when) + late
            turn += 1
            self.drain()
        if end < float("inf"):
            self.now = max(self.now, end)

    def times(self, **where: object) -> list[float]:
        return [
            left.at
            for left in self.left
            if all(getattr(left, name) == value for name, value in where.items())
            for _ in range(left.cost)
        ]


def worst(times: list[float], seconds: float) -> int:
    """The most in any half-open stretch of so many seconds."""
    return max((bisect_right(times, at + seconds - 1e-9) - i for i, at in enumerate(times)), default=0)


def waiting(limits: Limits, chats: int, lane: Lane = Lane.BROADCAST) -> Clock:
    pace = Pace(limits)
    for chat in range(1, chats + 1):
        pace.ask(lane, chat, 1)
    return Clock(pace)


@pytest.mark.parametrize(("rate", "share"), [(30, 0.98), (1000, 0.98), (5, 0.98), (0.5, 0.98)])
@pytest.mark.parametrize("late", [0.0, 0.001, 0.005])
def test_the_permitted_rate_is_used_and_never_exceeded(rate: float, share: float, late: float) -> None:
    clock = waiting(Limits(per_second=rate), int(rate * 20) + 1)
    clock.lateness = [late, 0.0, late / 2]
    clock.until()
    times = clock.times()
    assert worst(times, max(1.0, 1 / rate)) <= max(1, rate)
    assert (len(times) - 1) / (times[-1] - times[0]) >= share * rate


def test_a_late_timer_is_made_good_within_the_limit() -> None:
    clock = waiting(Limits(per_second=1000), 10_000)
    clock.lateness = [0.0] * 200 + [CATCH_UP / 2]
    clock.until()
    times = clock.times()
    assert worst(times, 1.0) <= 1000
    assert len(times) / times[-1] >= 970


def test_calls_are_spaced_evenly() -> None:
    clock = waiting(Limits(per_second=30), 300)
    clock.until()
    times = clock.times()
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert max(gaps[1:]) - min(gaps[1:]) < 1e-6


@settings(max_examples=60, deadline=None)
@given(
    rate=st.integers(1, 60),
    asks=st.lists(
        st.tuples(
            st.floats(0, 3),
            st.sampled_from(Lane),
            st.integers(-4, 8).map(lambda chat: chat or None),
            st.integers(1, 10),
        ),
        max_size=80,
    ),
    lateness=st.lists(st.sampled_from([0.0, 0.0005, 0.004, 0.03, 0.4]), max_size=5),
)
def test_no_window_holds_more_than_the_limit(
    rate: int, asks: list[tuple[float, Lane, int | None, int]], lateness: list[float]
) -> None:
    clock = Clock(Pace(Limits(per_second=rate, per_chat=1, per_group_minute=20)), lateness=lateness)
    for at, lane, chat, cost in sorted(asks, key=lambda ask: ask[0]):
        clock.until(at)
        clock.pace.ask(lane, chat, cost)
    clock.until()
    assert Counter((left.lane, left.chat, left.cost) for left in clock.left) == Counter(
        ask[1:] for ask in asks
    )
    # An album larger than the limit cannot be cut, and counts as the whole of it.
    whole = [left.at for left in clock.left for _ in range(min(left.cost, rate))]
    assert worst(whole, 1.0) <= rate
    by_chat = defaultdict(list)
    for left in clock.left:
        by_chat[left.chat].append(left)
    for name, calls in by_chat.items():
        if name is not None:
            for before, after in itertools.pairwise(calls):
                assert after.at - before.at >= before.cost
        if isinstance(name, int) and name < 0:
            assert worst([left.at for left in calls for _ in range(left.cost)], 60.0) <= 20


def test_a_group_gets_its_twenty_a_minute_and_a_person_one_a_second() -> None:
    pace = Pace(Limits())
    for _ in range(45):
        pace.ask(Lane.BROADCAST, -7, 1)
        pace.ask(Lane.BROADCAST, 7, 1)
    clock = Clock(pace)
    clock.until()
    group, person = clock.times(chat=-7), clock.times(chat=7)
    assert worst(group, 60.0) == 20
    assert 120 < group[-1] < 126
    assert worst(person, 1.0) == 1
    assert person[-1] < 46


def test_a_channel_by_name_is_a_group() -> None:
    pace = Pace(Limits(per_group_minute=2))
    for _ in range(3):
        pace.ask(Lane.BROADCAST, "@ajil", 1)
    clock = Clock(pace)
    clock.until()
    assert clock.times(chat="@ajil")[-1] >= 60


def test_the_most_urgent_lane_goes_first() -> None:
    pace = Pace(Limits())
    for lane in sorted(Lane, reverse=True):
        pace.ask(lane, 10 + lane, 1)
    clock = Clock(pace)
    clock.until()
    assert [left.lane for left in clock.left] == sorted(Lane)


@pytest.mark.parametrize("lane", [Lane.KILL, Lane.BREAKING, Lane.REPLY])
def test_what_is_urgent_overtakes_a_running_digest_within_a_second(lane: Lane) -> None:
    clock = waiting(Limits(), 5000, Lane.DIGEST)
    clock.until(60)
    clock.pace.ask(lane, 10_000, 1)
    clock.until(61)
    assert clock.times(lane=lane)[0] - 60 < 0.1


def test_replies_get_at_most_half_while_others_wait() -> None:
    pace = Pace(Limits())
    for chat in range(1, 301):
        pace.ask(Lane.REPLY, chat, 1)
        pace.ask(Lane.BREAKING, 1000 + chat, 1)
    clock = Clock(pace)
    clock.until(10)
    lanes = Counter(left.lane for left in clock.left)
    assert abs(lanes[Lane.REPLY] - lanes[Lane.BREAKING]) <= 1


def test_replies_get_everything_when_nobody_else_waits() -> None:
    clock = waiting(Limits(), 300, Lane.REPLY)
    clock.until()
    assert 300 / clock.left[-1].at > 29.4


def test_no_lane_starves() -> None:
    pace = Pace(Limits())
    for lane in Lane:
        for chat in range(1000):
            pace.ask(lane, 10_000 * (lane + 1) + chat, 1)
    clock = Clock(pace)
    clock.until(60)
    lanes = Counter(left.lane for left in clock.left)
    assert min(lanes[lane] for lane in Lane) >= 60 * 29 / 2 / FAIR_TURN / len(Lane)
    assert lanes[Lane.KILL] >= 0.9 * lanes[Lane.REPLY]


def test_a_punished_chat_holds_up_nobody() -> None:
    clock = waiting(Limits(), 3000)
    for _ in range(50):
        clock.pace.ask(Lane.KILL, 1, 1)
    clock.pace.penalise(0.0, 1, 30)
    clock.until(30)
    assert not clock.times(chat=1)
    assert len(clock.left) >= 0.98 * 30 * 30
    clock.until(90)
    assert worst(clock.times(chat=1), 1.0) == 1
    assert len(clock.times(chat=1)) > 40


def test_one_chat_s_penalties_are_its_own_however_many() -> None:
    clock = waiting(Limits(), 3000)
    for at in range(10):
        clock.until(at / 10)
        clock.pace.penalise(clock.now, 1, 5)
        clock.pace.penalise(clock.now, 2, 10_072)
    assert clock.pace.paused_until == 0
    assert clock.pace.rate(clock.now) == 30


def test_penalties_far_apart_are_each_chat_s_own() -> None:
    pace = Pace(Limits())
    for chat in range(1, 20):
        pace.penalise(chat * 3.0, chat, 60)
    assert pace.paused_until == 0


def test_an_album_takes_the_time_of_its_items() -> None:
    pace = Pace(Limits(per_second=30))
    for chat in (1, 2, 3):
        pace.ask(Lane.BROADCAST, chat, 10)
    clock = Clock(pace)
    clock.until()
    assert [left.at for left in clock.left] == pytest.approx([0, 0.338, 0.677], abs=0.002)


def test_the_next_of_a_chat_is_woken_though_the_first_gave_up() -> None:
    pace = Pace(Limits())
    clock = Clock(pace)
    asks = [pace.ask(Lane.BROADCAST, 1, 1) for _ in range(3)]
    clock.drain()
    pace.penalise(clock.now, None, 5)
    clock.until(4)
    woken = next(ask for ask in asks[1:] if ask.home is pace._ready)
    pace.withdraw(woken)
    clock.until()
    assert len(clock.left) == 2


def test_penalties_in_several_chats_are_the_bot_s_and_the_rate_comes_back_in_steps() -> None:
    clock = waiting(Limits(), 5000)
    clock.until(10)
    before = len(clock.left)
    clock.pace.penalise(10.0, 1, 7)
    clock.pace.penalise(10.1, 2, 7)
    assert clock.pace.paused_until == 0
    clock.pace.penalise(10.2, 3, 7)
    end = clock.pace.paused_until
    assert end == pytest.approx(17.2)
    assert clock.pace.rate(12.0) == 0
    clock.until(end + 60)
    after = [left.at for left in clock.left[before:]]
    assert after[0] >= end
    rates = [
        len([at for at in after if end + step * RECOVERY <= at < end + (step + 1) * RECOVERY]) / RECOVERY
        for step in range(6)
    ]
    assert rates == pytest.approx([30 * share for share in (0.5, 0.625, 0.75, 0.875, 1, 1)], rel=0.05)


def test_a_short_penalty_is_made_good_soon() -> None:
    pace = Pace(Limits())
    pace.penalise(0.0, None, 1)
    assert [pace.rate(at) for at in (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)] == [0, 15, 18.75, 22.5, 26.25, 30]


def test_a_second_penalty_halves_again_but_never_stops() -> None:
    pace = Pace(Limits())
    for at, rate in ((0, 15), (2, 7.5), (4, 3.75), (6, 3.75)):
        pace.penalise(at, None, 2)
        assert pace.rate(at + 2) == rate


def test_what_was_in_flight_when_the_penalty_came_makes_it_no_worse() -> None:
    pace = Pace(Limits())
    for chat in range(1, 20):
        pace.penalise(0.0, chat, 5)
    assert pace.rate(5.0) == 15


def test_a_long_penalty_of_one_chat_is_not_the_bot_s() -> None:
    pace = Pace(Limits())
    pace.penalise(0.0, 1, 10_072)
    pace.penalise(0.0, 2, 3)
    pace.penalise(0.0, 3, 3)
    assert pace.paused_until == 3 + ESCALATION


def test_a_penalty_without_a_chat_is_the_bot_s() -> None:
    pace = Pace(Limits())
    pace.penalise(0.0, None, 4)
    assert pace.paused_until == 4


def test_withdrawn_asks_take_nothing_and_leave_nothing() -> None:
    pace = Pace(Limits())
    asks = [pace.ask(Lane.BROADCAST, chat % 7 - 3, 1) for chat in range(100)]
    clock = Clock(pace)
    clock.drain()
    for ask in asks:
        pace.withdraw(ask)
        pace.withdraw(ask)
    clock.until(1000)
    assert pace.next_at() is None
    pace.grant(1000)
    assert pace._chats == {}
    assert pace._alarms == []
    assert len(clock.left) == 1


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ask", "withdraw", "penalise", "wait"]),
            st.integers(-3, 3),
            st.floats(0, 5),
            st.sampled_from(Lane),
        ),
        max_size=60,
    )
)
def test_everything_asked_for_leaves_and_nothing_is_remembered(
    steps: list[tuple[str, int, float, Lane]],
) -> None:
    clock = Clock(Pace(Limits(per_second=10)))
    asks = []
    withdrawn = 0
    for step, chat, seconds, lane in steps:
        if step == "ask":
            asks.append(clock.pace.ask(lane, chat or None, 1))
        elif step == "withdraw" and asks and asks[-1].home is not None:
            clock.pace.withdraw(asks.pop())
            withdrawn += 1
        elif step == "penalise":
            clock.pace.penalise(clock.now, chat or None, seconds)
        else:
            clock.until(clock.now + seconds)
    clock.until()
    assert len(clock.left) == len(asks)
    clock.now += 100
    clock.drain()
    assert clock.pace._chats == {}
    assert clock.pace._alarms == []
    assert clock.pace._parked == 0


def test_idle_chats_are_forgotten_while_others_send() -> None:
    clock = waiting(Limits(per_second=1000), 20_000)
    clock.until()
    assert len(clock.pace._chats) <= 1100


def test_when_a_chat_may_be_sent_to() -> None:
    clock = waiting(Limits(), 1)
    assert clock.pace.chat_free_at(1) == 0
    clock.drain()
    assert clock.pace.chat_free_at(1) == 1 + GUARD
    assert clock.pace.chat_free_at(2) == 0
    clock.pace.penalise(0.0, 2, 9)
    assert clock.pace.chat_free_at(2) == 9
    clock.pace.penalise(0.0, None, 20)
    assert clock.pace.chat_free_at(2) == clock.pace.chat_free_at(99) == 20


@given(st.integers(1, 20), st.lists(st.tuples(st.floats(0, 2), st.integers(1, 30)), max_size=60))
def test_a_window_is_exact(limit: int, calls: list[tuple[float, int]]) -> None:
    window = Window(limit, 1.5)
    now, times = 0.0, []
    for wait, cost in calls:
        now = max(now + wait, window.free_at(cost))
        window.take(now, cost)
        times += [now] * min(cost, limit)
        assert worst(times, 1.5) <= limit


def test_a_flow_at_rest_begins_at_once() -> None:
    flow = Flow(30)
    assert flow.free_at(1) == 0
    flow.take(100.0, 1)
    assert flow.free_at(1) == 100 + WARM_UP
