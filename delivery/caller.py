"""The lean way to Telegram, for messages that are prepared once and sent to many chats."""

from __future__ import annotations

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
        answer = await self._post(method, prepared)
        return outcomes.of_failure(answer) if isinstance(answer, Failure) else outcomes.of_send(answer)

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        """Call any other method: an edit, a delete, a harmless `getMe`."""
        answer = await self._post(method, prepared)
        return outcomes.of_failure(answer) if isinstance(answer, Failure) else outcomes.of_act(answer)

    async def _post(self, method: str, prepared: bytes) -> Answer | Failure:
        head = self._heads.get(method)
        if head is None:
            head = self._heads[method] = self._wire.head(f"bot{self._token}/{method}")
        return await self._wire.post(head, prepared, self._patience)
