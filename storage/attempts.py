"""Groups of attempts written at once: the intents before the requests, the settlements after the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage import driver, tally
from storage.database import StorageError, Transaction
from storage.records import DeliveryState, Settlement
from storage.types import Utc, stored

Key = tuple[int, int, int]
"""Chat, part and the number of the attempt."""

# `{of}` comes before what each attempt has for itself.
_INTEND = """
        UPDATE delivery SET state = 'intent', attempt = delivery.attempt + 1, epoch = :epoch,
               revision = :revision, intent_at = :now"""

_SETTLE = """
        UPDATE delivery SET state = :after, done_at = :now, not_before = :not_before, error = {of}error,
               doubts = {of}doubts, message_id = COALESCE({of}message_id, delivery.message_id)"""

# What most come to, of whom nothing is said and whose doubts stay as they are: an index less that is asked
# about.
_SENT = """
        UPDATE delivery SET state = :after, done_at = :now, not_before = NULL, error = NULL,
               message_id = COALESCE({of}message_id, delivery.message_id)"""

_EACH = """
        WHERE delivery.push_id = :push_id AND delivery.chat_id = {of}chat_id
              AND delivery.part = {of}part AND delivery.attempt = {of}attempt AND delivery.state = :before"""

# To PostgreSQL a group travels as one JSON value, in one statement: one way there and back.
_GROUP = """
        FROM (SELECT (value->>0)::bigint AS chat_id, (value->>1)::int AS part, (value->>2)::int AS attempt,
                     (value->>3)::bigint AS message_id, value->>4 AS error, (value->>5)::int AS doubts
              FROM json_array_elements(CAST(:rows AS json))) AS r"""

_STRETCH = """
        WHERE delivery.push_id = :push_id AND delivery.chat_id BETWEEN :first AND :last
              AND delivery.part = 0 AND delivery.state = :before"""

_COLUMNS = ("chat_id", "part", "attempt", "message_id", "error", "doubts")


def intend(
    tx: Transaction,
    push_id: int,
    keys: Sequence[Key],
    *,
    before: DeliveryState,
    epoch: int,
    revision: int | None,
    now: datetime,
    is_stretch: bool,
) -> None:
    """Write the next attempt of each as an intent; `keys` have the number of the last one.

    `is_stretch`: they are all the first parts in this state from the first chat to the last.
    """
    values = {"push_id": push_id, "before": before, "epoch": epoch, "revision": revision, "now": now}
    if is_stretch and keys and tx.dialect.name == "sqlite":
        written = _at_once(tx, values | {"first": keys[0][0], "last": keys[-1][0]})
    else:
        written = _update(tx, _INTEND, values, keys)
    if written != len(keys):
        raise StorageError(f"push {push_id} has deliveries to chats that are not there", temporary=False)


def settle(
    tx: Transaction, push_id: int, group: Sequence[Settlement], *, before: DeliveryState, now: datetime
) -> int:
    """Settle those that are in state `before`, with the counters of their push; how many they were.

    All of the group have the same `state` and `not_before`.
    """
    if not group:
        return 0
    after, not_before = group[0].state, group[0].not_before
    values = {"push_id": push_id, "before": before, "after": after, "not_before": not_before, "now": now}
    if before is DeliveryState.INTENT and after is DeliveryState.SENT and not any(one.error for one in group):
        sent = [(one.chat_id, one.part, one.attempt, one.message_id) for one in group]
        settled = _update(tx, _SENT, values, sent)
    else:
        rows = [(one.chat_id, one.part, one.attempt, one.message_id, one.error, one.doubts) for one in group]
        settled = _update(tx, _SETTLE, values, rows)
    tally.move(tx, push_id, before, after, settled)
    return settled


def _update(tx: Transaction, change: str, values: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    if tx.dialect.name == "sqlite":
        return _one_by_one(tx, change, values, rows)
    return tx.execute(_GROUPS[change], values | {"rows": json.dumps(rows)}).rowcount


def _one_by_one(tx: Transaction, change: str, values: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> int:
    """SQLite has no way to go: a plain statement a row takes it half of what the join with a group takes."""
    same = _stored(tx, values)
    statement = _by_place(change + _EACH, (*values, *_COLUMNS))
    return driver.run_each(tx, statement, [same + row for row in rows])


def _at_once(tx: Transaction, values: dict[str, Any]) -> int:
    """Nobody else writes there meanwhile, so a stretch is what it was when it was looked at."""
    return driver.run(tx, _by_place(_INTEND + _STRETCH, tuple(values)), _stored(tx, values))


def _stored(tx: Transaction, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(stored(tx.dialect, value) for value in values.values())


@cache
def _by_place(statement: str, names: tuple[str, ...]) -> str:
    """To find each value by its name takes the driver as long as half of the statement."""
    places = {name: place for place, name in enumerate(names, start=1)}
    return re.sub(r":(\w+)", lambda found: f"?{places[found[1]]}", statement.format(of=":"))


def _of_group(change: str) -> sa.TextClause:
    text = (change + _GROUP + _EACH).format(of="r.")
    times = [name for name in ("now", "not_before") if f":{name}" in text]
    return sa.text(text).bindparams(*(sa.bindparam(name, type_=Utc) for name in times))


_GROUPS = {change: _of_group(change) for change in (_INTEND, _SETTLE, _SENT)}
