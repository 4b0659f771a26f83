"""Acts on delivered copies that an editor was shown: taken once, by the button that carries the token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.records import PushKind
from storage.schema import amendment

KEPT = timedelta(days=2)
"""Nobody presses a button that is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """`base` is the story's newest revision as it was shown.

    `copy` is the new copy, where there is one; `telling` the revision that was kept back and would be let in.
    """

    token: str
    kind: PushKind
    story_id: int
    base: int
    created_by: int
    telling: int | None = None
    copy: bytes | None = None
    media_type: str | None = None
    charset: str | None = None


def propose(tx: Transaction, proposed: Amendment, now: datetime) -> None:
    tx.execute(sa.delete(amendment).where(amendment.c.created_at < now - KEPT))
    values = {name: getattr(proposed, name) for name in Amendment.__dataclass_fields__}
    tx.execute(sa.insert(amendment).values(**values, created_at=now))


def take(tx: Transaction, token: str) -> Amendment | None:
    """Nobody else gets it. None where it was taken before, or is too old."""
    taken = sa.delete(amendment).where(amendment.c.token == token).returning(amendment)
    return _record(tx.execute(taken).one_or_none())


def drop(tx: Transaction, story_id: int) -> None:
    """Whatever editors were shown of this story and have not said yes to."""
    tx.execute(sa.delete(amendment).where(amendment.c.story_id == story_id))


def find(tx: Transaction, token: str) -> Amendment | None:
    return _record(tx.execute(sa.select(amendment).where(amendment.c.token == token)).one_or_none())


def _record(row: sa.Row[Any] | None) -> Amendment | None:
    if row is None:
        return None
    fields = {name: getattr(row, name) for name in Amendment.__dataclass_fields__}
    return Amendment(**fields | {"kind": PushKind(row.kind)})
