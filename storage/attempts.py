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

_EACH = """
        WHERE delivery.push_id = :push_id AND delivery.chat_id = {of}chat_id
              AND delivery.part = {of}part AND delivery.attempt = {of}attempt AND delivery.state = :before"""

# To PostgreSQL a group travels as one JSON value, in one statement: one way there and back.
_GROUP = """
        FROM (SELECT (value->>0)::bigint AS chat_id, (value->>1)::int AS part, (value->>2)::int AS attempt,
                     (value->>3)::bigint AS message_id, value->>4 AS error, (value->>5)::int AS doubts
              FROM json_array_elements(CAST(:rows AS json))) AS r"""

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
    if tx.dialect.name == "sqlite":
        return _one_by_one(tx, change, values, rows)
    return tx.execute(_GROUPS[change], values | {"rows": json.dumps(rows)}).rowcount


def _one_by_one(tx: Transaction, change: str, values: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> int:
    """SQLite has no way to go: a plain statement a row takes it half of what the join with a group takes."""
    same = {name: stored(tx.dialect, value) for name, value in values.items()}
    each = [{**same, **dict(zip(_COLUMNS, row, strict=False))} for row in rows]
    statement = (change + _EACH).format(of=":")
    return tx.exec_driver_sql(statement, each, execution_options={"preserve_rowcount": True}).rowcount


def _of_group(change: str) -> sa.TextClause:
    text = (change + _GROUP + _EACH).format(of="r.")
    times = [name for name in ("now", "not_before") if f":{name}" in text]
    return sa.text(text).bindparams(*(sa.bindparam(name, type_=Utc) for name in times))


_GROUPS = {change: _of_group(change) for change in (_INTEND, _SETTLE)}
