"""Prepared bodies: rendered once for a variant, whole JSON for every chat."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pretended import delivery

from delivery import bodies
from delivery.bodies import Bodies
from newsroom.message import Entity, Message
from storage.records import Act, ChatKind, Composed, Lane, Push, PushKind, PushState, Variant

MESSAGE = Message(text="عاجل: «نص»", entities=(Entity(type="bold", offset=0, length=4),))
PUSH = Push(
    id=3,
    kind=PushKind.BREAKING,
    lane=Lane.BREAKING,
    state=PushState.RUNNING,
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
    story_id=1,
    revision=1,
)
DELIVERY = delivery(push_id=3, revision=2, address=500, zone="Asia/Riyadh")


class Desk:
    def __init__(self) -> None:
        self.asked: list[tuple[int | None, Variant]] = []

    async def prepare(self, push: Push, variant: Variant) -> Message | Composed:
        self.asked.append((push.revision, variant))
        return MESSAGE


def test_a_message_is_a_send_message_with_the_chat_put_in() -> None:
    prepared = bodies.prepare(MESSAGE, {})
    assert prepared.method == "sendMessage"
    assert json.loads(prepared.body(DELIVERY._replace(address=-1001234567890, thread_id=7))) == {
        "chat_id": -1001234567890,
        "message_thread_id": 7,
        "text": "عاجل: «نص»",
        "entities": [{"type": "bold", "offset": 0, "length": 4}],
        "link_preview_options": {"is_disabled": True},
    }


def test_only_the_chats_that_sleep_get_it_without_a_sound() -> None:
    prepared = bodies.prepare(Composed(method="x", params={"text": "ص"}), {})
    assert json.loads(prepared.body(DELIVERY._replace(address=5, thread_id=7), silent=True)) == {
        "chat_id": 5,
        "message_thread_id": 7,
        "disable_notification": True,
        "text": "ص",
    }
    assert json.loads(prepared.body(DELIVERY._replace(address=5), silent=True)) == {
        "chat_id": 5,
        "disable_notification": True,
        "text": "ص",
    }
    assert json.loads(prepared.body(DELIVERY._replace(address=5))) == {"chat_id": 5, "text": "ص"}


def test_what_was_composed_keeps_its_method() -> None:
    composed = Composed(method="sendPhoto", params={"photo": "file", "caption": "ص"})
    prepared = bodies.prepare(composed, {"allow_paid_broadcast": True})
    assert prepared.method == "sendPhoto"
    assert json.loads(prepared.body(DELIVERY._replace(address=5))) == {
        "chat_id": 5,
        "photo": "file",
        "caption": "ص",
        "allow_paid_broadcast": True,
    }


def test_a_call_without_parameters_is_whole_too() -> None:
    empty = bodies.prepare(Composed(method="x", params={}), {})
    assert json.loads(empty.body(DELIVERY._replace(address=5))) == {"chat_id": 5}


def test_an_edit_names_its_message_and_no_thread() -> None:
    prepared = bodies.prepare(MESSAGE, {"allow_paid_broadcast": True}, Act.EDIT)
    body = json.loads(prepared.body(DELIVERY._replace(act=Act.EDIT, message_id=9, thread_id=7)))
    assert prepared.method == "editMessageText"
    assert (body["chat_id"], body["message_id"], body["text"]) == (500, 9, MESSAGE.text)
    assert not {"message_thread_id", "allow_paid_broadcast", "reply_parameters"} & body.keys()


def test_a_reply_stands_alone_where_its_message_is_gone() -> None:
    prepared = bodies.prepare(MESSAGE, {}, Act.REPLY)
    body = json.loads(prepared.body(DELIVERY._replace(act=Act.REPLY, message_id=9, thread_id=7)))
    assert prepared.method == "sendMessage"
    assert body["reply_parameters"] == {"message_id": 9, "allow_sending_without_reply": True}
    assert body["message_thread_id"] == 7


async def test_each_variant_of_each_revision_is_prepared_once() -> None:
    desk = Desk()
    kept = Bodies(desk)
    for one in (DELIVERY, DELIVERY._replace(chat_id=6, address=600)):
        await kept.get(PUSH, one)
    assert desk.asked == [(2, Variant(language="ar", zone="Asia/Riyadh", kind=ChatKind.PRIVATE))]
    for other in (
        DELIVERY._replace(language="en"),
        DELIVERY._replace(zone="UTC"),
        DELIVERY._replace(kind=ChatKind.CHANNEL),
        DELIVERY._replace(revision=3),
    ):
        await kept.get(PUSH, other)
    assert len(desk.asked) == 5


async def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "KEPT", 2)
    desk = Desk()
    kept = Bodies(desk)
    for revision in (1, 2, 3, 1):
        await kept.get(PUSH, DELIVERY._replace(revision=revision))
    assert len(desk.asked) == 4
