"""A push as requests: rendered once for each variant, with only the chat put in for each reader."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Protocol

from newsroom.message import Message, message_params
from storage.records import EDITS, Act, Composed, Delivery, Push, Variant

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
    """A Bot API call that lacks only where it goes; `rest` is its JSON without the opening brace.

    `cost` is how many messages it makes; `quiet` ones ring nowhere.
    """

    method: str
    rest: bytes
    cost: int = 1
    quiet: bool = False

    def body(self, delivery: Delivery, *, silent: bool = False) -> bytes:
        hush = SILENT if (silent or self.quiet) and delivery.act is not Act.EDIT else b""
        return b'{"chat_id":%d%b%b%b' % (delivery.address, _place(delivery), hush, self.rest)


class Bodies:
    """The newest prepared bodies. A revision never changes, so none of them goes stale."""

    def __init__(self, preparer: Preparer, *, extra: dict[str, object] | None = None) -> None:
        """`extra` goes into every call that makes a message, such as `allow_paid_broadcast`."""
        self._preparer = preparer
        self._extra = extra or {}
        self._kept: OrderedDict[tuple[object, ...], Prepared] = OrderedDict()

    def kept(self, push: Push, delivery: Delivery) -> Prepared | None:
        """What is there already, as for most: then there is nothing to wait for."""
        return self._kept.get(_key(push, delivery))

    async def get(self, push: Push, delivery: Delivery) -> Prepared:
        prepared = self.kept(push, delivery)
        if prepared is None:
            prepared = self._kept[_key(push, delivery)] = await self._prepare(push, delivery)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return prepared

    async def _prepare(self, push: Push, delivery: Delivery) -> Prepared:
        variant = Variant(
            language=delivery.language,
            zone=delivery.zone,
            kind=delivery.kind,
            act=delivery.act,
            part=delivery.shows,
        )
        shown = await self._preparer.prepare(replace(push, revision=delivery.revision), variant)
        prepared = prepare(shown, self._extra, delivery.act)
        return replace(prepared, quiet=push.kind in EDITS and not push.loud)


def _key(push: Push, delivery: Delivery) -> tuple[object, ...]:
    """By hand, for every message asks: to make and compare variants takes four times as long."""
    one = delivery
    return push.id, one.revision, one.language, one.zone, one.kind, one.act, one.shows


def _place(delivery: Delivery) -> bytes:
    """Which message is changed; or where a new one goes, and which it answers, if that is still there."""
    if delivery.act is Act.EDIT and delivery.message_id is not None:
        return b',"message_id":%d' % delivery.message_id
    place = b"" if delivery.thread_id is None else b',"message_thread_id":%d' % delivery.thread_id
    if delivery.act is Act.SEND or delivery.message_id is None:
        return place
    answered = b'{"message_id":%d,"allow_sending_without_reply":true}' % delivery.message_id
    return place + b',"reply_parameters":' + answered


def prepare(shown: Message | Composed, extra: dict[str, object], act: Act = Act.SEND) -> Prepared:
    """A message goes out as `sendMessage`, what an editor composed as the method that it was composed for."""
    if act is Act.EDIT and isinstance(shown, Message):
        return _prepared("editMessageText", {**message_params(shown)})
    if isinstance(shown, Composed):
        return replace(_prepared(shown.method, shown.params | extra), cost=shown.messages)
    return _prepared("sendMessage", {**message_params(shown), **extra})


def _prepared(method: str, params: dict[str, object]) -> Prepared:
    text = json.dumps(params, ensure_ascii=False, separators=(",", ":"))
    return Prepared(method, b"}" if not params else b"," + text[1:].encode())
