"""Who did what, in a chain: each entry holds the hash of the one before; none can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.schema import audit

BEGINNING = "0" * 64
LOCK = 0x61756469  # "audi": entries are appended one at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


def append(
    tx: Transaction, *, actor: str, action: str, subject: str, detail: Mapping[str, Any], now: datetime
) -> int:
    """`detail` is plain JSON data. Whoever appends waits for every other appending transaction to end."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = tx.execute(sa.select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)).one_or_none()
    row: dict[str, Any] = {"actor": actor, "action": action, "subject": subject, "detail": _plain(detail)}
    row |= {"id": last.id + 1 if last else 1, "at": now, "previous": last.hash if last else BEGINNING}
    tx.execute(sa.insert(audit).values(**row, hash=_seal(row)))
    return int(row["id"])


def verify(tx: Transaction) -> int | None:
    """The id of the first entry that was changed, or stands after one that was removed; None where all hold.

    Entries removed from the end leave no trace in the chain itself.
    """
    previous, expected_id = BEGINNING, 1
    entries = sa.select(audit).order_by(audit.c.id).execution_options(yield_per=1000)
    with tx.execute(entries) as rows:
        for row in rows:
            unbroken = row.id == expected_id and row.previous == previous and row.hash == _seal(row._asdict())
            if not unbroken:
                return int(row.id)
            previous, expected_id = row.hash, expected_id + 1
    return None


def recent(tx: Transaction, limit: int, *, before: int | None = None) -> list[Entry]:
    """Newest first; those before the entry with this number, where one is given."""
    entries = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    rows = tx.execute(entries if before is None else entries.where(audit.c.id < before))
    return [
        Entry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
        )
        for row in rows
    ]


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """As it will be read back, so that the seal holds over what is stored: enums by value, keys as text."""
    plain: dict[str, Any] = json.loads(json.dumps(detail, allow_nan=False))
    return plain


def _seal(row: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON: sorted keys, no spaces, UTC instants in ISO 8601."""
    words = {name: row[name] for name in ("id", "actor", "action", "subject", "detail", "previous")}
    words["at"] = row["at"].astimezone(UTC).isoformat()
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
