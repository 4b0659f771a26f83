"""How long news stays worth sending. What is later than that is given up (`deliver_by`), not sent late."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import PushKind

WITHIN: dict[PushKind, timedelta] = {
    PushKind.BREAKING: timedelta(hours=6),
    PushKind.FOLLOW: timedelta(hours=12),
    PushKind.BROADCAST: timedelta(days=2),
    PushKind.DIGEST: timedelta(hours=4),
}
"""A kind that is missing has no deadline: a correction, a hold or a kill reaches every copy, however late."""

ROOM = 2
"""A big audience has so many times the time that it takes at the permitted rate, if that is more."""


def deadline(kind: PushKind, start: datetime) -> datetime | None:
    """`deliver_by` of a push that may go out from `start` on."""
    within = WITHIN.get(kind)
    return None if within is None else start + within
