"""Sending limits, held exactly, and what is measured."""

from __future__ import annotations

from bare import Api
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import World
from simulator.limits import TELEGRAM, Limits, Rates


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 4), st.integers(1, 3)), max_size=120),
    st.integers(1, 8),
    st.integers(1, 3),
)
def test_no_window_has_more_than_its_limit(
    calls: list[tuple[float, int, int]], per_second: int, per_chat: int
) -> None:
    limits, now = Limits(Rates(per_second=per_second, per_chat=per_chat)), 1000.0
    let_through: list[tuple[float, int]] = []
    for gap, chat_id, cost in calls:
        now += gap
        if cost <= min(per_second, per_chat) and limits.admit(chat_id, False, now, cost) is None:
            let_through += [(now, chat_id)] * cost
    for start, chat_id in let_through:
        inside = [chat for at, chat in let_through if start <= at < start + 1]
        assert len(inside) <= per_second
        assert inside.count(chat_id) <= per_chat
    assert limits.worst.second <= per_second
    assert limits.worst.chat_second <= per_chat


def test_telegrams_own_limits() -> None:
    limits = Limits(TELEGRAM)
    assert [limits.admit(chat, False, 0.0) for chat in range(31)] == [None] * 30 + [1]
    assert limits.admit(0, False, 0.999) == 1
    assert limits.admit(0, False, 1.0) is None
    assert limits.admit(0, False, 1.5) == 1
    assert limits.worst.second == 30
    group = Limits(TELEGRAM)
    assert [group.admit(-1, True, float(second)) for second in range(21)] == [None] * 20 + [40]
    assert (group.worst.chat_second, group.worst.group_minute) == (1, 20)


def test_what_comes_too_early_is_counted() -> None:
    limits = Limits(Rates(per_chat=1))
    assert (limits.admit(1, False, 0.0), limits.admit(1, False, 0.5)) == (None, 1)
    assert limits.admit(2, False, 0.6) is None
    assert limits.early == 0
    limits.admit(1, False, 0.7)
    assert (limits.early, limits.refused) == (1, 2)


def test_an_album_counts_as_its_items() -> None:
    limits = Limits(Rates(per_second=5))
    assert (limits.admit(1, False, 0.0, 4), limits.admit(2, False, 0.0, 2), limits.admit(2, False, 0.0)) == (
        None,
        1,
        None,
    )


async def test_the_answer_says_when_to_try_again(api: Api, world: World) -> None:
    user = world.add_user()
    world.limits.rates = Rates(per_chat=1)
    await api.ok("sendMessage", chat_id=user.id, text="a")
    status, body, headers = await api.raw("sendMessage", chat_id=user.id, text="b")
    assert (status, headers["Retry-After"]) == (429, "1")
    assert body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert world.texts(user.id) == ["a"]
    assert await api.ok("sendChatAction", chat_id=user.id, action="typing")
