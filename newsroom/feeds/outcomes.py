"""What became of a poll, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.outside import Fault
from storage.feed_log import Poll
from storage.feeds import Kept


class Outcome(StrEnum):
    """As the catalogues know it; so are the faults of `newsroom.outside.Fault`."""

    TAKEN = "taken"  # something new or changed
    UNCHANGED = "unchanged"
    GONE = "gone"
    STATUS = "status"  # an answer that is no feed, by its HTTP status
    REFUSED = "refused"  # a body that cannot be read
    SLOW = "slow"  # a body that takes too long to read
    FAULT = "fault"  # ours


GOOD = frozenset({Outcome.TAKEN, Outcome.UNCHANGED})
EVERY = frozenset({*Outcome, *Fault})


@dataclass(frozen=True, slots=True)
class Offer:
    """The WebSub hub of a feed, None where it has none; `topic` is the address that the hub knows it by."""

    hub: str | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`kept` is what the next poll goes by; `retry_after` what the server asked for.

    `offer` is what was learned of its hub, None where nothing was.
    """

    outcome: Outcome | Fault
    kept: Kept
    status: int | None = None
    fresh: int = 0
    changed: int = 0
    refused: int = 0
    pushed: int = 0
    detail: str | None = None
    retry_after: timedelta | None = None
    offer: Offer | None = None

    @property
    def is_trouble(self) -> bool:
        return self.outcome not in GOOD

    def at(self, now: datetime) -> Poll:
        """As the log keeps it."""
        return Poll(
            at=now,
            outcome=self.outcome.value,
            is_trouble=self.is_trouble,
            status=self.status,
            fresh=self.fresh,
            changed=self.changed,
            refused=self.refused,
            pushed=self.pushed,
            detail=self.detail,
        )
