"""The Desk's hand on what goes out: to stop it, to let it go on, to see how it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from newsroom import doubting, standing, stopping
from newsroom.engine import Engine
from newsroom.house import House
from newsroom.message import Message
from newsroom.questions import Asker
from newsroom.visitor import Visitor
from storage.database import Transaction

T = TypeVar("T")
Act = Callable[[Transaction, Asker, int], T]
"""What an editor does in one transaction; the number is the editor's."""


class AsEditor(Protocol):
    """Runs an act for somebody who may edit, and refuses it to everybody else."""

    async def __call__(self, who: Visitor, act: Act[T]) -> T: ...


class Control:
    """`edit` may change what is remembered, `consult` only reads; `woken` is called when more may be due."""

    def __init__(
        self, edit: AsEditor, consult: AsEditor, *, house: House, engine: Engine, woken: Callable[[], None]
    ) -> None:
        self._edit = edit
        self._consult = consult
        self._house = house
        self._engine = engine
        self._woken = woken

    async def stats(self, who: Visitor, typed: str) -> Message:
        ask = partial(standing.ask, typed=typed, house=self._house, engine=self._engine())
        return await self._consult(who, ask)

    async def pause(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(stopping.pause, typed=typed))

    async def unpause(self, who: Visitor, typed: str) -> Message:
        answer = await self._edit(who, partial(stopping.unpause, typed=typed, engine=self._engine()))
        self._woken()
        return answer

    async def cancel(self, who: Visitor, typed: str) -> Message:
        return await self._edit(who, partial(stopping.cancel, typed=typed))

    async def unsure(self, who: Visitor, subject: str) -> Message:
        return await self._consult(who, partial(doubting.show, subject=subject))

    async def resend(self, who: Visitor, subject: str) -> Message:
        answer = await self._edit(who, partial(doubting.resend, subject=subject))
        self._woken()
        return answer

    async def leave(self, who: Visitor, subject: str) -> Message:
        return await self._edit(who, partial(doubting.leave, subject=subject))

    async def halt(self, who: Visitor) -> Message:
        return await self._edit(who, stopping.halt)

    async def unhalt(self, who: Visitor) -> Message:
        answer = await self._edit(who, partial(stopping.unhalt, engine=self._engine()))
        self._woken()
        return answer
