"""The lean way to Telegram, for messages that are prepared once and sent to many chats."""

from __future__ import annotations

from yarl import URL

from delivery import body, outcomes
from delivery.outcomes import Answer, Failure, Outcome
from delivery.transport import USUAL, Patience, Transport


class Caller:
    """Posts ready-made JSON bodies over a `Transport` that is open, and tells what became of each as data.

    A call that is cancelled may have had its effect: its outcome is `Uncertain`, and nobody is told.
    """

    def __init__(self, transport: Transport, api_url: str, token: str, *, patience: Patience = USUAL) -> None:
        self._transport = transport
        self._root = f"{api_url}/bot{token}/"
        # One timer for the whole, not one for each stage: whatever is late after the connection is uncertain.
        self._patience = Patience(patience.connect, read=None, write=None, pool=patience.pool)
        self._longest = patience.whole
        self._urls: dict[str, URL] = {}

    async def send(self, method: str, prepared: bytes) -> Outcome:
        """Call a method that makes a message."""
        answer = await self._post(method, prepared)
        return outcomes.of_failure(answer) if isinstance(answer, Failure) else outcomes.of_send(answer)

    async def act(self, method: str, prepared: bytes = b"{}") -> Outcome:
        """Call any other method: an edit, a delete, a harmless `getMe`."""
        answer = await self._post(method, prepared)
        return outcomes.of_failure(answer) if isinstance(answer, Failure) else outcomes.of_act(answer)

    async def _post(self, method: str, prepared: bytes) -> Answer | Failure:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._root + method, encoded=True)
        payload = body.of_json(prepared)
        return await self._transport.exchange("POST", url, payload, self._patience, longest=self._longest)
