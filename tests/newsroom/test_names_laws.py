"""Whatever sources call their items, in whatever order: nobody below push changes the story of another."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom import filing
from newsroom.filing import Taken
from newsroom.incoming import Copy, Trust
from newsroom.wire import parse
from storage import events, stories
from storage.database import Database, Transaction
from storage.records import PushKind, RevisionKind, StoryState, Tellers
from storage.schema import push, story

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOURCES = {
    "agency": Trust.PUSH,
    "relay": Trust.PUSH,
    "feed": Trust.PUBLISH,
    "paper": Trust.REVIEW,
    "blog": Trust.WAIT,
}
TEXTS = (
    "Northern quay opens\n\nThe harbour authority opened the northern quay to large ships on Sunday.",
    "Northern quay opens to ships\n\nThe harbour authority opened the northern quay to large ships at noon.",
    "Ferry to Tyre returns\n\nThe ferry to Tyre sails again from Monday, its owners said after repairs.",
    "Storm closes mountain road\n\nSnow closed the road over the mountain on Sunday, the police said.",
)
numbers = count()


@dataclass(frozen=True)
class Filed:
    source: str
    text: int
    kind: RevisionKind
    urgency: int
    uri: str | None
    evolved_from: str | None
    item: str | None
    slug: str | None


@dataclass(frozen=True)
class Seen:
    told: Tellers
    head: int
    state: StoryState


names = st.sampled_from([None, "urn:quay", "urn:ferry"])
filed = st.builds(
    Filed,
    source=st.sampled_from(sorted(SOURCES)),
    text=st.integers(0, len(TEXTS) - 1),
    kind=st.sampled_from([*RevisionKind, RevisionKind.NEW, RevisionKind.NEW]),
    urgency=st.sampled_from([1, 5]),
    uri=names,
    evolved_from=names,
    item=st.sampled_from([None, "1", "2"]),
    slug=st.sampled_from([None, "QUAY"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(filed, min_size=2, max_size=8))
def test_nobody_below_push_changes_the_story_of_another_and_an_event_breaks_once(
    items: list[Filed], sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{next(numbers)}.db"
    shutil.copyfile(sqlite_template, file)
    asyncio.run(_live(f"sqlite:///{file}", items))
    file.unlink()


async def _live(url: str, items: list[Filed]) -> None:
    db = Database.open(url)
    try:
        for minute, one in enumerate(items):
            before = await db.read(_seen)
            await db.write(partial(_file, one=one, at=NOW + timedelta(minutes=minute)))
            after = await db.read(_seen)
            _look(one, before, after)
            assert await db.read(_breaks_once)
    finally:
        await db.close()


def _file(tx: Transaction, one: Filed, at: datetime) -> Taken:
    body = TEXTS[one.text].encode()
    told = {"uri": one.uri, "evolved_from": one.evolved_from, "slugline": one.slug, "kind": one.kind}
    draft = replace(parse(body), urgency=one.urgency, **told)  # type: ignore[arg-type]  # fields of a draft
    copy = Copy(body=body, source=one.source, trust=SOURCES[one.source], item_id=one.item)
    return filing.file(tx, copy, draft, at)


def _look(one: Filed, before: dict[int, Seen], after: dict[int, Seen]) -> None:
    own = Tellers(first=one.source, newest=one.source)
    for story_id, was in before.items():
        now = after[story_id]
        if was.told == own or SOURCES[one.source] is Trust.PUSH:
            continue
        assert (now.told, now.head) == (was.told, was.head), "other words than its own"
        assert now.state is was.state or now.state is StoryState.PUBLISHED, "taken back by a stranger"


def _seen(tx: Transaction) -> dict[int, Seen]:
    rows = tx.execute(sa.select(story.c.id, story.c.head, story.c.state)).all()
    return {
        row.id: Seen(told=stories.tellers(tx, row.id), head=row.head, state=StoryState(row.state))
        for row in rows
    }


def _breaks_once(tx: Transaction) -> bool:
    broke = sa.select(push.c.story_id).where(push.c.kind == PushKind.BREAKING, push.c.once.like("breaking:%"))
    pushed = list(tx.execute(broke).scalars())
    return len(set(events.of(tx, pushed).values())) == len(pushed)
