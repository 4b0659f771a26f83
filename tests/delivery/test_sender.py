"""Errands on their way: what leaves, what is held, what is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import virtual
from pretended import delivery
from readership import NOON

from delivery import outcomes
from delivery.bodies import Prepared
from delivery.departures import Departures
from delivery.flow import Limits
from delivery.health import ILL_AFTER
from delivery.outcomes import Outcome
from delivery.pacer import Pacer
from delivery.sender import Errand, Sender, Told
from delivery.verdicts import Held, Verdict
from storage.records import Lane

FOREVER = 1e9
NEVER = 3600.0

Test = Callable[[Sender, "Telegram", asyncio.TaskGroup], Awaitable[None]]


class Telegram:
    """Answers after `seconds` what it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.outcome: Outcome = outcomes.Sent(1)
        self.taken: list[bytes] = []

    async def send(self, method: str, prepared: bytes) -> Outcome:
        self.taken.append(prepared)
        await asyncio.sleep(self.seconds)
        return self.outcome

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        return outcomes.Done()

    def begin(self, method: str, prepared: bytes, told: Told, *, is_act: bool) -> None:
        """Nothing leaves at once."""


def run(test: Test, *, rate: float = 10.0) -> None:
    async def main() -> None:
        telegram = Telegram()
        pacer = Pacer(Limits(per_second=rate))
        sender = Sender(telegram, pacer, finished=lambda: None, now=lambda: NOON, departures=Departures())
        sender.trust_until(FOREVER)
        async with asyncio.TaskGroup() as group:
            await test(sender, telegram, group)

    virtual.run(main())


def errand(chat_id: int) -> Errand:
    return Errand(delivery(chat_id), Lane.BROADCAST, Prepared("sendMessage", b"}"))


def verdicts(sender: Sender) -> list[tuple[int, Verdict]]:
    return [(one.chat_id, verdict) for one, verdict in sender.collect()]


def test_an_errand_ends_with_its_verdict() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        sender.carry(errand(5), group)
        assert (sender.under_way, sender.lanes[Lane.BROADCAST]) == (1, 1)
        await asyncio.sleep(1)
        assert (sender.under_way, sender.lanes[Lane.BROADCAST]) == (0, 0)
        assert verdicts(sender) == [(5, outcomes.Sent(1))]
        assert verdicts(sender) == []
        assert telegram.taken == [b'{"chat_id":5}']

    run(test)


def test_an_album_takes_the_time_of_its_items() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        album = Prepared("sendMediaGroup", b"}", cost=5)
        sender.carry(Errand(errand(1).delivery, Lane.BROADCAST, album), group)
        sender.carry(errand(2), group)
        await asyncio.sleep(0.45)
        assert len(telegram.taken) == 1
        await asyncio.sleep(0.1)
        assert len(telegram.taken) == 2

    run(test)


def test_nothing_leaves_when_the_lease_may_be_over() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        sender.trust_until(0.25)
        for chat_id in range(5):
            sender.carry(errand(chat_id), group)
        await asyncio.sleep(2)
        assert len(telegram.taken) == 3, "at 0, 0.1 and 0.2 seconds"
        assert [verdict for _, verdict in verdicts(sender)][3:] == [Held(), Held()]

    run(test)


def test_a_recall_stops_what_has_not_left() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.seconds = 1.0
        for chat_id in range(4):
            sender.carry(errand(chat_id), group)
        await asyncio.sleep(0.15)
        sender.recall()
        await asyncio.sleep(2)
        sent, held = outcomes.Sent(1), Held()
        assert sorted(verdicts(sender), key=lambda one: one[0]) == [
            (0, sent),
            (1, sent),
            (2, held),
            (3, held),
        ]
        assert len(telegram.taken) == 2

    run(test)


def test_a_recall_before_the_first_step_holds_too() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        sender.carry(errand(1), group)
        sender.recall()
        await asyncio.sleep(1)
        assert verdicts(sender) == [(1, Held())]
        assert telegram.taken == []

    run(test)


def test_draining_gives_up_what_does_not_answer() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.seconds = NEVER
        for chat_id in range(3):
            sender.carry(errand(chat_id), group)
        await asyncio.sleep(0.05)
        await sender.drain(10)
        assert sender.under_way == 0
        doubt = outcomes.Uncertain("the sender stopped before the answer came")
        assert sorted(verdicts(sender), key=lambda one: one[0]) == [(0, doubt), (1, Held()), (2, Held())]

    run(test)


def test_draining_gives_up_what_left_at_once_too() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        given_up: list[Told] = []

        def begin(method: str, prepared: bytes, told: Told, *, is_act: bool) -> Callable[[], None]:
            def give_up() -> None:
                given_up.append(told)
                told(outcomes.Uncertain("reset"))

            return give_up

        telegram.begin = begin  # type: ignore[assignment]
        sender.carry(errand(1), group)
        await asyncio.sleep(0.05)
        assert (sender.under_way, telegram.taken) == (1, [])
        await sender.drain(10)
        assert verdicts(sender) == [(1, outcomes.Uncertain("the sender stopped before the answer came"))]
        given_up[0](outcomes.Sent(1))
        assert (sender.under_way, verdicts(sender)) == (0, [])

    run(test)


def test_draining_waits_for_what_left_at_once() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        def begin(method: str, prepared: bytes, told: Told, *, is_act: bool) -> Callable[[], None]:
            return asyncio.get_running_loop().call_later(5, told, outcomes.Sent(7)).cancel

        telegram.begin = begin  # type: ignore[assignment]
        sender.carry(errand(1), group)
        await asyncio.sleep(0.05)
        await sender.drain(10)
        assert verdicts(sender) == [(1, outcomes.Sent(7))]

    run(test)


def test_who_must_wait_long_is_given_back_with_the_time() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.outcome = outcomes.Throttled(40)
        sender.carry(errand(1), group)
        await asyncio.sleep(1)
        assert verdicts(sender) == [(1, outcomes.Throttled(40))]
        sender.carry(errand(1), group)
        await asyncio.sleep(1)
        ((_, held),) = verdicts(sender)
        assert isinstance(held, Held)
        assert 38 < held.seconds < 40
        assert len(telegram.taken) == 1

    run(test)


def test_who_waits_already_when_the_chat_is_punished_is_given_back_too() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.outcome = outcomes.Throttled(3600)
        sender.carry(errand(1), group)
        sender.carry(errand(1), group)
        sender.carry(errand(2), group)
        await asyncio.sleep(0.05)
        assert verdicts(sender) == [(1, Held(3600)), (1, outcomes.Throttled(3600))]
        await asyncio.sleep(0.2)
        assert verdicts(sender) == [(2, outcomes.Throttled(3600))]
        assert (sender.under_way, sender.lanes[Lane.BROADCAST]) == (0, 0)

    run(test)


def test_trouble_holds_back_all_the_others() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.outcome = outcomes.Uncertain("reset")
        for chat_id in range(20):
            sender.carry(errand(chat_id), group)
        await asyncio.sleep(5)
        assert sender.health.ill
        ended = [verdict for _, verdict in verdicts(sender)]
        assert ended.count(telegram.outcome) == len(telegram.taken) == ILL_AFTER
        assert ended.count(Held()) == 20 - ILL_AFTER

    run(test)


def test_what_is_in_hand_is_known() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        sender.carry(errand(1), group)
        sender.give_back(errand(2).delivery)
        assert sender.keys() == {(1, 1, 0, 1), (1, 2, 0, 1)}
        await asyncio.sleep(1)
        assert sender.keys() == {(1, 1, 0, 1), (1, 2, 0, 1)}
        collected = sender.collect()
        assert sender.keys() == set()
        sender.restore(collected)
        assert len(sender.keys()) == 2

    run(test)


def test_latency_is_learnt_from_what_was_sent() -> None:
    async def test(sender: Sender, telegram: Telegram, group: asyncio.TaskGroup) -> None:
        telegram.seconds = 1.0
        for chat_id in range(40):
            sender.carry(errand(chat_id), group)
        await asyncio.sleep(10)
        assert 0.9 < sender.latency <= 1.0

    run(test, rate=100)
