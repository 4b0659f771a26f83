"""Stories and their revisions. A revision, once written, never changes: the database refuses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa

from storage import links, topics
from storage.database import Transaction
from storage.lines import LINES, NEWEST, line, readable
from storage.records import (
    Draft,
    Revision,
    RevisionKind,
    Section,
    SectionKind,
    Story,
    StoryLine,
    StoryState,
    Tellers,
)
from storage.schema import revision as revisions
from storage.schema import section, story
from storage.upsert import insert_on


def create(
    tx: Transaction,
    codes: Iterable[str],
    state: StoryState,
    now: datetime,
    *,
    opens_at: datetime | None = None,
) -> tuple[int, str]:
    """Its id, and the first of `codes` that was free. It is nowhere until it has a revision."""
    published_at = now if state is StoryState.PUBLISHED else None
    values = {"state": state, "head": 0, "created_at": now, "updated_at": now, "published_at": published_at}
    values["opens_at"] = opens_at
    for code in codes:
        story_id = tx.execute(_making(tx.dialect.name), {"code": code, **values}).scalar_one_or_none()
        if story_id is not None:
            return story_id, code
    raise LookupError("none of these codes is free")


class Told(TypedDict):
    """What is known of a telling besides its draft. `related_keys`: of `draft.related`, one for one."""

    kind: RevisionKind
    headline: str | None
    headline_derived: bool
    headline_key: str
    urgency: int
    source: str
    related_keys: Sequence[str]
    now: datetime


def add_revision(tx: Transaction, story_id: int, draft: Draft, **told: Unpack[Told]) -> int:
    """The number of the new revision, which is what the story says from now on."""
    number = next_number(tx, story_id)
    keep(tx, story_id, number, draft, **told)
    show(tx, story_id, number, told["now"])
    return number


def keep(tx: Transaction, story_id: int, number: int, draft: Draft, **told: Unpack[Told]) -> None:
    """A new revision, which nobody sees before it is shown."""
    values = {
        "story_id": story_id,
        "number": number,
        "kind": told["kind"],
        "headline": told["headline"],
        "headline_derived": told["headline_derived"],
        "headline_key": links.stored(told["headline_key"]),
        "urgency": told["urgency"],
        "source": told["source"],
        "created_at": told["now"],
    }
    tx.execute(_ADDING, values | _as_written(draft))
    _add_sections(tx, story_id, number, draft.sections)
    links.add(tx, story_id, number, list(zip(draft.related, told["related_keys"], strict=True)))


def set_head(tx: Transaction, story_id: int, number: int, now: datetime) -> bool:
    """Readers see this revision from now on. False where they see a newer one already."""
    return tx.execute(_HEAD, {"of": story_id, "number": number, "now": now}).rowcount == 1


def show(tx: Transaction, story_id: int, number: int, now: datetime) -> bool:
    """Make it what the story says, and is about. False where it says something newer already."""
    if not set_head(tx, story_id, number, now):
        return False
    told = (revisions.c.story_id == story_id) & (revisions.c.number == number)
    topics.index(tx, story_id, tx.execute(sa.select(revisions.c.topics).where(told)).scalar_one())
    return True


def by_code(tx: Transaction, code: str) -> Story | None:
    return _newest(tx, story.c.code == code)


def by_id(tx: Transaction, story_id: int) -> Story | None:
    return _newest(tx, story.c.id == story_id)


def revision(tx: Transaction, story_id: int, number: int) -> Revision | None:
    wanted = (revisions.c.story_id == story_id) & (revisions.c.number == number)
    row = tx.execute(sa.select(*_TOLD).where(wanted)).one_or_none()
    return _revision(tx, row) if row else None


def tellers(tx: Transaction, story_id: int) -> Tellers:
    """Whose a story is."""
    of_it = sa.select(revisions.c.source).where(revisions.c.story_id == story_id)
    first = of_it.order_by(revisions.c.number).limit(1).scalar_subquery()
    newest = sa.select(revisions.c.source).join_from(story, revisions, NEWEST).where(story.c.id == story_id)
    row = tx.execute(sa.select(first, newest.scalar_subquery())).one()
    return Tellers(first=row[0], newest=row[1])


def copy_of(tx: Transaction, story_id: int, number: int) -> bytes:
    """The copy of a revision, byte for byte as it came."""
    wanted = (revisions.c.story_id == story_id) & (revisions.c.number == number)
    found: bytes = tx.execute(sa.select(revisions.c["copy"]).where(wanted)).scalar_one()
    return found


def latest(
    tx: Transaction, *, limit: int, before: StoryLine | None = None, topic: str | None = None, now: datetime
) -> list[StoryLine]:
    """What readers may see, newest first. `before`: the last line of the page before.

    Of one topic the newest story counts, not the newest publication: topics are kept by the age of stories.
    """
    found = LINES.where(readable(now)).limit(limit)
    if topic is not None:
        return _lines(tx, topics.narrow(found, topic, before.id if before else None))
    order = (story.c.published_at, story.c.id)
    if before is not None:
        place = (sa.literal(before.published_at, order[0].type), sa.literal(before.id))
        found = found.where(sa.tuple_(*order) < sa.tuple_(*place))
    return _lines(tx, found.order_by(*(column.desc() for column in order)))


def in_review(tx: Transaction, limit: int) -> list[StoryLine]:
    """What waits for an editor, newest first."""
    waiting = LINES.where(story.c.state == StoryState.REVIEW).order_by(story.c.id.desc()).limit(limit)
    return _lines(tx, waiting)


def lines(tx: Transaction, story_ids: Collection[int], now: datetime) -> list[StoryLine]:
    """Those of them that readers may see, in the order given."""
    found = {told.id: told for told in _lines(tx, LINES.where(story.c.id.in_(story_ids), readable(now)))}
    return [found[story_id] for story_id in story_ids if story_id in found]


def published_among(tx: Transaction, codes: Collection[str], *, limit: int, now: datetime) -> list[str]:
    """Those of the codes that name a story that readers may see, newest first."""
    found = LINES.where(story.c.code.in_(codes), readable(now)).order_by(story.c.id.desc()).limit(limit)
    return [told.code for told in _lines(tx, found)]


def move(
    tx: Transaction,
    story_id: int,
    before: StoryState,
    after: StoryState,
    now: datetime,
    *,
    opens_at: datetime | None,
) -> bool:
    """False where the story is not in the state `before` (any more)."""
    values: dict[str, Any] = {"state": after, "updated_at": now, "opens_at": opens_at}
    if after is StoryState.PUBLISHED:
        first = sa.literal(now, story.c.published_at.type)
        values["published_at"] = sa.func.coalesce(story.c.published_at, first)
    change = sa.update(story).where(story.c.id == story_id, story.c.state == before)
    return tx.execute(change.values(values)).rowcount == 1


def put_under_embargo(tx: Transaction, story_id: int, until: datetime | None) -> None:
    """Of a story that waits for an editor, whatever its state."""
    tx.execute(sa.update(story).where(story.c.id == story_id).values(opens_at=until))


def opening(tx: Transaction, now: datetime, limit: int) -> list[Story]:
    """What is scheduled or under embargo and has come due, the longest due first."""
    due = story.c.state.in_((StoryState.SCHEDULED, StoryState.EMBARGOED)) & (story.c.opens_at <= now)
    ids = tx.execute(sa.select(story.c.id).where(due).order_by(story.c.opens_at).limit(limit)).scalars().all()
    return [found for story_id in ids if (found := by_id(tx, story_id))]


def break_when_open(tx: Transaction, story_id: int) -> None:
    """It is breaking news, as soon as it may be out."""
    tx.execute(sa.update(story).where(story.c.id == story_id).values(breaks=True))


def breaks_when_open(tx: Transaction, story_id: int) -> bool:
    return bool(tx.execute(sa.select(story.c.breaks).where(story.c.id == story_id)).scalar_one())


_AS_WRITTEN = (
    "alert", "credit", "source_code", "language", "slugline", "byline", "dateline", "embargo",
    "correction_note", "editor_note", "uri", "version", "evolved_from", "version_created", "rights", "link",
    "image", "media_type", "copy",
)  # fmt: skip
_LISTS = ("topics", "related_headings", "alt_ids", "marks")
_TOLD = [revisions.c[name] for name in Revision.__dataclass_fields__ if name != "sections"]


def _as_written(draft: Draft) -> dict[str, Any]:
    plain = {name: getattr(draft, name) for name in _AS_WRITTEN}
    return plain | {name: list(getattr(draft, name)) for name in _LISTS}


def next_number(tx: Transaction, story_id: int) -> int:
    """Locks the story's row, so that two takes at once get two numbers. The newest may not be shown yet."""
    tx.execute(sa.update(story).where(story.c.id == story_id).values(head=story.c.head))
    newest = sa.select(sa.func.max(revisions.c.number)).where(revisions.c.story_id == story_id)
    return (tx.execute(newest).scalar_one() or 0) + 1


def _add_sections(tx: Transaction, story_id: int, number: int, sections: Sequence[Section]) -> None:
    rows = [
        {
            "story_id": story_id,
            "number": number,
            "ordinal": ordinal,
            "kind": part.kind,
            "heading": part.heading,
            "anchor": part.anchor,
            "paragraphs": list(part.paragraphs),
        }
        for ordinal, part in enumerate(sections)
    ]
    if rows:
        tx.execute(_SECTION, rows)


def _newest(tx: Transaction, which: sa.ColumnElement[bool]) -> Story | None:
    row = tx.execute(_NEWEST_TELLING.where(which)).one_or_none()
    if row is None:
        return None
    return Story(
        id=row.id,
        code=row.code,
        state=StoryState(row.state),
        created_at=row.begun,
        updated_at=row.updated_at,
        revision=_revision(tx, row),
        published_at=row.published_at,
        opens_at=row.opens_at,
        related=links.of(tx, row.id, row.number),
    )


def _revision(tx: Transaction, row: sa.Row[Any]) -> Revision:
    fields = {column.name: row._mapping[column] for column in _TOLD}  # noqa: SLF001 - the public name of a row's dict
    fields |= {"kind": RevisionKind(row.kind), "topics": tuple(row.topics)}
    return Revision(**fields, sections=_sections(tx, row.story_id, row.number))


def _sections(tx: Transaction, story_id: int, number: int) -> tuple[Section, ...]:
    rows = tx.execute(_SECTIONS, {"of": story_id, "number": number})
    return tuple(
        Section(
            kind=SectionKind(row.kind),
            heading=row.heading,
            paragraphs=tuple(row.paragraphs),
            anchor=row.anchor,
        )
        for row in rows
    )


def _lines(tx: Transaction, found: sa.Select[Any]) -> list[StoryLine]:
    return [line(row) for row in tx.execute(found)]


@cache
def _making(dialect: str) -> sa.Executable:
    made = insert_on(dialect, story).on_conflict_do_nothing(index_elements=["code"])
    return made.returning(story.c.id)


_ADDING, _SECTION = sa.insert(revisions), sa.insert(section)
_OF, _NUMBER = sa.bindparam("of", type_=story.c.id.type), sa.bindparam("number", type_=story.c.head.type)
_HEAD = (
    sa.update(story)
    .where(story.c.id == _OF, story.c.head < _NUMBER)
    .values(head=_NUMBER, updated_at=sa.bindparam("now", type_=story.c.updated_at.type))
)
_SECTIONS = (
    sa.select(section)
    .where(section.c.story_id == _OF, section.c.number == _NUMBER)
    .order_by(section.c.ordinal)
)
_NEWEST_TELLING: sa.Select[Any] = sa.select(
    *(story.c[name] for name in ("id", "code", "state", "updated_at", "published_at", "opens_at")),
    story.c.created_at.label("begun"),
    *_TOLD,
).join_from(story, revisions, NEWEST)
