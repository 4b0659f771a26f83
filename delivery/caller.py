"""The lean way to Telegram, for messages that are prepared once and sent to many chats."""

from __future__ import annotations

from collections.abc import Callable

from delivery import outcomes
from delivery.outcomes import Answer, Failure, Outcome
from delivery.transport import USUAL, Patience
from delivery.wire import Wire


class Caller:
    """Posts ready-made JSON bodies over a `Wire` that is open, and tells what became of each as data.

    A call that is cancelled may have had its effect: its outcome is `Uncertain`, and nobody is told.
    """

    def __init__(self, wire: Wire, token: str, *, patience: Patience = USUAL) -> None:
        self._wire = wire
        self._token = token
        self._patience = patience
        self._heads: dict[str, bytes] = {}

    async def send(self, method: str, prepared: bytes) -> Outcome:
        """Call a method that makes a message."""
        return _read(outcomes.of_send, await self._wire.post(self._head(method), prepared, self._patience))

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        """Call any other method: an edit, a delete, a harmless `getMe`."""
        return _read(outcomes.of_act, await self._wire.post(self._head(method), prepared, self._patience))

    def begin(
        self, method: str, prepared: bytes, told: Callable[[Outcome], None], *, is_act: bool
    ) -> Callable[[], None] | None:
        """What `send` and `act` do, without a task, where it can leave at once: how to give it up.

        None where it would have to wait: then nothing has left.
        """
        of = outcomes.of_act if is_act else outcomes.of_send
        return self._wire.begin(
            self._head(method), prepared, self._patience, lambda answer: told(_read(of, answer))
        )

    def _head(self, method: str) -> bytes:
        head = self._heads.get(method)
        if head is None:
            head = self._heads[method] = self._wire.head(f"bot{self._token}/{method}")
        return head


def _read(of: Callable[[Answer], Outcome], answer: Answer | Failure) -> Outcome:
    return of(answer) if isinstance(answer, Answer) else outcomes.of_failure(answer)
