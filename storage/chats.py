"""Chats and what they subscribe to. `chat_id` is our own id; Telegram's is the `telegram_id`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import Act, Chat, ChatKind, ChatState, DeliveryState, PushState
from storage.schema import chat, delivery, push, shown, story, subscription
from storage.upsert import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`scope` is all, topic, story or words; `how` is breaking, all, digest or muted."""

    scope: str
    value: str
    how: str


# Who is there.


def see(
    tx: Transaction,
    telegram_id: int,
    *,
    kind: ChatKind,
    title: str | None,
    thread_id: int | None = None,
    language: str,
    zone: str,
    now: datetime,
) -> Chat:
    """The chat that talks to us now, which makes it active. Language, zone and thread are for a new one."""
    known = by_telegram_id(tx, telegram_id)
    if known is None:
        fresh = {
            "telegram_id": telegram_id,
            "kind": kind,
            "state": ChatState.ACTIVE,
            "thread_id": thread_id,
            "title": title,
            "language": language,
            "zone": zone,
            "digest_times": [],
            "created_at": now,
        }
        tx.execute(insert(tx, chat).values(fresh).on_conflict_do_nothing(index_elements=["telegram_id"]))
        return _there(by_telegram_id(tx, telegram_id))
    values = {"kind": kind, "title": title, "state": ChatState.ACTIVE, "ended_at": None, "ended_why": None}
    if known.telegram_id == telegram_id:  # else this is the late word of a group that has moved on
        _change(tx, known.id, **values)
    return _there(_by(tx, chat.c.id == known.id))


def by_telegram_id(tx: Transaction, telegram_id: int) -> Chat | None:
    """A group that became a supergroup is found by its old id too."""
    moved_to = sa.select(chat.c.moved_to).where(chat.c.telegram_id == telegram_id)
    address = tx.execute(moved_to).scalar_one_or_none()
    moved = _by(tx, chat.c.telegram_id == address) if address is not None else None
    return moved or _by(tx, chat.c.telegram_id == telegram_id)


def set_language(tx: Transaction, chat_id: int, language: str) -> None:
    _change(tx, chat_id, language=language)


def set_zone(tx: Transaction, chat_id: int, zone: str) -> None:
    _change(tx, chat_id, zone=zone)


def set_thread(tx: Transaction, chat_id: int, thread_id: int | None) -> None:
    _change(tx, chat_id, thread_id=thread_id)


def leave_thread(tx: Transaction, chat_id: int, thread_id: int) -> None:
    """Its forum thread is no more: the general one takes its place, unless another was chosen meanwhile."""
    left = chat.c.id == chat_id, chat.c.thread_id == thread_id
    tx.execute(sa.update(chat).where(*left).values(thread_id=None))


def end(tx: Transaction, chat_id: int, state: ChatState, why: str, now: datetime) -> None:
    """It cannot be written to any more. Its subscriptions stay, for when it comes back."""
    _change(tx, chat_id, state=state, ended_at=now, ended_why=why)


# What it wants.


def subscribe(
    tx: Transaction,
    chat_id: int,
    *,
    scope: str = "all",
    value: str = "",
    how: str = "breaking",
    now: datetime,
) -> None:
    wanted = {"chat_id": chat_id, "scope": scope, "value": value, "how": how, "created_at": now}
    row = insert(tx, subscription).values(wanted)
    place = ["chat_id", "scope", "value"]
    tx.execute(row.on_conflict_do_update(index_elements=place, set_={"how": how}))


def unsubscribe(tx: Transaction, chat_id: int, scope: str | None = None, value: str | None = None) -> int:
    """How many subscriptions ended: all of the chat, of a scope, or the one named."""
    ending = sa.delete(subscription).where(subscription.c.chat_id == chat_id)
    if scope is not None:
        ending = ending.where(subscription.c.scope == scope)
    if value is not None:
        ending = ending.where(subscription.c.value == value)
    return tx.execute(ending).rowcount


def subscriptions(tx: Transaction, chat_id: int) -> Sequence[Subscription]:
    columns = (subscription.c.scope, subscription.c.value, subscription.c.how)
    its = sa.select(*columns).where(subscription.c.chat_id == chat_id).order_by(*columns[:2])
    return [Subscription(scope=row.scope, value=row.value, how=row.how) for row in tx.execute(its)]


# What it was shown.


def remember_shown(tx: Transaction, chat_id: int, message_id: int, story_id: int, now: datetime) -> None:
    """A reply to this message is about this story, and so is a question that names none."""
    row = insert(tx, shown).values(chat_id=chat_id, message_id=message_id, story_id=story_id)
    place = ["chat_id", "message_id"]
    tx.execute(row.on_conflict_do_update(index_elements=place, set_={"story_id": story_id}))
    _change(tx, chat_id, last_story_id=story_id, last_story_at=now)


def story_shown(tx: Transaction, chat_id: int, message_id: int) -> str | None:
    """The code of the story of a message: one that was shown here, or one that was delivered."""
    answered = (
        sa.select(story.c.code)
        .join_from(shown, story)
        .where(shown.c.chat_id == chat_id, shown.c.message_id == message_id)
    )
    delivered = (
        sa.select(story.c.code)
        .select_from(delivery.join(push, push.c.id == delivery.c.push_id).join(story))
        .where(delivery.c.chat_id == chat_id, delivery.c.message_id == message_id)
        .limit(1)
    )
    return tx.execute(answered).scalar_one_or_none() or tx.execute(delivered).scalar_one_or_none()


def last_story(tx: Transaction, chat_id: int) -> str | None:
    """The code of the story that it saw last, whether it had asked for it or was sent it."""
    answered = sa.select(story.c.code, chat.c.last_story_at.label("at")).join_from(chat, story)
    delivered = (
        sa.select(story.c.code, delivery.c.done_at.label("at"))
        .select_from(delivery.join(push, push.c.id == delivery.c.push_id).join(story))
        .where(delivery.c.chat_id == chat_id, delivery.c.message_id.is_not(None))
    )
    seen = sa.union_all(answered.where(chat.c.id == chat_id), delivered).subquery()
    newest = sa.select(seen.c.code).order_by(seen.c.at.desc()).limit(1)
    return tx.execute(newest).scalar_one_or_none()


# Where it went.


def move(tx: Transaction, from_telegram_id: int, to_telegram_id: int, now: datetime) -> Chat | None:
    """A group became a supergroup: Bot API `migrate_to_chat_id`. None where neither is known.

    Told twice, or told late, when the supergroup has been seen already, it changes no subscription.
    """
    old = _by(tx, chat.c.telegram_id == from_telegram_id)
    new = _by(tx, chat.c.telegram_id == to_telegram_id)
    if old is None:
        return new
    if old.state is ChatState.MOVED:
        if new is not None:
            _take_along(tx, old.id, new.id, now)
        return new
    if new is None:
        _change(tx, old.id, telegram_id=to_telegram_id, kind=ChatKind.SUPERGROUP, moved_at=now)
    else:
        _hand_over(tx, old, new, now)
    return _there(_by(tx, chat.c.telegram_id == to_telegram_id))


def _hand_over(tx: Transaction, old: Chat, new: Chat, now: datetime) -> None:
    """What the new one chose for itself stays; one that chose nothing yet goes on as the old one was."""
    if not subscriptions(tx, new.id):
        kept = (
            chat.c.language,
            chat.c.zone,
            chat.c.quiet_from,
            chat.c.quiet_to,
            chat.c.breaking_sounds,
            chat.c.whole,
            chat.c.digest_times,
            chat.c.digest_since,
            chat.c.daily_cap,
            chat.c.capped_from,
            chat.c.capped_told,
        )
        _change(tx, new.id, **tx.execute(sa.select(*kept).where(chat.c.id == old.id)).mappings().one())
    columns = [column for column in subscription.c if column.name != "chat_id"]
    its = sa.select(sa.literal(new.id), *columns).where(subscription.c.chat_id == old.id)
    names = ["chat_id", *(column.name for column in columns)]
    tx.execute(insert(tx, subscription).from_select(names, its).on_conflict_do_nothing())
    unsubscribe(tx, old.id)
    end(tx, old.id, ChatState.MOVED, "became a supergroup", now)
    _change(tx, old.id, moved_to=new.telegram_id)
    _take_along(tx, old.id, new.id, now)


def _take_along(tx: Transaction, old_id: int, new_id: int, now: datetime) -> None:
    """What waits for the old one goes to the new one, at once, unless that gets the push by itself.

    It is due again, not planned: claims of planned ones may have passed the new one's place. Later parts
    still wait for the one before them.
    """
    own = delivery.alias("own")
    same = own.c.push_id == delivery.c.push_id, own.c.chat_id == new_id, own.c.part == delivery.c.part
    waits = delivery.c.state.in_((DeliveryState.PLANNED, DeliveryState.RETRY_AT))
    going = push.c.state.in_((PushState.RUNNING, PushState.PAUSED, PushState.HELD))
    its = sa.exists().where(delivery.c.push_id == push.c.id, delivery.c.chat_id == old_id)
    # Locked, so that none is cancelled, and what was planned of it counted, at the same moment.
    live = sa.select(push.c.id).where(going, its).order_by(push.c.id).with_for_update(key_share=True)
    follows = (
        (delivery.c.part > 0) & (delivery.c.state == DeliveryState.PLANNED) & (delivery.c.act == Act.SEND)
    )
    state = sa.case((follows, DeliveryState.PLANNED.value), else_=DeliveryState.RETRY_AT.value)
    tx.execute(
        sa.update(delivery)
        .where(delivery.c.chat_id == old_id, delivery.c.push_id.in_(tx.execute(live).scalars().all()), waits)
        .where(~sa.exists().where(*same))
        .values(chat_id=new_id, state=state, not_before=now)
    )


def _change(tx: Transaction, chat_id: int, **values: Any) -> None:
    tx.execute(sa.update(chat).where(chat.c.id == chat_id).values(values))


_GETS_ALL = sa.exists().where(
    subscription.c.chat_id == chat.c.id,
    subscription.c.scope == "all",
    subscription.c.how != "muted",
)


_GETS_EVERYTHING = sa.exists().where(
    subscription.c.chat_id == chat.c.id,
    subscription.c.scope == "all",
    subscription.c.how == "all",
)


def _by(tx: Transaction, which: sa.ColumnElement[bool]) -> Chat | None:
    wants = _GETS_ALL.label("subscribed"), _GETS_EVERYTHING.label("everything")
    row = tx.execute(sa.select(chat, *wants).where(which)).one_or_none()
    return _chat(row) if row else None


def _there(found: Chat | None) -> Chat:
    if found is None:
        raise LookupError("the chat vanished while it was looked at")
    return found


def _chat(row: sa.Row[Any]) -> Chat:
    return Chat(
        id=row.id,
        telegram_id=row.telegram_id,
        kind=ChatKind(row.kind),
        state=ChatState(row.state),
        language=row.language,
        zone=row.zone,
        thread_id=row.thread_id,
        title=row.title,
        subscribed=bool(row.subscribed),
        everything=bool(row.everything),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        breaking_sounds=row.breaking_sounds,
        whole=row.whole,
        daily_cap=row.daily_cap,
        digest_times=tuple(row.digest_times),
    )
