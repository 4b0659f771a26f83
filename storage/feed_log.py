"""What became of the polls of each feed: the last few, polls that all went the same way as one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import feed_log

KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """`outcome` is one of `newsroom.feeds.outcomes`; `status` the HTTP status, where there was one.

    `fresh`, `changed`, `refused` and `pushed` count items. `detail` is why something was refused. `times` so
    many polls went this way in a row, from `since` to `at`.
    """

    at: datetime
    outcome: str
    is_trouble: bool = False
    status: int | None = None
    fresh: int = 0
    changed: int = 0
    refused: int = 0
    pushed: int = 0
    detail: str | None = None
    times: int = 1
    since: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing that would be worth a line of its own a second time."""
        return not (self.fresh or self.changed or self.pushed)


def add(tx: Transaction, feed_id: int, poll: Poll) -> None:
    newest = tx.execute(_of(feed_id).limit(1)).mappings().one_or_none()
    if newest is not None and _is_same(_poll(newest), poll):
        again = {"times": feed_log.c.times + 1, "at": poll.at}
        tx.execute(sa.update(feed_log).where(feed_log.c.id == newest["id"]).values(**again))
        return
    told = {name: getattr(poll, name) for name in _TOLD}
    tx.execute(sa.insert(feed_log).values(feed_id=feed_id, times=1, since=poll.at, **told))
    _trim(tx, feed_id)


def last(tx: Transaction, feed_id: int, most: int = KEPT) -> list[Poll]:
    """Newest first."""
    return [_poll(row) for row in tx.execute(_of(feed_id).limit(most)).mappings()]


def clear(tx: Transaction, feed_id: int) -> None:
    tx.execute(sa.delete(feed_log).where(feed_log.c.feed_id == feed_id))


_TOLD = ("at", "outcome", "is_trouble", "status", "fresh", "changed", "refused", "pushed", "detail")
_SAME = ("outcome", "status", "refused", "detail")


def _of(feed_id: int) -> sa.Select[tuple[object, ...]]:
    return sa.select(feed_log).where(feed_log.c.feed_id == feed_id).order_by(feed_log.c.id.desc())


def _is_same(one: Poll, other: Poll) -> bool:
    alike = all(getattr(one, name) == getattr(other, name) for name in _SAME)
    return alike and one.is_plain and other.is_plain


def _trim(tx: Transaction, feed_id: int) -> None:
    kept = _of(feed_id).with_only_columns(feed_log.c.id).limit(1).offset(KEPT).scalar_subquery()
    tx.execute(sa.delete(feed_log).where(feed_log.c.feed_id == feed_id, feed_log.c.id <= kept))


def _poll(told: sa.RowMapping) -> Poll:
    return Poll(**{name: told[name] for name in (*_TOLD, "times", "since")})
