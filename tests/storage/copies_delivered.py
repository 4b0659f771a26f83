"""A story with copies in readers' chats, and a sender that works by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from readership import NOON, add_readers

from storage import edits, leases, ledger, pushes, recovery, stories
from storage.database import Transaction
from storage.records import (
    Act,
    Counts,
    Delivery,
    DeliveryState,
    Draft,
    Lane,
    PushKind,
    PushState,
    RevisionKind,
    Settlement,
    StoryState,
    Subject,
)
from storage.schema import delivery

BOT = 7
LATER = NOON + timedelta(seconds=30)


class World:
    """Message n of chat n is 100 + n."""

    def __init__(self, tx: Transaction, *, readers: int, kind: str = "private") -> None:
        self.tx = tx
        self.take_over()
        add_readers(tx, range(1, readers + 1), kind=kind)
        self.story, _ = stories.create(tx, ["AAAA"], StoryState.PUBLISHED, NOON)
        self.tell()

    def take_over(self) -> None:
        lease = leases.acquire(self.tx, BOT, "a", timedelta(seconds=15), dead=leases.holder(self.tx, BOT))
        assert lease is not None
        self.epoch = lease.epoch

    def push(self) -> int:
        """The breaking push, planned."""
        return self._planned(self.propose(PushKind.BREAKING))

    def revise(self, kind: PushKind, *, loud: bool = False) -> int:
        """A new revision and the push that brings the copies up to it, planned."""
        self.tell()
        edits.supersede(self.tx, Subject(story_id=self.story), NOON)
        return self._planned(self.propose(kind, loud=loud))

    def propose(self, kind: PushKind, *, loud: bool = False) -> int:
        what: dict[str, Any] = {
            "kind": kind,
            "lane": Lane.KILL,
            "story_id": self.story,
            "revision": self.head,
        }
        made = pushes.create(self.tx, **what, once=f"{kind}:{self.head}", loud=loud, now=NOON)
        assert made is not None
        return made.id

    def claim(self, push_id: int, *, limit: int = 100, now: Any = NOON) -> tuple[Delivery, ...]:
        claimed = ledger.claim(self.tx, push_id, after=0, limit=limit, bot_id=BOT, epoch=self.epoch, now=now)
        assert claimed is not None
        return claimed.deliveries

    def deliver(self, push_id: int, ends: Mapping[int, DeliveryState] | None = None) -> None:
        """All of a push: sent, but for the chats whose end is given."""
        for one in self.claim(push_id):
            self.settle(push_id, [one], (ends or {}).get(one.chat_id, DeliveryState.SENT))

    def settle(
        self,
        push_id: int,
        claimed: Iterable[Delivery],
        state: DeliveryState = DeliveryState.SENT,
        **also: Any,
    ) -> None:
        def settlement(one: Delivery) -> Settlement:
            made = state is DeliveryState.SENT and one.act is not Act.EDIT
            return Settlement(
                chat_id=one.chat_id,
                part=one.part,
                attempt=one.attempt,
                state=state,
                message_id=100 + one.chat_id if made else None,
                **also,
            )

        ledger.settle(self.tx, push_id, [settlement(one) for one in claimed], NOON)

    def counts(self, push_id: int) -> Counts:
        """The counters, which are what the rows say."""
        assert recovery.verify(self.tx) == []
        return recovery.counts(self.tx, push_id)

    def state(self, push_id: int) -> PushState:
        found = pushes.by_id(self.tx, push_id)
        assert found is not None
        return found.state

    def _planned(self, push_id: int) -> int:
        ledger.plan(self.tx, push_id)
        return push_id

    def tell(self) -> None:
        """A new revision."""
        self.head = stories.add_revision(
            self.tx,
            self.story,
            Draft(copy=b"x", media_type="text/plain", language="ar", sections=()),
            kind=RevisionKind.UPDATE,
            headline="خبر",
            headline_derived=False,
            headline_key="خبر",
            urgency=2,
            source="wire",
            related_keys=(),
            now=NOON,
        )


def shown_by(tx: Transaction) -> set[int]:
    """The revisions that known copies show."""
    known = delivery.c.act != "edit", delivery.c.state == DeliveryState.SENT
    return set(tx.execute(sa.select(delivery.c.revision).where(*known)).scalars())
