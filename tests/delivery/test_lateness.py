"""However late the event loop, the network or the server are: no window of the server's holds too many."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from dataclasses import dataclass, field

import pytest
import virtual
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.flow import Limits
from delivery.pacer import Pacer
from delivery.places import DOUBT, FEW, GUARD, HIDDEN, LONGEST_DOUBT, MEMORY, Places, Quickest
from storage.records import Lane


@dataclass
class Server:
    """Counts calls when it reads them: it reads nothing while it stands still."""

    dice: random.Random
    trip: float
    jitter: float
    arrivals: list[float] = field(default_factory=list)
    stands_until: float = 0.0

    async def answer(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.trip / 2 + self.dice.uniform(0, self.jitter))
        await asyncio.sleep(max(0.0, self.stands_until - loop.time()))
        self.arrivals.append(loop.time())
        await asyncio.sleep(self.trip / 2)

    def worst(self, seconds: float = 1.0) -> int:
        times = sorted(self.arrivals)
        return max(bisect_right(times, at + seconds - 1e-9) - i for i, at in enumerate(times))

    def share(self, rate: int, warm: int = 1) -> float:
        times = sorted(self.arrivals)[warm:]
        return (len(times) - 1) / (times[-1] - times[0]) / rate


async def disturb(server: Server, dice: random.Random, stalls: tuple[float, ...]) -> None:
    """Now and then the loop of the sender is late, now and then the server stands still."""
    clock = asyncio.get_running_loop()._jump  # type: ignore[attr-defined]  # the clock of `virtual`
    while True:
        await asyncio.sleep(dice.expovariate(4))
        stall = dice.choice(stalls)
        if dice.random() < 0.5:
            clock.now += stall
        else:
            server.stands_until = max(server.stands_until, clock.now + stall)


def run(rate: int, seconds: float, server: Server, stalls: tuple[float, ...]) -> Server:
    async def main() -> None:
        pacer = Pacer(Limits(per_second=rate))
        trouble = asyncio.create_task(disturb(server, server.dice, stalls)) if stalls else None

        async def send(chat: int) -> None:
            async with pacer.turn(Lane.BROADCAST, chat):
                await server.answer()

        await asyncio.gather(*(send(chat) for chat in range(1, int(rate * seconds))))
        if trouble is not None:
            trouble.cancel()

    virtual.run(main())
    return server


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rate=st.sampled_from([5, 30, 200]),
    trip=st.sampled_from([0.0, 0.05, 0.5]),
    stall=st.sampled_from([0.01, 0.05, 0.3]),
)
def test_no_lateness_makes_a_burst_that_the_server_refuses(
    seed: int, rate: int, trip: float, stall: float
) -> None:
    server = Server(random.Random(seed), trip, jitter=GUARD)
    run(rate, 8, server, stalls=(0.0, stall / 2, stall))
    assert server.worst() <= rate


@pytest.mark.parametrize(("rate", "seconds"), [(30, 60), (1000, 10)])
@pytest.mark.parametrize("trip", [0.0, 0.05])
def test_usual_lateness_costs_nothing(rate: int, seconds: float, trip: float) -> None:
    server = Server(random.Random(1), trip, jitter=0.004)
    run(rate, seconds, server, stalls=(0.002, 0.01))
    assert server.worst() <= rate
    assert server.share(rate, warm=rate * 2) >= 0.98


def test_answers_that_take_long_do_not_lower_the_rate() -> None:
    server = run(30, 60, Server(random.Random(1), trip=3.0, jitter=GUARD), stalls=())
    assert server.worst() <= 30
    assert server.share(30, warm=300) >= 0.98


def test_a_place_is_kept_for_a_call_that_may_have_arrived_late() -> None:
    places = Places(1, 1.0)
    places.landed(0.1, places.take(0.0, 1))
    assert places.free_at(1) == pytest.approx(1.1 + GUARD), (
        "the first may have arrived just before its answer"
    )
    for turn in range(2, 200, 2):
        places.landed(turn + 0.1, places.take(turn, 1))
    assert places.free_at(1) == pytest.approx(turn + 1 + HIDDEN)
    late = places.take(200.0, 1)
    assert places.free_at(1) == 201 + LONGEST_DOUBT, "nothing is known of it yet"
    places.landed(200.4, late)
    assert places.free_at(1) == pytest.approx(201.3 + GUARD)


def test_answers_that_come_all_at_once_are_late_whatever_their_order() -> None:
    """The loop stood still: the answer of one that left later is read first."""
    places = Places(3, 1.0)
    for turn in range(FEW):
        places.landed(10 * turn + 0.1, places.take(10 * turn, 1))
    first, later = places.take(500.0, 1), places.take(500.2, 1)
    places.landed(500.9, later)
    places.landed(500.9, first)
    places.take(500.9, 1)
    assert places.free_at(1) == pytest.approx(500.9 - 0.1 + 1 + GUARD)


def test_one_slow_chat_keeps_its_place_no_longer_than_a_lost_packet_takes() -> None:
    places = Places(3, 1.0)
    places.take(0.0, 1)
    later = places.take(0.2, 1)
    places.take(0.4, 1)
    assert places.free_at(1) == 1 + LONGEST_DOUBT, "everything may stand still"
    places.landed(0.5, later)
    assert places.free_at(1) == 1 + DOUBT, "it is only this one"
    assert places.free_at(2) == 1.2 + 0.3 + GUARD
    assert places.free_at(3) == 1.4 + LONGEST_DOUBT


def test_the_quickest_answer_is_forgotten_in_time() -> None:
    quickest = Quickest()
    for answer in range(FEW):
        quickest.lateness(0.02, answer / FEW)
    assert quickest.lateness(0.1, 1.1) == pytest.approx(0.08)
    assert quickest.lateness(0.1, MEMORY + 2) == pytest.approx(0.08)
    assert quickest.lateness(0.1, 2 * MEMORY + 4) == 0


def test_an_album_waits_for_as_many_places_as_it_has_items() -> None:
    places = Places(3, 1.0)
    for at in (0.0, 0.1, 0.2):
        places.landed(at, places.take(at, 1))  # answered at once
    assert places.free_at(1) == pytest.approx(1 + HIDDEN)
    assert places.free_at(2) == pytest.approx(1.1 + HIDDEN)
    assert places.free_at(9) == pytest.approx(1.2 + HIDDEN)
    places.take(2.0, 9)
    assert places.free_at(1) == 3 + LONGEST_DOUBT
