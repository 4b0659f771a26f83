"""Events: stories that tell one, merged, split and bridged."""

from __future__ import annotations

from collections.abc import Callable

from stored_samples import file

from storage import events
from storage.database import Database, Transaction
from storage.events import Because, Membership
from storage.records import StoryState


def joined(tx: Transaction, story_id: int, event_id: int) -> None:
    why = Membership(
        event_id=event_id, because=Because.TEXT, sureness=0.7, matched=event_id, shared=("زلزال",)
    )
    events.place(tx, story_id, why)


async def stage(
    db: Database, act: Callable[[Transaction, list[int]], None] = lambda *_: None
) -> list[list[str]]:
    """Five stories: A and B one event, C and D another, E alone. The events after the act, by their codes."""

    def work(tx: Transaction) -> list[list[str]]:
        ids = [file(tx, code=f"{letter * 4}") for letter in "ABCDE"]
        joined(tx, ids[1], ids[0])
        joined(tx, ids[3], ids[2])
        act(tx, ids)
        known = events.of(tx, ids)
        return [
            [told.code[0] for told in events.members(tx, event, 9)] for event in sorted(set(known.values()))
        ]

    return await db.write(work)


async def test_an_event_has_its_stories_and_a_story_alone_is_one(db: Database) -> None:
    assert await stage(db) == [["A", "B"], ["C", "D"], ["E"]]


async def test_events_are_as_large_as_the_stories_that_tell_them(db: Database) -> None:
    def work(tx: Transaction) -> tuple[list[int], dict[int, int], dict[int, int]]:
        ids = [file(tx, code=f"{letter * 4}") for letter in "ABCDE"]
        for other in ids[1:3]:
            joined(tx, other, ids[0])
        before = events.sizes(tx, [ids[0], ids[0], ids[3]])
        events.split(tx, ids[4])
        events.merge(tx, ids[4], ids[0])
        return ids, before, events.sizes(tx, ids[:1])

    ids, before, after = await db.write(work)
    assert (before, after) == ({ids[0]: 3, ids[3]: 1}, {ids[0]: 4})


async def test_why_a_story_is_in_its_event_is_kept(db: Database) -> None:
    def work(tx: Transaction) -> tuple[int, Membership | None, Membership | None]:
        first, second = file(tx, code="AAAA"), file(tx, code="BBBB")
        joined(tx, second, first)
        return first, events.membership(tx, first), events.membership(tx, second)

    first, of_first, of_second = await db.write(work)
    assert of_first is None
    assert of_second == Membership(
        event_id=first, because=Because.TEXT, sureness=0.7, matched=first, shared=("زلزال",)
    )


async def test_merging_moves_all_stories(db: Database) -> None:
    assert await stage(db, lambda tx, ids: events.merge(tx, ids[2], ids[0])) == [["A", "B", "C", "D"], ["E"]]


async def test_a_story_can_be_split_off_also_the_first(db: Database) -> None:
    assert await stage(db, lambda tx, ids: events.split(tx, ids[1])) == [["A"], ["B"], ["C", "D"], ["E"]]


async def test_splitting_off_the_first_leaves_the_others_together(db: Database) -> None:
    def act(tx: Transaction, ids: list[int]) -> None:
        events.merge(tx, ids[2], ids[0])
        events.split(tx, ids[0])

    assert await stage(db, act) == [["A"], ["B", "C", "D"], ["E"]]


async def test_a_bridge_joins_two_events_but_never_what_an_editor_parted(db: Database) -> None:
    assert await stage(db, lambda tx, ids: events.bridge(tx, ids[2], ids[0])) == [["A", "B", "C", "D"], ["E"]]


async def test_a_bridge_leaves_what_an_editor_decided(db: Database) -> None:
    def act(tx: Transaction, ids: list[int]) -> None:
        events.split(tx, ids[1])
        events.bridge(tx, ids[1], ids[2])
        events.bridge(tx, ids[2], ids[1])

    assert await stage(db, act) == [["A"], ["B"], ["C", "D"], ["E"]]


async def test_killed_stories_are_no_members(db: Database) -> None:
    def work(tx: Transaction) -> list[str]:
        first = file(tx, code="AAAA", state=StoryState.KILLED)
        joined(tx, file(tx, code="BBBB"), first)
        return [told.code for told in events.members(tx, first, 9)]

    assert await db.write(work) == ["BBBB"]
