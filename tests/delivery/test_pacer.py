"""The pacer on an event loop whose hours pass at once, and under python-telegram-bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest
import virtual
from servers import TOKEN, http, listening, request_of
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from delivery.errors import FloodError
from delivery.flow import Limits
from delivery.limiter import ATTEMPTS, LONGEST_WAIT, PacedLimiter, chat_of, cost_of
from delivery.pacer import Pacer
from delivery.request import AiohttpRequest
from storage.records import Lane


def now() -> float:
    return asyncio.get_running_loop().time()


async def leaves(pacer: Pacer, lane: Lane, chat: int | None, cost: int = 1) -> float:
    async with pacer.turn(lane, chat, cost=cost):
        return now()


@pytest.mark.parametrize(("rate", "share"), [(30, 0.98), (1000, 0.98)])
def test_thousands_that_wait_leave_at_the_permitted_rate(rate: int, share: float) -> None:
    async def main() -> list[float]:
        pacer = Pacer(Limits(per_second=rate))
        return sorted(
            await asyncio.gather(*(leaves(pacer, Lane.BROADCAST, chat) for chat in range(1, rate * 5)))
        )

    times = virtual.run(main())
    assert (len(times) - 2) / (times[-1] - times[1]) >= share * rate, "the first is for a new connection"
    assert all(after - before > 1 for before, after in zip(times, times[rate:], strict=False))


def test_an_idle_pacer_does_not_wait() -> None:
    async def main() -> float:
        return await leaves(Pacer(Limits()), Lane.REPLY, 1)

    assert virtual.run(main()) == 0


def test_a_reply_passes_the_thousands_that_wait() -> None:
    async def main() -> float:
        pacer = Pacer(Limits())
        crowd = [asyncio.create_task(leaves(pacer, Lane.DIGEST, chat)) for chat in range(1, 20_001)]
        await asyncio.sleep(100)
        asked = now()
        waited = await leaves(pacer, Lane.REPLY, 5_000_000) - asked
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        return waited

    assert virtual.run(main()) < 0.1


def test_cancelled_callers_give_their_place_up() -> None:
    async def main() -> tuple[int, float]:
        pacer = Pacer(Limits(per_second=10))
        tasks = [asyncio.create_task(leaves(pacer, Lane.BROADCAST, chat)) for chat in range(1, 101)]
        await asyncio.sleep(0)
        for task in tasks[1:99]:
            task.cancel()
        times = [
            time for time in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(time, float)
        ]
        return len(times), max(times)

    left, last = virtual.run(main())
    assert left == 2
    assert last < 0.2


def test_a_place_that_was_given_is_not_given_back() -> None:
    """Cancelled between its turn and its waking, a caller has spent the turn: the pace stays honest."""

    async def main() -> float:
        pacer = Pacer(Limits(per_second=1))
        await leaves(pacer, Lane.BROADCAST, 1)
        second = asyncio.create_task(leaves(pacer, Lane.BROADCAST, 2))
        third = asyncio.create_task(leaves(pacer, Lane.BROADCAST, 3))
        asyncio.get_running_loop().call_at(1.2, second.cancel)
        await asyncio.sleep(1.2)
        return await third

    assert virtual.run(main()) > 2


def test_a_turn_that_comes_together_with_the_cancelling_harms_nobody() -> None:
    async def main() -> float:
        pacer = Pacer(Limits(per_second=1))
        await leaves(pacer, Lane.BROADCAST, 1)
        second = asyncio.create_task(leaves(pacer, Lane.BROADCAST, 2))
        third = asyncio.create_task(leaves(pacer, Lane.BROADCAST, 3))
        await asyncio.sleep(0.5)
        asyncio.get_running_loop()._jump.now += 1  # type: ignore[attr-defined]  # the clock of `virtual`
        second.cancel()
        pacer._pump()
        return await third

    assert virtual.run(main()) > 2


def test_whoever_waits_for_hours_delays_no_timer() -> None:
    async def main() -> float:
        pacer = Pacer(Limits())
        pacer.throttled(1, 3600)
        punished = asyncio.create_task(leaves(pacer, Lane.KILL, 1))
        await asyncio.sleep(0)
        await leaves(pacer, Lane.DIGEST, 2)
        left = await leaves(pacer, Lane.DIGEST, 3)
        punished.cancel()
        return left

    assert virtual.run(main()) < 0.1


def test_an_album_that_leaves_the_queue_makes_room_at_once() -> None:
    async def main() -> float:
        pacer = Pacer(Limits(per_second=10))
        for chat in range(1, 10):
            await leaves(pacer, Lane.BROADCAST, chat)
        album = asyncio.create_task(leaves(pacer, Lane.REPLY, 100, cost=10))
        await asyncio.sleep(0)
        after = asyncio.create_task(leaves(pacer, Lane.BROADCAST, 101))
        await asyncio.sleep(0.15)
        album.cancel()
        return await after

    assert virtual.run(main()) < 1


def test_a_penalty_of_the_bot_stops_free_calls_too() -> None:
    async def main() -> list[float]:
        pacer = Pacer(Limits())
        pacer.throttled(None, 10)
        asyncio.get_running_loop().call_at(5, pacer.throttled, None, 10)
        assert pacer.paused_for() == 10
        assert pacer.rate() == 0
        return [await leaves(pacer, Lane.REPLY, 1, cost=0), await leaves(pacer, Lane.REPLY, 1)]

    times = virtual.run(main())
    assert times[0] == times[1] == 15


def test_free_calls_take_nothing() -> None:
    async def main() -> float:
        pacer = Pacer(Limits(per_second=1))
        for _ in range(100):
            await leaves(pacer, Lane.REPLY, 1, cost=0)
        return await leaves(pacer, Lane.REPLY, 1)

    assert virtual.run(main()) == 0


def test_a_courier_can_see_whom_to_leave_for_later() -> None:
    async def main() -> tuple[float, float]:
        pacer = Pacer(Limits())
        pacer.throttled(1, 30)
        await asyncio.sleep(10)
        return pacer.delay(1), pacer.delay(2)

    assert virtual.run(main()) == (20, 0)


def test_an_ask_is_called_later_and_never_after_it_was_withdrawn() -> None:
    async def main() -> list[tuple[int, float]]:
        pacer = Pacer(Limits(per_second=10))
        called: list[tuple[int, float]] = []
        asks = [
            pacer.ask(Lane.BROADCAST, chat, partial(lambda chat: called.append((chat, now())), chat))
            for chat in (1, 2, 3)
        ]
        assert called == []
        pacer.withdraw(asks[1])
        await asyncio.sleep(1)
        pacer.withdraw(asks[0])
        return called

    (first, at_once), (last, later) = virtual.run(main())
    assert (first, at_once, last) == (1, 0, 3)
    assert 0.1 < later < 0.2


def test_one_that_fails_to_leave_stops_nobody_else() -> None:
    async def main() -> list[str]:
        pacer = Pacer(Limits(per_second=10))
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append("failed"))

        def fail() -> None:
            raise RuntimeError("its group is gone")

        pacer.ask(Lane.BROADCAST, 1, fail)
        pacer.ask(Lane.BROADCAST, 2, partial(told.append, "left"))
        await asyncio.sleep(1)
        return told

    assert virtual.run(main()) == ["failed", "left"]


Callback = Callable[..., Coroutine[Any, Any, bool]]


def refusing(times: int, seconds: float = 3) -> tuple[Callback, list[float]]:
    calls: list[float] = []

    async def callback() -> bool:
        calls.append(now())
        if len(calls) <= times:
            raise FloodError(seconds)
        return True

    return callback, calls


async def limited(
    pacer: Pacer,
    callback: Callback,
    endpoint: str = "sendMessage",
    lane: Lane | None = None,
    **data: object,
) -> Any:
    return await PacedLimiter(pacer).process_request(callback, (), {}, endpoint, data or {"chat_id": 5}, lane)


def test_a_refused_message_is_sent_again_when_its_time_has_come() -> None:
    callback, calls = refusing(2)

    async def main() -> Any:
        return await limited(Pacer(Limits()), callback)

    assert virtual.run(main()) is True
    assert calls == [0, 3, 6]


def test_a_message_is_not_sent_again_for_ever() -> None:
    callback, calls = refusing(10)

    async def main() -> None:
        with pytest.raises(RetryAfter):
            await limited(Pacer(Limits()), callback)

    virtual.run(main())
    assert len(calls) == ATTEMPTS


def test_nobody_waits_for_hours() -> None:
    callback, calls = refusing(10, LONGEST_WAIT + 1)

    async def main() -> float:
        pacer = Pacer(Limits())
        with pytest.raises(RetryAfter):
            await limited(pacer, callback)
        return pacer.delay(5)

    assert virtual.run(main()) == LONGEST_WAIT + 1
    assert len(calls) == 1


def test_a_refused_command_menu_holds_nothing_up() -> None:
    callback, calls = refusing(10, 80_000)

    async def main() -> float:
        pacer = Pacer(Limits())
        with pytest.raises(RetryAfter):
            await limited(pacer, callback, "setMyName", name="عاجل")
        return pacer.paused_for()

    assert virtual.run(main()) == 0
    assert len(calls) == 1


def test_any_other_error_is_the_caller_s() -> None:
    async def callback() -> bool:
        raise BadRequest("Chat not found")

    async def main() -> None:
        with pytest.raises(BadRequest):
            await limited(Pacer(Limits()), callback)

    virtual.run(main())


def test_the_lane_is_named_by_whoever_calls() -> None:
    order: list[Lane] = []

    async def main() -> None:
        pacer = Pacer(Limits(per_second=10))
        await leaves(pacer, Lane.BROADCAST, 99)

        async def call(lane: Lane | None, chat: int) -> None:
            async def callback() -> bool:
                order.append(Lane.REPLY if lane is None else lane)
                return True

            await limited(pacer, callback, lane=lane, chat_id=chat)

        await asyncio.gather(call(Lane.DIGEST, 1), call(Lane.BREAKING, 2), call(None, 3), call(Lane.KILL, 4))

    virtual.run(main())
    assert order == [Lane.REPLY, Lane.KILL, Lane.BREAKING, Lane.DIGEST]


@pytest.mark.parametrize(
    ("endpoint", "data", "cost"),
    [
        ("sendMessage", {}, 1),
        ("sendRichMessage", {}, 1),
        ("sendPhoto", {}, 1),
        ("sendMediaGroup", {"media": [1, 2, 3]}, 3),
        ("copyMessages", {"message_ids": (1, 2)}, 2),
        ("forwardMessages", {"message_ids": []}, 1),
        ("copyMessage", {}, 1),
        ("editMessageText", {"inline_message_id": "x"}, 1),
        ("editMessageReplyMarkup", {}, 1),
        ("deleteMessages", {"message_ids": [1, 2]}, 1),
        ("stopPoll", {}, 1),
        ("answerCallbackQuery", {}, 0),
        ("answerInlineQuery", {}, 0),
        ("sendChatAction", {"chat_id": 5}, 0),
        ("getMe", {}, 0),
        ("getFile", {}, 0),
        ("getChatAdministrators", {"chat_id": -5}, 0),
        ("setMyCommands", {}, 0),
        ("setWebhook", {}, 0),
        ("deleteWebhook", {}, 0),
        ("deleteMyCommands", {}, 0),
        ("editForumTopic", {"chat_id": -5}, 0),
    ],
)
def test_what_a_call_costs(endpoint: str, data: dict[str, object], cost: int) -> None:
    assert cost_of(endpoint, data) == cost


@pytest.mark.parametrize(
    ("given", "chat"),
    [(5, 5), (-1005, -1005), ("-1005", -1005), ("17", 17), ("@Ajil", "@ajil"), (None, None), ({}, None)],
)
def test_whom_a_call_is_for(given: object, chat: int | str | None) -> None:
    assert chat_of({"chat_id": given}) == chat


async def test_python_telegram_bot_goes_through_the_pacer() -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}
    answers = [
        http(
            "429 Slow", b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":0.01}}'
        ),
        http("200 OK", json.dumps({"ok": True, "result": message}).encode()),
        http("200 OK", b'{"ok":true,"result":true}'),
    ]
    asked: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head, _ = await request_of(reader)
            asked.append(head.split()[1].rpartition("/")[2])
            writer.write(answer)

    limits = Limits(per_chat=1000)
    async with listening(handler) as url, AiohttpRequest() as request:
        bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=PacedLimiter(Pacer(limits)))
        sent = await bot.send_message(5, "x", rate_limit_args=Lane.BREAKING)
        await bot.answer_callback_query("7")
    assert sent.message_id == 1
    assert asked == ["sendMessage", "sendMessage", "answerCallbackQuery"]
