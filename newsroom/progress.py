"""How each push goes, shown to who let it go and to the owners: one message each, which changes along."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from newsroom import roles, standing
from newsroom.engine import Engine, EngineState
from newsroom.house import House
from newsroom.message import Message
from newsroom.notices import Notice, words_of
from newsroom.render import cards
from newsroom.standing import Viewer
from newsroom.words import Words
from storage import bulletins, figures, pushes, stories
from storage.bulletins import Bulletin
from storage.database import Database, Transaction

EVERY = 5.0
"""Seconds between two looks at how pushes go."""

SHARE = 0.03
"""Of the permitted rate, for showing it: what readers wait for goes first."""


class Progress:
    """A `Board` of pushes, by their numbers."""

    def __init__(self, db: Database, house: House, engine: Engine, now: Callable[[], datetime]) -> None:
        self._db = db
        self._house = house
        self._engine = engine
        self._now = now

    async def look(self) -> list[Notice[int]]:
        """Take the pace of what goes out, and say what is to be shown now."""
        now = self._now()
        await self._db.write(lambda tx: figures.sample(tx, now))
        return await self._db.read(partial(due, house=self._house, engine=self._engine(), now=now))

    async def attach(self, push_id: int, chat_id: int, message_id: int) -> None:
        """A message that tells of a push in its editor's chat is kept up to date from now on."""
        now = self._now()
        await self._db.write(lambda tx: bulletins.attach(tx, push_id, chat_id, message_id, now))

    async def showed(self, notice: Notice[int], message_id: int) -> None:
        now = self._now()
        face = face_of(notice.page)
        shown = Bulletin(push_id=notice.about, chat_id=notice.chat_id, message_id=message_id, face=face)
        await self._db.write(lambda tx: bulletins.showed(tx, shown, face, now, over=notice.over))

    async def failed(self, notice: Notice[int]) -> None:
        """At the next look it is tried again: an edit does no harm twice."""

    async def forget(self, notice: Notice[int]) -> None:
        """The message is deleted, or the chat is no more."""
        now = self._now()
        await self._db.write(lambda tx: bulletins.forget(tx, notice.about, notice.chat_id, now))


def due(tx: Transaction, house: House, engine: EngineState, now: datetime) -> list[Notice[int]]:
    """What has changed since it was shown, so much of it as leaves readers their pace."""
    most = max(1, int(house.rate_per_second * EVERY * SHARE))
    changed = _changed(tx, house, engine, now)
    return [notice for notice, _ in zip(changed, range(most), strict=False)]


def face_of(page: Message) -> str:
    """The same for pages that look the same."""
    return hashlib.sha256(repr(page).encode()).hexdigest()


def _changed(tx: Transaction, house: House, engine: EngineState, now: datetime) -> Iterator[Notice[int]]:
    look = _Look(house, engine, now)
    for editor in sorted(roles.all_editors(tx, house.owners)):
        for push_id in bulletins.unasked(tx, editor, now):
            yield _question(tx, push_id, editor, look)
    for owner in sorted(house.owners):
        for push_id in bulletins.missing(tx, owner, now):
            yield _notice(tx, push_id, owner, None, look)
    for shown in bulletins.living(tx):
        notice = _notice(tx, shown.push_id, shown.chat_id, shown.message_id, look)
        if face_of(notice.page) != shown.face:
            yield notice


@dataclass(frozen=True, slots=True)
class _Look:
    house: House
    engine: EngineState
    now: datetime

    def of(self, editor: int, words: Words) -> Viewer:
        return Viewer(editor=editor, words=words, house=self.house, engine=self.engine, now=self.now)


def _notice(tx: Transaction, push_id: int, chat_id: int, message_id: int | None, look: _Look) -> Notice[int]:
    push = pushes.by_id(tx, push_id)
    assert push is not None  # noqa: S101 - a bulletin's push is never deleted
    viewer = look.of(chat_id, words_of(tx, chat_id, look.house))
    page, over = standing.page(tx, push, viewer), standing.is_over(push)
    return Notice(about=push_id, chat_id=chat_id, message_id=message_id, page=page, over=over)


def _question(tx: Transaction, push_id: int, editor: int, look: _Look) -> Notice[int]:
    notice = _notice(tx, push_id, editor, None, look)
    push = pushes.by_id(tx, push_id)
    story = stories.by_id(tx, push.story_id) if push and push.story_id is not None else None
    if story is not None:
        alert = cards.alert(story, words_of(tx, editor, look.house), look.now)
        return replace(notice, shown=alert, loud=True)
    return replace(notice, shown=push.composed if push else None, loud=True)
