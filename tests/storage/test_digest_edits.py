"""Edits of delivered digests, on both databases: each copy once, and nobody is told anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from copies_delivered import World, shown_by
from readership import NOON

from newsroom import digests
from storage import bulletins, pushes
from storage import digests as kept
from storage.database import Database, Transaction
from storage.records import Act, Composed, Counts, DeliveryState, Lane, PushKind, PushState
from storage.schema import chat

ROUND: dict[str, Any] = {"zone": "UTC", "times": ["12:00"]}
WINDOW = {"since": "2026-02-28T12:00:00+00:00", "until": "2026-03-01T12:00:00+00:00"}


class Round(World):
    """A digest that lists the story, and what becomes of the story then."""

    def digest(self) -> int:
        """Planned."""
        wanted = {
            "zone": ROUND["zone"],
            "digest_times": ROUND["times"],
            "digest_since": NOON - timedelta(days=1),
        }
        self.tx.execute(sa.update(chat).values(wanted))
        made = self.create()
        kept.note_stories(self.tx, made, [self.story])
        return self._planned(made)

    def change(self) -> int:
        """The story is another one: the push that brings the digest up to it, planned."""
        before = {one.id for one in pushes.due(self.tx, NOON)}
        digests.tell_anew(self.tx, self.story, Lane.KILL, NOON)
        (made,) = [one.id for one in pushes.due(self.tx, NOON) if one.id not in before]
        return self._planned(made)

    def create(self) -> int:
        made = pushes.create(
            self.tx,
            kind=PushKind.DIGEST,
            lane=Lane.DIGEST,
            revision=1,
            composed=Composed(method=kept.METHOD, params={**ROUND, **WINDOW}),
            once="digest",
            now=NOON,
        )
        assert made is not None
        return made.id


async def test_each_copy_is_changed_and_nobody_is_told_anew(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=4)
        world.deliver(world.digest(), {1: DeliveryState.UNKNOWN, 2: DeliveryState.REJECTED})
        change = world.change()
        claimed = world.claim(change)
        assert [(one.chat_id, one.act, one.message_id) for one in claimed] == [
            (4, Act.EDIT, 104),
            (3, Act.EDIT, 103),
        ]
        world.settle(change, claimed)
        assert shown_by(tx) == {2}
        assert world.counts(change) == Counts(planned=2, sent=2)
        assert world.state(change) is PushState.DONE

    await db.write(work)


async def test_what_goes_out_later_is_right_and_what_was_under_way_is_made_so(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=3)
        digest = world.digest()
        under_way = world.claim(digest, limit=1)
        change = world.change()
        assert world.claim(change) == ()
        later = world.claim(digest)
        assert {one.revision for one in under_way} == {1}
        assert {one.revision for one in later} == {2}
        world.settle(digest, [*under_way, *later])
        assert shown_by(tx) == {1, 2}
        world.settle(change, world.claim(change))
        assert shown_by(tx) == {2}
        assert world.counts(change) == Counts(planned=1, sent=1)

    await db.write(work)


async def test_what_an_older_change_has_under_way_comes_to_the_newer_when_it_is_settled(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=3)
        world.deliver(world.digest())
        older = world.change()
        under_way = world.claim(older, limit=1)
        newer = world.change()
        assert world.counts(older) == Counts(planned=3, cancelled=2)
        assert len(world.claim(newer)) == 2
        world.settle(older, under_way)
        (handed_on,) = world.claim(newer)
        assert handed_on.chat_id == under_way[0].chat_id

    await db.write(work)


async def test_a_digest_that_nobody_had_yet_is_just_told_right(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=1)
        digest = world.create()
        kept.note_stories(tx, digest, [world.story])
        digests.tell_anew(tx, world.story, Lane.KILL, NOON)
        assert [one.id for one in pushes.due(tx, NOON)] == [digest]
        found = pushes.by_id(tx, digest)
        assert found is not None
        assert found.revision == 2

    await db.write(work)


async def test_digests_that_do_not_list_it_stay_as_they_are(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=1)
        world.deliver(world.digest())
        digests.tell_anew(tx, world.story + 1, Lane.KILL, NOON)
        assert pushes.due(tx, NOON) == []

    await db.write(work)


async def test_what_changes_digests_does_not_crowd_the_list(db: Database) -> None:
    def work(tx: Transaction) -> None:
        world = Round(tx, readers=1)
        world.deliver(world.digest())
        change = world.change()
        assert [one.id for one in pushes.recent(tx, 9)] == [change]
        world.settle(change, world.claim(change))
        assert pushes.recent(tx, 9) == []
        assert bulletins.missing(tx, 1, NOON + 2 * bulletins.GRACE) == [], "nor the owners' chats"

    await db.write(work)
