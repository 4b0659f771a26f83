"""What a chat chose for itself. Clocks are `HH:MM` on its own wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import LINES, line, readable
from storage.records import StoryLine
from storage.schema import chat, story, subscription


def set_quiet(tx: Transaction, chat_id: int, start: str | None, end: str | None) -> None:
    """None for both: no hour is quiet."""
    _set(tx, chat_id, quiet_from=start, quiet_to=end)


def set_breaking_sounds(tx: Transaction, chat_id: int, sounds: bool) -> None:
    """Whether breaking news sounds in quiet hours."""
    _set(tx, chat_id, breaking_sounds=sounds)


def set_digests(tx: Transaction, chat_id: int, times: Sequence[str], now: datetime) -> None:
    """Digests at these hours from now on; none where there are no hours."""
    _set(tx, chat_id, digest_times=list(times), digest_since=now if times else None)


def set_whole(tx: Transaction, chat_id: int, whole: bool) -> None:
    """Whether a breaking story comes in all its parts, or its opening alone."""
    _set(tx, chat_id, whole=whole)


def followed_stories(tx: Transaction, chat_id: int, *, limit: int, now: datetime) -> list[StoryLine]:
    """Of those that it follows, the ones that readers may see now; the last followed first."""
    followed = (
        LINES.join(subscription, subscription.c.value == story.c.code)
        .where(subscription.c.chat_id == chat_id, subscription.c.scope == "story")
        .where(subscription.c.how != "muted", readable(now))
        .order_by(subscription.c.created_at.desc(), story.c.id.desc())
    )
    return [line(row) for row in tx.execute(followed.limit(limit))]


def followed(tx: Transaction, chat_id: int, scope: str) -> Sequence[str]:
    """The values of what it follows: of the scope "words" or "topic"."""
    wanted = (subscription.c.chat_id == chat_id, subscription.c.scope == scope)
    return (
        tx.execute(sa.select(subscription.c.value).where(*wanted).order_by(subscription.c.value))
        .scalars()
        .all()
    )


def _set(tx: Transaction, chat_id: int, **values: Any) -> None:
    tx.execute(sa.update(chat).where(chat.c.id == chat_id).values(values))
