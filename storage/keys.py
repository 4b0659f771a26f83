"""What the wire calls a story: each key names one story, whoever files it and at whatever moment."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from storage.database import Conflict, Transaction
from storage.records import StoryState
from storage.schema import story, wire_key
from storage.upsert import insert_on

LONGEST_SCHEME, LONGEST_VALUE = 80, 512


class KeyTaken(Conflict):
    """Another transaction gave this key to another story."""


@dataclass(frozen=True, slots=True, order=True)
class WireKey:
    """`scheme` is "uri", "item:SOURCE", "heard" (a uri, by who speaks for itself alone) or "text"."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHit:
    """The story of a key. `number` is the last revision that came with it, `head` the story's newest."""

    story_id: int
    number: int
    code: str
    state: StoryState
    head: int
    opens_at: datetime | None = None


def find(tx: Transaction, keys: Collection[WireKey]) -> dict[WireKey, KeyHit]:
    asked = {_stored(key): key for key in keys}
    rows = tx.execute(_HITS, {"places": list(asked)})
    return {
        asked[row.scheme, row.value]: KeyHit(
            story_id=row.story_id,
            number=row.number,
            code=row.code,
            state=StoryState(row.state),
            head=row.head,
            opens_at=row.opens_at,
        )
        for row in rows
    }


def hit(tx: Transaction, story_id: int) -> KeyHit:
    """The story itself, by its newest revision, as though the wire had named it."""
    row = tx.execute(sa.select(story).where(story.c.id == story_id)).one()
    return KeyHit(
        story_id=row.id,
        number=row.head,
        code=row.code,
        state=StoryState(row.state),
        head=row.head,
        opens_at=row.opens_at,
    )


def claim(tx: Transaction, keys: Collection[WireKey], story_id: int, number: int) -> None:
    """From now on these keys mean this revision of this story.

    `KeyTaken` where one means another story: run the whole work again, which then finds that story.
    """
    places = sorted(_stored(key) for key in set(keys))  # one order for all: no deadlock
    rows = [
        {"scheme": scheme, "value": value, "story_id": story_id, "number": number} for scheme, value in places
    ]
    if rows and tx.execute(_claiming(tx.dialect.name), rows).rowcount != len(rows):
        raise KeyTaken(f"another transaction took a key of story {story_id}")


@cache
def _claiming(dialect: str) -> sa.Insert:
    row = insert_on(dialect, wire_key).execution_options(preserve_rowcount=True)
    return row.on_conflict_do_update(
        index_elements=["scheme", "value"],
        set_={"number": row.excluded.number},
        where=wire_key.c.story_id == row.excluded.story_id,
    )


def free(tx: Transaction, keys: Collection[WireKey]) -> None:
    """They name no story any more."""
    places = sa.tuple_(wire_key.c.scheme, wire_key.c.value).in_([_stored(key) for key in keys])
    tx.execute(sa.delete(wire_key).where(places))


def _stored(key: WireKey) -> tuple[str, str]:
    return _short(key.scheme, LONGEST_SCHEME), _short(key.value, LONGEST_VALUE)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else "sha256:" + hashlib.sha256(text.encode()).hexdigest()


_HITS = (
    sa.select(wire_key, story.c.code, story.c.state, story.c.head, story.c.opens_at)
    .join_from(wire_key, story)
    .where(sa.tuple_(wire_key.c.scheme, wire_key.c.value).in_(sa.bindparam("places", expanding=True)))
)
