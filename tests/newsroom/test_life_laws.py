"""Whatever sources, editors and the clock do, in whatever order: no word under embargo reaches a reader."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from newsroom.wire import parse
from storage import pushes
from storage import stories as kept
from storage.database import Database, Transaction
from storage.records import ChatKind, RevisionKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, language="en")
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, language="en")
minutes = st.integers(-30, 60)
numbers = count(1)


@dataclass(frozen=True)
class Filed:
    """`embargo`: minutes from then; None where the copy says nothing of it."""

    embargo: int | None
    trust: Trust
    urgency: int
    kind: RevisionKind


@dataclass(frozen=True)
class Command:
    """An editor's, about the story."""

    name: str


@dataclass(frozen=True)
class Passing:
    minutes: int


filed = st.builds(
    Filed,
    embargo=st.none() | minutes,
    trust=st.sampled_from(Trust),
    urgency=st.sampled_from((1, 5)),
    kind=st.sampled_from((RevisionKind.NEW, RevisionKind.NEW, RevisionKind.CORRECTION)),
)
commands = st.builds(Command, st.sampled_from(("approve", "reject", "schedule", "unschedule", "break")))
passing = st.builds(Passing, st.integers(1, 40))
embargoed = st.builds(replace, filed, embargo=st.integers(5, 60), kind=st.just(RevisionKind.NEW))
openings = st.tuples(embargoed) | st.tuples(filed, embargoed)
stories = st.builds(
    lambda opening, rest: [*opening, *rest],
    openings,
    st.lists(filed | commands | passing, min_size=1, max_size=6),
)


@dataclass
class Embargo:
    """The rule in its shortest form. `until`: of the story's newest telling."""

    until: datetime | None = None
    tellings: dict[str, datetime | None] = field(default_factory=dict)

    def hear(self, word: str, one: Filed, now: datetime) -> None:
        claimed = None if one.embargo is None else now + timedelta(minutes=one.embargo)
        running = self.until if self.until and self.until > now else None
        trusted = one.trust in (Trust.PUBLISH, Trust.PUSH)
        if claimed is None:
            self.until = running
        elif trusted or running is None:
            self.until = claimed
        else:
            self.until = max(running, claimed)
        self.tellings[word] = self.until

    def keeps(self, word: str, now: datetime) -> bool:
        until = self.tellings[word]
        return until is not None and until > now


class Room:
    def __init__(self, db: Database) -> None:
        self.now, self.db = NOW, db
        self.desk = Desk(db, House(owners=frozenset({7})), now=lambda: self.now, pushed=lambda: None)
        self.embargo = Embargo()
        self.name, self.code = f"item-{next(numbers)}", ""

    async def live(self, happenings: list[Filed | Command | Passing]) -> None:
        await self.desk.start(READER)
        await self.desk.follow(READER, "sport")
        for happening in happenings:
            if isinstance(happening, Filed):
                await self.file(happening)
            elif isinstance(happening, Passing):
                self.now += timedelta(minutes=happening.minutes)
            elif self.code:
                await self.command(happening.name)
            await self.desk.open_due()
            await self.look()

    async def file(self, one: Filed) -> None:
        word = f"كلمة{next(numbers)}"
        self.embargo.hear(word, one, self.now)
        text = f"فاز فريق {self.name} في نهائي كأس كرة القدم {word}."
        claimed = None if one.embargo is None else self.now + timedelta(minutes=one.embargo)
        draft = replace(parse(text.encode()), embargo=claimed, urgency=one.urgency, kind=one.kind)
        copy = Copy(body=text.encode(), source="wire", trust=one.trust, item_id=self.name)
        self.code = (await self.desk.file(copy, draft)).code

    async def command(self, name: str) -> None:
        acts: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "approve": lambda: self.desk.publishing.approve(EDITOR, self.code),
            "reject": lambda: self.desk.publishing.reject(EDITOR, self.code),
            "schedule": lambda: self.desk.publishing.schedule(EDITOR, f"{self.code} +10m"),
            "unschedule": lambda: self.desk.publishing.schedule(EDITOR, f"{self.code} off"),
            "break": self.break_news,
        }
        try:
            await acts[name]()
        except Refusal:
            return

    async def break_news(self) -> None:
        proposal = await self.desk.publishing.propose_breaking(EDITOR, self.code)
        await self.desk.publishing.send(EDITOR, str(proposal.question.buttons[0][0].data).partition(":")[2])

    async def look(self) -> None:
        seen = [text for door in self.doors() if (text := await said(door))]
        seen += await self.db.read(self.pushed)
        for word in self.embargo.tellings:
            if self.embargo.keeps(word, self.now):
                assert not any(f"{word}." in text for text in seen), f"{word} is under embargo"

    def pushed(self, tx: Transaction) -> list[str]:
        about = [push.story_id for push in pushes.due(tx, self.now) if push.story_id]
        found = [kept.by_id(tx, story_id) for story_id in about]
        return [str(story.revision.sections) for story in found if story]

    def doors(self) -> list[Coroutine[Any, Any, Any]]:
        words = [self.desk.search(READER, word) for word in self.embargo.tellings]
        asked = (
            [self.desk.story(READER, self.code), self.desk.related(READER, self.code)] if self.code else []
        )
        return [self.desk.latest(READER, ""), self.desk.latest(READER, "sport"), *words, *asked]


async def said(door: Coroutine[Any, Any, Any]) -> str:
    try:
        return str((await door).text)
    except Refusal:
        return ""


@given(stories)
@settings(max_examples=16, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_under_embargo_reaches_a_reader(
    sqlite_template: Path, tmp_path: Path, happenings: list[Filed | Command | Passing]
) -> None:
    file = tmp_path / f"{next(numbers)}.db"
    shutil.copyfile(sqlite_template, file)
    asyncio.run(_live(f"sqlite:///{file}", happenings))


async def _live(url: str, happenings: list[Filed | Command | Passing]) -> None:
    db = Database.open(url)
    try:
        await Room(db).live(happenings)
    finally:
        await db.close()
