"""Advisories: what waits for a decision and cannot wait long is told to every editor, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from newsroom import roles
from newsroom.events import company
from newsroom.house import House
from newsroom.incoming import BREAKING_URGENCY
from newsroom.notices import Notice, words_of
from newsroom.render import advising as pages
from storage import advisories, stories
from storage.advisories import Matter, Pending, Told
from storage.database import Database, Transaction

LATELY = timedelta(hours=12)
"""What came in longer ago is in the queue, and no news."""

DOUBTFUL = 0.5
"""Of joins no surer than this one in four is wrong (42 % at .2, 24 % at .4, 5 % at .8)."""

MOST = 20
ENOUGH, WHILE = 10, timedelta(minutes=10)
"""So many for each editor in so long: a source in a frenzy must not keep an editor's chat from its editor."""


@dataclass(frozen=True, slots=True)
class About:
    """The telling of a story that waits; 1 for the story as a whole."""

    story_id: int
    number: int


class Advising:
    """A `Board` of what waits."""

    def __init__(self, db: Database, house: House, now: Callable[[], datetime]) -> None:
        self._db = db
        self._house = house
        self._now = now

    async def look(self) -> list[Notice[About]]:
        return await self._db.read(partial(due, house=self._house, now=self._now()))

    async def showed(self, notice: Notice[About], message_id: int) -> None:
        await self._note(notice, message_id, over=notice.over)

    async def forget(self, notice: Notice[About]) -> None:
        await self._note(notice, None, over=True)

    async def _note(self, notice: Notice[About], message_id: int | None, *, over: bool) -> None:
        about = notice.about
        told = Told(
            story_id=about.story_id, number=about.number, chat_id=notice.chat_id, message_id=message_id
        )
        await self._db.write(lambda tx: advisories.note(tx, told, self._now(), over=over))


def due(tx: Transaction, house: House, now: datetime) -> list[Notice[About]]:
    """What editors were not told yet, and what was decided since they were; some of it, where it is much."""
    return [*islice(_untold(tx, house, now), MOST), *islice(_decided(tx, house), MOST)]


def _untold(tx: Transaction, house: House, now: datetime) -> Iterator[Notice[About]]:
    found = advisories.pending(tx, urgency=BREAKING_URGENCY, since=now - LATELY, doubtful=DOUBTFUL)
    known = advisories.known(tx, {one.story_id for one in found}) if found else set()
    had = advisories.told_since(tx, now - WHILE) if found else {}
    for editor in sorted(roles.all_editors(tx, house.owners)) if found else ():
        news = (one for one in found if (one.story_id, one.number, editor) not in known)
        for one in islice(news, max(0, ENOUGH - had.get(editor, 0))):
            yield _advisory(tx, one, editor, house, now)


def _advisory(tx: Transaction, one: Pending, editor: int, house: House, now: datetime) -> Notice[About]:
    """What did not break asks for nothing by itself: it is told in silence, and that is all."""
    words, doubtful = words_of(tx, editor, house), one.matter is Matter.DOUBTFUL
    story = stories.by_id(tx, one.story_id)
    assert story is not None  # noqa: S101 - stories are never deleted
    page = pages.pending(one, story, company(tx, story), words, now)
    about = About(one.story_id, one.number)
    return Notice(about=about, chat_id=editor, message_id=None, page=page, over=doubtful, loud=not doubtful)


def _decided(tx: Transaction, house: House) -> Iterator[Notice[About]]:
    for told in advisories.decided(tx):
        story = stories.by_id(tx, told.story_id)
        if story is not None:
            page = pages.decided(story, words_of(tx, told.chat_id, house))
            about = About(told.story_id, told.number)
            yield Notice(about=about, chat_id=told.chat_id, message_id=told.message_id, page=page, over=True)
