"""Groups of attempts written at once: the intents before the requests, the settlements after the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tally
from storage.database import Transaction
from storage.records import DeliveryState, Settlement
from storage.types import Utc

Key = tuple[int, int, int]
"""Chat, part and the number of the attempt."""

# A group travels as one JSON value: one statement whatever its size, and the same in both databases.
_GROUPS = {
    "sqlite": """
        SELECT json_extract(value, '$[0]') AS chat_id, json_extract(value, '$[1]') AS part,
               json_extract(value, '$[2]') AS attempt, json_extract(value, '$[3]') AS message_id,
               json_extract(value, '$[4]') AS error, json_extract(value, '$[5]') AS doubts
        FROM json_each(:rows)""",
    "postgresql": """
        SELECT (value->>0)::bigint AS chat_id, (value->>1)::int AS part, (value->>2)::int AS attempt,
               (value->>3)::bigint AS message_id, value->>4 AS error, (value->>5)::int AS doubts
        FROM json_array_elements(CAST(:rows AS json))""",
}

# MATERIALIZED keeps SQLite from holding every delivery of the push against the group. It stands inside,
# for sqlite3 counts the rows of a statement only if it begins with UPDATE.
_OF_GROUP = """
        FROM (WITH g AS MATERIALIZED ({group}) SELECT * FROM g) AS r
        WHERE delivery.push_id = :push_id AND delivery.chat_id = r.chat_id
              AND delivery.part = r.part AND delivery.attempt = r.attempt AND delivery.state = :before"""

_INTEND = """
        UPDATE delivery SET state = 'intent', attempt = delivery.attempt + 1, epoch = :epoch,
               revision = :revision, intent_at = :now"""

_SETTLE = """
        UPDATE delivery SET state = :after, done_at = :now, not_before = :not_before, error = r.error,
               doubts = r.doubts, message_id = COALESCE(r.message_id, delivery.message_id)"""


def intend(
    tx: Transaction,
    push_id: int,
    keys: Sequence[Key],
    *,
    before: DeliveryState,
    epoch: int,
    revision: int | None,
    now: datetime,
) -> None:
    """Write the next attempt of each as an intent; `keys` have the number of the last one."""
    values = {"push_id": push_id, "before": before, "epoch": epoch, "revision": revision, "now": now}
    _update(tx, _INTEND, values, keys)


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
    rows = [(one.chat_id, one.part, one.attempt, one.message_id, one.error, one.doubts) for one in group]
    settled = _update(tx, _SETTLE, values, rows)
    tally.move(tx, push_id, before, after, settled)
    return settled


def _update(tx: Transaction, change: str, values: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    statement = _STATEMENTS[tx.dialect.name, change]
    return tx.execute(statement, values | {"rows": json.dumps(rows)}).rowcount


def _statement(group: str, change: str) -> sa.TextClause:
    text = change + _OF_GROUP.format(group=group)
    times = [name for name in ("now", "not_before") if f":{name}" in text]
    return sa.text(text).bindparams(*(sa.bindparam(name, type_=Utc) for name in times))


_STATEMENTS = {
    (dialect, change): _statement(group, change)
    for dialect, group in _GROUPS.items()
    for change in (_INTEND, _SETTLE)
}
