"""Feeds that are polled, what became of each poll, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from storage import feed_log, hubs
from storage.database import Transaction
from storage.feed_log import Poll
from storage.schema import feed, feed_host
from storage.upsert import insert


class FeedState(StrEnum):
    """`GONE`: its server says that there is no such feed any more."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a poll leaves for the next one, to tell what is new.

    `host` is what politeness counts by. `seen` are fingerprints of the items of the last body. `good_at` is
    when it was last read without trouble; None where it never was since it was added, resumed, or trusted
    otherwise.
    """

    url: str
    host: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    seen: tuple[str, ...] = ()
    good_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`trust` is one of `newsroom.feeds.trust.FeedTrust`; `epoch` is the number of its claim."""

    id: int
    source: str
    language: str | None
    topics: tuple[str, ...]
    trust: str
    state: FeedState
    kept: Kept
    next_at: datetime
    failures: int
    epoch: int
    polled_at: datetime | None
    outcome: str | None
    status: int | None

    @property
    def url(self) -> str:
        return self.kept.url

    @property
    def host(self) -> str:
        return self.kept.host


def add(
    tx: Transaction,
    *,
    url: str,
    host: str,
    source: str,
    trust: str,
    language: str | None = None,
    topics: tuple[str, ...] = (),
    title: str | None = None,
    now: datetime,
) -> Feed | None:
    """Due at once. None where the address is a feed's already."""
    told = {"url": url, "host": host, "source": source, "trust": trust, "language": language, "title": title}
    fresh = {"state": FeedState.ACTIVE, "topics": list(topics), "next_at": now, "created_at": now}
    row = insert(tx, feed).values(**told, **fresh).on_conflict_do_nothing(index_elements=["url"])
    made = tx.execute(row.returning(feed)).mappings().one_or_none()
    return _feed(made) if made else None


def every(tx: Transaction) -> list[Feed]:
    return [_feed(row) for row in tx.execute(sa.select(feed).order_by(feed.c.id)).mappings()]


def by_id(tx: Transaction, feed_id: int) -> Feed | None:
    row = tx.execute(sa.select(feed).where(feed.c.id == feed_id)).mappings().one_or_none()
    return _feed(row) if row else None


def by_url(tx: Transaction, url: str) -> Feed | None:
    row = tx.execute(sa.select(feed).where(feed.c.url == url)).mappings().one_or_none()
    return _feed(row) if row else None


def any_due(tx: Transaction, now: datetime) -> bool:
    return bool(_due(tx, now, 1))


def in_trouble(tx: Transaction, failures: int) -> list[Feed]:
    """Those that are given up or could not be read so many times in a row."""
    failing = (feed.c.state == FeedState.ACTIVE) & (feed.c.failures >= failures)
    rows = tx.execute(sa.select(feed).where(failing | (feed.c.state == FeedState.GONE)).order_by(feed.c.id))
    return [_feed(row) for row in rows.mappings()]


def claim(tx: Transaction, now: datetime, *, most: int, hold: timedelta) -> list[Feed]:
    """Feeds that are due, one of each host, for whoever asks and for nobody else until `hold` is over."""
    return [_begin(tx, feed_id, now) for feed_id, host in _due(tx, now, most) if _take(tx, host, now, hold)]


def hold(tx: Transaction, polled: Feed, *, until: datetime) -> None:
    """Still at it: nobody else is to begin."""
    ours = sa.exists().where(feed.c.id == polled.id, feed.c.epoch == polled.epoch)
    held = sa.update(feed_host).where(feed_host.c.host == polled.host, feed_host.c.free_at < until, ours)
    tx.execute(held.values(free_at=until))


def settle(
    tx: Transaction, polled: Feed, poll: Poll, kept: Kept, *, next_at: datetime, free_at: datetime
) -> bool:
    """Write down what became of a poll. False where the feed was removed, or claimed by somebody else, since.

    `free_at` is when its host may be asked again.
    """
    told = {
        "title": kept.title,
        "failures": polled.failures + 1 if poll.is_trouble else 0,
        "next_at": next_at,
        "outcome": poll.outcome,
        "status": poll.status,
    }
    mine = (feed.c.id == polled.id) & (feed.c.epoch == polled.epoch)
    if tx.execute(sa.update(feed).where(mine).values(**told)).rowcount == 0:
        return False
    _keep(tx, polled, kept)
    tx.execute(sa.update(feed_host).where(feed_host.c.host == polled.host).values(free_at=free_at))
    feed_log.add(tx, polled.id, poll)
    return True


def end(tx: Transaction, polled: Feed) -> None:
    """Its server says that it is gone for good."""
    gone = sa.update(feed).where(feed.c.id == polled.id, feed.c.state == FeedState.ACTIVE)
    tx.execute(gone.values(state=FeedState.GONE))


def pause(tx: Transaction, feed_id: int) -> bool:
    """False where it is not polled anyway."""
    paused = sa.update(feed).where(feed.c.id == feed_id, feed.c.state == FeedState.ACTIVE)
    return tx.execute(paused.values(state=FeedState.PAUSED)).rowcount > 0


def resume(tx: Transaction, feed_id: int, now: datetime) -> bool:
    """Due at once, and read as if for the first time: what came meanwhile is stored, and pushed to nobody."""
    resumed = sa.update(feed).where(feed.c.id == feed_id, feed.c.state != FeedState.ACTIVE)
    return tx.execute(resumed.values(state=FeedState.ACTIVE, failures=0, **_anew(now))).rowcount > 0


def set_trust(tx: Transaction, feed_id: int, trust: str, now: datetime) -> None:
    """What is in it now is filed again under the new trust, and pushed to nobody."""
    tx.execute(sa.update(feed).where(feed.c.id == feed_id).values(trust=trust, **_anew(now)))


def remove(tx: Transaction, feed_id: int) -> None:
    """Its stories stay."""
    hubs.clear(tx, feed_id)
    feed_log.clear(tx, feed_id)
    tx.execute(sa.delete(feed).where(feed.c.id == feed_id))
    tx.execute(sa.delete(feed_host).where(feed_host.c.host.not_in(sa.select(feed.c.host))))


def _anew(now: datetime) -> dict[str, object]:
    """A poll that is under way may still settle, so its claim is void."""
    unknown = dict.fromkeys(("etag", "last_modified", "body_hash", "good_at"))
    return {**unknown, "seen": [], "next_at": now, "epoch": feed.c.epoch + 1}


def _due(tx: Transaction, now: datetime, most: int) -> list[tuple[int, str]]:
    turn = sa.func.row_number().over(partition_by=feed.c.host, order_by=(feed.c.next_at, feed.c.id))
    waiting = (
        sa.select(feed.c.id, feed.c.host, feed.c.next_at, turn.label("turn"))
        .outerjoin(feed_host, feed_host.c.host == feed.c.host)
        .where(feed.c.state == FeedState.ACTIVE, feed.c.next_at <= now)
        .where(feed_host.c.free_at.is_(None) | (feed_host.c.free_at <= now))
        .subquery()
    )
    first = sa.select(waiting.c.id, waiting.c.host).where(waiting.c.turn == 1)
    rows = tx.execute(first.order_by(waiting.c.next_at, waiting.c.id).limit(most))
    return [(row.id, row.host) for row in rows]


def _take(tx: Transaction, host: str, now: datetime, hold: timedelta) -> bool:
    """Whoever writes the host's row has it: one request at a time, whichever process makes it."""
    row = insert(tx, feed_host).values(host=host, free_at=now + hold)
    taken = row.on_conflict_do_update(
        index_elements=["host"], set_={"free_at": now + hold}, where=feed_host.c.free_at <= now
    )
    return tx.execute(taken.returning(feed_host.c.host)).first() is not None


def _begin(tx: Transaction, feed_id: int, now: datetime) -> Feed:
    begun = sa.update(feed).where(feed.c.id == feed_id).values(epoch=feed.c.epoch + 1, polled_at=now)
    return _feed(tx.execute(begun.returning(feed)).mappings().one())


def _keep(tx: Transaction, polled: Feed, kept: Kept) -> None:
    told = {
        "etag": kept.etag,
        "last_modified": kept.last_modified,
        "body_hash": kept.body_hash,
        "seen": list(kept.seen),
        "good_at": kept.good_at,
    }
    tx.execute(sa.update(feed).where(feed.c.id == polled.id).values(**told))
    if kept.url != polled.url and by_url(tx, kept.url) is None:
        tx.execute(sa.update(feed).where(feed.c.id == polled.id).values(url=kept.url, host=kept.host))


def _feed(told: sa.RowMapping) -> Feed:
    kept = Kept(
        url=told["url"],
        host=told["host"],
        title=told["title"],
        etag=told["etag"],
        last_modified=told["last_modified"],
        body_hash=told["body_hash"],
        seen=tuple(told["seen"]),
        good_at=told["good_at"],
    )
    same = ("id", "source", "language", "trust", "next_at", "failures", "epoch")
    return Feed(
        **{name: told[name] for name in (*same, "polled_at", "outcome", "status")},
        topics=tuple(told["topics"]),
        state=FeedState(told["state"]),
        kept=kept,
    )
