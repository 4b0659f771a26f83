"""Related links: a headline named in a story's copy, and the story it names, once that is here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from storage.database import Transaction
from storage.lines import NEWEST
from storage.records import RelatedLink, StoryState
from storage.schema import Id, related_link, revision, story

_HASHED = "sha256:"  # no spelling has a colon
LONGEST_KEY = 300  # characters; PostgreSQL indexes no value of more than 2,704 bytes
BY_HEADLINE = {"matched_by": "headline", "score": 1.0}


def stored(headline_key: str) -> str | None:
    """The form in which a headline's key is compared: none for a headline without words."""
    if len(headline_key) > LONGEST_KEY:
        return _HASHED + hashlib.sha256(headline_key.encode()).hexdigest()
    return headline_key or None


def spelling(stored_key: str | None) -> str | None:
    """The headline in search spelling; None where only its hash is kept."""
    return None if stored_key is None or stored_key.startswith(_HASHED) else stored_key


def add(tx: Transaction, story_id: int, number: int, headlines: Sequence[tuple[str, str]]) -> None:
    """`headlines` with their keys, in the order of the copy. Those whose story is here lead to it at once."""
    if not headlines:
        return
    known = find_by_headline(tx, [key for _, key in headlines])
    rows = [
        {
            "story_id": story_id,
            "number": number,
            "ordinal": ordinal,
            "headline": headline,
            "headline_key": stored(key) or "",
            **_target(known.get(key), story_id),
        }
        for ordinal, (headline, key) in enumerate(headlines)
    ]
    tx.execute(sa.insert(related_link), rows)


def resolve(tx: Transaction, headline_key: str, target_id: int, *, matched_by: str, score: float) -> int:
    """Every link that waited for this headline, in whatever story, leads to the target; how many did.

    A link to a killed story waits again.
    """
    key = stored(headline_key)
    if key is None:
        return 0
    values = {"key": key, "target": target_id, "by": matched_by, "sure": score}
    return tx.execute(_RESOLVING, values).rowcount


def find_by_headline(tx: Transaction, keys: Iterable[str]) -> dict[str, int]:
    """Of each key, the newest story whose newest revision has that headline, unless it is killed."""
    asked = {stored(key): key for key in keys}
    newest = (
        sa.select(revision.c.headline_key, sa.func.max(story.c.id))
        .join_from(story, revision, NEWEST)
        .where(revision.c.headline_key.in_(set(asked) - {None}), story.c.state != StoryState.KILLED)
        .group_by(revision.c.headline_key)
    )
    return {asked[key]: story_id for key, story_id in tx.execute(newest)}


def of(tx: Transaction, story_id: int, number: int) -> tuple[RelatedLink, ...]:
    """A target's code only where readers may open it."""
    return tuple(
        RelatedLink(
            ordinal=row.ordinal,
            headline=row.headline,
            code=row.code,
            matched_by=row.matched_by,
            score=row.score,
        )
        for row in tx.execute(_LINKS, {"story_id": story_id, "number": number})
    )


def _target(target_id: int | None, story_id: int) -> dict[str, object]:
    if target_id is None or target_id == story_id:
        return {"target_id": None, "matched_by": None, "score": None}
    return {"target_id": target_id, **BY_HEADLINE}


def _links() -> sa.Select[Any]:
    published = (story.c.id == related_link.c.target_id) & (story.c.state == StoryState.PUBLISHED)
    of_it = related_link.c.story_id == sa.bindparam("story_id")
    found = sa.select(related_link, story.c.code).join_from(related_link, story, published, isouter=True)
    found = found.where(of_it, related_link.c.number == sa.bindparam("number"))
    return found.order_by(related_link.c.ordinal)


def _resolving() -> sa.Update:
    target = sa.bindparam("target", type_=Id)
    killed = sa.select(story.c.id).where(story.c.state == StoryState.KILLED)
    waiting = related_link.c.target_id.is_(None) | related_link.c.target_id.in_(killed)
    of_others = (related_link.c.headline_key == sa.bindparam("key")) & (related_link.c.story_id != target)
    values = {"target_id": target, "matched_by": sa.bindparam("by"), "score": sa.bindparam("sure")}
    return sa.update(related_link).where(of_others, waiting).values(values)


_LINKS, _RESOLVING = _links(), _resolving()
