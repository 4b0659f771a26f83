"""Advisories: what waits for a decision and cannot wait long is told to every editor, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from newsroom import roles
from newsroom.events import company
from newsroom.house import House
from newsroom.incoming import BREAKING_URGENCY
from newsroom.message import Message
from newsroom.notices import Notice, words_of
from newsroom.render import advising as pages
from newsroom.words import Words
from storage import advisories, stories
from storage.advisories import Matter, Pending, Told
from storage.database import Database, Transaction

LATELY = timedelta(hours=12)
"""What came in longer ago is in the queue, and no news."""

DOUBTFUL = 0.5
"""Of joins no surer than this one in four is wrong (42 % at .2, 24 % at .4, 5 % at .8)."""

MOST = 20
ENOUGH, WHILE = 10, timedelta(minutes=10)
"""So many of each matter in so long for each editor: a source in a frenzy must not take an editor's chat."""

PAUSE = timedelta(minutes=1)
"""Until an editor is told again, where nobody knows whether they were."""


@dataclass(frozen=True, slots=True)
class About:
    """The telling of a story that waits; 1 for the story as a whole."""

    matter: Matter
    story_id: int
    number: int


class Advising:
    """A `Board` of what waits."""

    def __init__(self, db: Database, house: House, now: Callable[[], datetime]) -> None:
        self._db = db
        self._house = house
        self._now = now
        self._unsure = dict[tuple[About, int], datetime]()

    async def look(self) -> list[Notice[About]]:
        now = self._now()
        self._unsure = {key: at for key, at in self._unsure.items() if at > now - PAUSE}
        found = await self._db.read(partial(due, house=self._house, now=now))
        return [notice for notice in found if (notice.about, notice.chat_id) not in self._unsure]

    async def showed(self, notice: Notice[About], message_id: int) -> None:
        await self._note(notice, message_id, over=notice.over)

    async def forget(self, notice: Notice[About]) -> None:
        await self._note(notice, None, over=True)

    async def failed(self, notice: Notice[About]) -> None:
        self._unsure[notice.about, notice.chat_id] = self._now()

    async def _note(self, notice: Notice[About], message_id: int | None, *, over: bool) -> None:
        told = Told(**asdict(notice.about), chat_id=notice.chat_id, message_id=message_id)
        await self._db.write(lambda tx: advisories.note(tx, told, self._now(), over=over))


def due(tx: Transaction, house: House, now: datetime) -> list[Notice[About]]:
    """What editors were not told yet, and what was decided since they were; some of it, where it is much."""
    return [*islice(_untold(tx, house, now), MOST), *islice(_decided(tx, house), MOST)]


def _untold(tx: Transaction, house: House, now: datetime) -> Iterator[Notice[About]]:
    found = advisories.pending(tx, urgency=BREAKING_URGENCY, since=now - LATELY, doubtful=DOUBTFUL)
    if not found:
        return
    known = advisories.known(tx, {one.story_id for one in found})
    had = Counter(advisories.told_since(tx, now - WHILE))
    for editor in sorted(roles.all_editors(tx, house.owners)):
        for one in found:
            new = (one.story_id, one.number, one.matter, editor) not in known
            if new and had[editor, one.matter] < ENOUGH:
                had[editor, one.matter] += 1
                yield _advisory(tx, one, editor, house, now)


def _advisory(tx: Transaction, one: Pending, editor: int, house: House, now: datetime) -> Notice[About]:
    """What did not break asks for nothing by itself: it is told in silence, and that is all."""
    words, doubtful = words_of(tx, editor, house), one.matter is Matter.DOUBTFUL
    story = stories.by_id(tx, one.story_id)
    assert story is not None  # noqa: S101 - stories are never deleted
    page = pages.pending(one, story, company(tx, story), words, now)
    about = About(one.matter, one.story_id, one.number)
    return Notice(about=about, chat_id=editor, message_id=None, page=page, over=doubtful, loud=not doubtful)


def _decided(tx: Transaction, house: House) -> Iterator[Notice[About]]:
    """Who edits no more is shown no story."""
    decided = advisories.decided(tx)
    editors = roles.all_editors(tx, house.owners) if decided else frozenset()
    for told in decided:
        page = _ended(tx, told, words_of(tx, told.chat_id, house), shown=told.chat_id in editors)
        about = About(told.matter, told.story_id, told.number)
        yield Notice(about=about, chat_id=told.chat_id, message_id=told.message_id, page=page, over=True)


def _ended(tx: Transaction, told: Told, words: Words, *, shown: bool) -> Message:
    story = stories.by_id(tx, told.story_id) if shown else None
    revision = stories.revision(tx, told.story_id, told.number) if story else None
    return pages.decided(replace(story, revision=revision or story.revision) if story else None, words)
