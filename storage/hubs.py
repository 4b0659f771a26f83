"""Subscriptions at the WebSub hubs of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import feed, feed_hub
from storage.upsert import insert


class HubState(StrEnum):
    """`ASKED` until the hub has called back."""

    ASKED = "asked"
    HELD = "held"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`token` ends the address that the hub calls; `until` is the end of its lease."""

    feed_id: int
    hub: str
    topic: str
    token: str
    secret: str
    state: HubState
    until: datetime | None

    def __repr__(self) -> str:
        return f"Subscription(feed_id={self.feed_id}, hub={self.hub!r}, state={self.state!r})"


def offer(
    tx: Transaction, feed_id: int, *, hub: str, topic: str, token: str, secret: str, now: datetime
) -> None:
    """Due at once, where the feed had no hub or another one; `token` and `secret` are not used otherwise."""
    told = {"hub": hub, "topic": topic, "token": token, "secret": secret, "state": HubState.ASKED}
    row = insert(tx, feed_hub).values(feed_id=feed_id, next_at=now, **told)
    other = (feed_hub.c.hub != hub) | (feed_hub.c.topic != topic)
    fresh = {**told, "until": None, "next_at": now}
    tx.execute(row.on_conflict_do_update(index_elements=["feed_id"], set_=fresh, where=other))


def clear(tx: Transaction, feed_id: int) -> None:
    tx.execute(sa.delete(feed_hub).where(feed_hub.c.feed_id == feed_id))


def any_due(tx: Transaction, now: datetime) -> bool:
    return tx.execute(_due(now).limit(1)).first() is not None


def claim(tx: Transaction, now: datetime, *, again_at: datetime, most: int) -> list[Subscription]:
    """Those to be asked for or renewed now; whoever fails to, tries `again_at`."""
    first = _due(now).order_by(feed_hub.c.next_at).limit(most).scalar_subquery()
    claimed = sa.update(feed_hub).where(feed_hub.c.feed_id.in_(first), feed_hub.c.next_at <= now)
    rows = tx.execute(claimed.values(next_at=again_at).returning(feed_hub)).mappings()
    return [_subscription(row) for row in rows]


def of(tx: Transaction, feed_id: int) -> Subscription | None:
    row = tx.execute(sa.select(feed_hub).where(feed_hub.c.feed_id == feed_id)).mappings().one_or_none()
    return _subscription(row) if row else None


def by_token(tx: Transaction, token: str) -> Subscription | None:
    row = tx.execute(sa.select(feed_hub).where(feed_hub.c.token == token)).mappings().one_or_none()
    return _subscription(row) if row else None


def hold(tx: Transaction, token: str, *, until: datetime, renew_at: datetime) -> None:
    held = sa.update(feed_hub).where(feed_hub.c.token == token)
    tx.execute(held.values(state=HubState.HELD, until=until, next_at=renew_at))


def deny(tx: Transaction, token: str, *, again_at: datetime) -> None:
    denied = sa.update(feed_hub).where(feed_hub.c.token == token)
    tx.execute(denied.values(state=HubState.DENIED, until=None, next_at=again_at))


def _due(now: datetime) -> sa.Select[tuple[int]]:
    polled = sa.select(feed.c.id).where(feed.c.state == "active")
    return sa.select(feed_hub.c.feed_id).where(feed_hub.c.next_at <= now, feed_hub.c.feed_id.in_(polled))


def _subscription(told: sa.RowMapping) -> Subscription:
    names = ("feed_id", "hub", "topic", "token", "secret", "until")
    return Subscription(**{name: told[name] for name in names}, state=HubState(told["state"]))
