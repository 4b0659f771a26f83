"""A push as requests: rendered once for each variant, with only the chat put in for each reader."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Protocol

from newsroom.message import Message, message_params
from storage.records import Composed, Delivery, Push, Variant

KEPT = 512
"""Prepared bodies. Languages, zones and kinds of chat make a few dozen for a push."""


SILENT = b',"disable_notification":true'


class Preparer(Protocol):
    """The Desk, as delivery needs it."""

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        """What all chats of this variant get of this revision of the push."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A Bot API call that lacks only its chat; `rest` is its JSON without the opening brace."""

    method: str
    rest: bytes

    def body(self, chat_id: int, thread_id: int | None = None, *, silent: bool = False) -> bytes:
        hush = SILENT if silent else b""
        if thread_id is None:
            return b'{"chat_id":%d%b%b' % (chat_id, hush, self.rest)
        return b'{"chat_id":%d,"message_thread_id":%d%b%b' % (chat_id, thread_id, hush, self.rest)


class Bodies:
    """The newest prepared bodies. A revision never changes, so none of them goes stale."""

    def __init__(self, preparer: Preparer, *, extra: dict[str, object] | None = None) -> None:
        """`extra` goes into every call that makes a message, such as `allow_paid_broadcast`."""
        self._preparer = preparer
        self._extra = extra or {}
        self._kept: OrderedDict[tuple[int, int | None, Variant], Prepared] = OrderedDict()

    async def get(self, push: Push, delivery: Delivery) -> Prepared:
        variant = Variant(language=delivery.language, zone=delivery.zone, kind=delivery.kind)
        key = push.id, delivery.revision, variant
        prepared = self._kept.get(key)
        if prepared is None:
            shown = await self._preparer.prepare(replace(push, revision=delivery.revision), variant)
            prepared = self._kept[key] = prepare(shown, self._extra)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return prepared


def prepare(shown: Message | Composed, extra: dict[str, object]) -> Prepared:
    """A message goes out as `sendMessage`, what an editor composed as the method that it was composed for."""
    if isinstance(shown, Composed):
        return _prepared(shown.method, shown.params | extra)
    return _prepared("sendMessage", {**message_params(shown), **extra})


def _prepared(method: str, params: dict[str, object]) -> Prepared:
    text = json.dumps(params, ensure_ascii=False, separators=(",", ":"))
    return Prepared(method, b"}" if not params else b"," + text[1:].encode())
