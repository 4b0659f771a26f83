"""One promise: an event breaks once, whoever breaks it and at whatever moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from newsroom import filing
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from newsroom.wire import parse
from storage.database import Database, Transaction
from storage.records import ChatKind, PushKind
from storage.schema import push

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, title="Samir", language="en")
READER = Visitor(chat_id=501, kind=ChatKind.PRIVATE, user_id=501, title="Layla", language="en")
BLAST = (
    "انفجار كبير يهز مرفأ بيروت\n\nهز انفجار كبير مرفأ بيروت مساء اليوم وخلف عشرات الجرحى وأضرارا واسعة، "
    "وهرعت فرق الإسعاف والدفاع المدني إلى المكان، وقالت قوى الأمن إن سبب الانفجار لم يعرف بعد."
)
AGAIN = (
    "عشرات الجرحى في انفجار بمرفأ بيروت\n\nقالت وزارة الصحة إن عشرات أصيبوا في انفجار كبير وقع في مرفأ "
    "بيروت، ودعت المستشفيات إلى استقبال المصابين فيما تبحث فرق الدفاع المدني عن ناجين تحت الأنقاض."
)
ELSEWHERE = BLAST.replace("بيروت", "طرابلس")


class Press:
    """Sources and an editor at one desk, each in a process of its own where `other` is used."""

    def __init__(self, db: Database) -> None:
        self.db = db
        ticks = iter(range(10_000))
        self.desk = Desk(
            db,
            House(owners=frozenset({7})),
            now=lambda: NOW + timedelta(seconds=next(ticks)),
            pushed=lambda: None,
        )

    async def take(self, text: str, source: str, urgency: int = 1) -> Taken:
        return await self.db.write(lambda tx: file(tx, text, source, urgency))

    async def propose(self, code: str) -> str:
        proposal = await self.desk.publishing.propose_breaking(EDITOR, code)
        return str(proposal.question.buttons[0][0].data).partition(":")[2]

    async def broken(self) -> int:
        promised = sa.select(sa.func.count()).select_from(push)
        promised = promised.where(push.c.kind == PushKind.BREAKING, push.c.once.is_not(None))
        return int(await self.db.read(lambda tx: tx.execute(promised).scalar_one()))


def file(tx: Transaction, text: str, source: str, urgency: int = 1) -> Taken:
    copy = Copy(body=text.encode(), source=source, trust=Trust.PUSH, urgency=urgency)
    return filing.file(tx, copy, parse(text.encode()), NOW)


@pytest.fixture
def press(db: Database) -> Press:
    return Press(db)


@pytest.fixture
async def two(postgresql_url: str) -> AsyncIterator[tuple[Press, Press]]:
    """Two processes on one PostgreSQL."""
    both = Database.open(postgresql_url), Database.open(postgresql_url)
    yield Press(both[0]), Press(both[1])
    for one in both:
        await one.close()


async def first_then(first: Press, text: str, second: asyncio.Future[Any], begin: threading.Event) -> Taken:
    """The first files, and commits only when the second waits for it, or has ended without waiting."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def work(tx: Transaction) -> Taken:
        taken = file(tx, text, "ap")
        begin.set()
        while not second.done() and not tx.execute(waiting).scalar_one():
            pass
        return taken

    return await first.db.write(work)


async def test_two_processes_that_file_one_event_at_once_push_it_once(two: tuple[Press, Press]) -> None:
    one, other = two
    begin = threading.Event()

    async def tell_again() -> Taken:
        await asyncio.to_thread(begin.wait)
        return await other.take(AGAIN, "reuters")

    second = asyncio.create_task(tell_again())
    told = await first_then(one, BLAST, second, begin)
    again = await second
    assert told.push is not None
    assert again.push is None
    assert told.code in (await other.desk.story(EDITOR, again.code)).text
    assert await one.broken() == 1


async def test_an_editor_and_a_source_at_once_push_an_event_once(two: tuple[Press, Press]) -> None:
    one, other = two
    await one.desk.start(READER)
    known = await one.take(AGAIN, "reuters", urgency=5)
    button = await other.propose(known.code)
    begin = threading.Event()

    async def press_the_button() -> str:
        await asyncio.to_thread(begin.wait)
        with pytest.raises(Refusal) as refused:
            await other.desk.publishing.send(EDITOR, button)
        return refused.value.reason

    second = asyncio.create_task(press_the_button())
    told = await first_then(one, BLAST, second, begin)
    assert told.push is not None
    assert await second == "event_pushed"
    assert await one.broken() == 1


async def test_an_editor_is_told_which_story_broke_the_event(press: Press) -> None:
    await press.desk.start(READER)
    first = await press.take(BLAST, "ap", urgency=5)
    button = await press.propose(first.code)
    second = await press.take(AGAIN, "reuters")
    with pytest.raises(Refusal, match="event_pushed"):
        await press.propose(first.code)
    with pytest.raises(Refusal, match="event_pushed") as refused:
        await press.desk.publishing.send(EDITOR, button)
    page = (await press.desk.refuse(EDITOR, refused.value)).text
    assert first.code in page
    assert second.code in page
    assert await press.broken() == 1


async def test_what_an_editor_broke_no_source_breaks_again(press: Press) -> None:
    await press.desk.start(READER)
    first = await press.take(BLAST, "ap", urgency=5)
    second = await press.take(AGAIN, "reuters", urgency=5)
    await press.desk.publishing.send(EDITOR, await press.propose(second.code))
    assert (await press.take(BLAST + " ولم تعرف الأسباب.", "dpa")).push is None
    assert (await press.take(BLAST, "ap")).push is None
    assert (first.push, await press.broken()) == (None, 1)


async def test_a_story_that_was_split_may_break_and_the_rest_may_not(press: Press) -> None:
    await press.desk.start(READER)
    first, second = await press.take(BLAST, "ap"), await press.take(AGAIN, "reuters")
    await press.desk.publishing.split(EDITOR, second.code)
    await press.desk.publishing.send(EDITOR, await press.propose(second.code))
    with pytest.raises(Refusal, match="already_pushed"):
        await press.propose(first.code)
    assert await press.broken() == 2


async def test_the_promise_goes_with_the_story_that_was_pushed(press: Press) -> None:
    await press.desk.start(READER)
    first = await press.take(BLAST, "ap", urgency=5)
    second = await press.take(AGAIN, "reuters")
    await press.desk.publishing.split(EDITOR, second.code)
    with pytest.raises(Refusal, match="already_pushed"):
        await press.propose(second.code)
    await press.desk.publishing.send(EDITOR, await press.propose(first.code))
    assert await press.broken() == 2


async def test_the_first_story_split_off_leaves_the_others_their_promise(press: Press) -> None:
    await press.desk.start(READER)
    first = await press.take(BLAST, "ap", urgency=5)
    second = await press.take(AGAIN, "reuters")
    third = await press.take(AGAIN + " وأغلقت الطرق.", "dpa", urgency=5)
    await press.desk.publishing.split(EDITOR, first.code)
    await press.desk.publishing.send(EDITOR, await press.propose(first.code))
    assert (second.push is not None, await press.broken()) == (True, 2)
    assert third.push is None


async def test_events_that_are_merged_keep_one_promise(press: Press) -> None:
    await press.desk.start(READER)
    quiet, loud = await press.take(ELSEWHERE, "ap", urgency=5), await press.take(BLAST, "ap")
    await press.desk.publishing.merge(EDITOR, f"{quiet.code} {loud.code}")
    with pytest.raises(Refusal, match="event_pushed"):
        await press.propose(quiet.code)
    await press.desk.publishing.split(EDITOR, loud.code)
    await press.desk.publishing.send(EDITOR, await press.propose(quiet.code))
    assert await press.broken() == 2


async def test_two_that_broke_and_are_merged_and_split_keep_theirs(press: Press) -> None:
    one, other = await press.take(ELSEWHERE, "ap"), await press.take(BLAST, "ap")
    await press.desk.publishing.merge(EDITOR, f"{one.code} {other.code}")
    await press.desk.publishing.split(EDITOR, other.code)
    for code in (one.code, other.code):
        with pytest.raises(Refusal, match="already_pushed"):
            await press.propose(code)
    assert await press.broken() == 2


async def test_a_story_filed_beside_another_looks_again_before_it_breaks(two: tuple[Press, Press]) -> None:
    """As ordinary news it waited for nobody, so neither saw the other."""
    one, other = two
    begin = threading.Event()

    async def tell_quietly() -> Taken:
        await asyncio.to_thread(begin.wait)
        return await other.take(AGAIN, "reuters", urgency=5)

    second = asyncio.create_task(tell_quietly())
    told = await first_then(one, BLAST, second, begin)
    quiet = await second
    assert told.push is not None
    urgent = await other.take(AGAIN, "reuters", urgency=1)
    assert (urgent.code, urgent.push) == (quiet.code, None)
    assert await one.broken() == 1
