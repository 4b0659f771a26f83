"""How many questions the database is asked: each costs as much as a hundred rows, so none may creep in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from newsroom import filing, relating, wire
from newsroom.incoming import Copy, Trust
from storage import stories
from storage.database import Database, Transaction

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEXTS = [
    f"انفجار كبير يهز مرفأ {place}\n\nرويترز\n\nهز انفجار كبير مرفأ {place} مساء اليوم وخلف {number} جريحا."
    for number, place in enumerate(("بيروت", "طرابلس", "عدن", "بنغازي"), start=20)
]


@pytest.fixture
def asked() -> list[str]:
    return []


def file(tx: Transaction, text: str, item: str) -> filing.Taken:
    copy = Copy(body=text.encode(), source="wire", trust=Trust.PUBLISH, item_id=item)
    return filing.file(tx, copy, wire.parse(copy.body), NOW + timedelta(minutes=len(item)))


def listen(tx: Transaction, asked: list[str]) -> None:
    @sa.event.listens_for(tx, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)


async def test_an_item_is_filed_in_few_statements(db: Database, asked: list[str]) -> None:
    def work(tx: Transaction) -> None:
        for place, text in enumerate(TEXTS[:-1]):
            file(tx, text, "i" * place)
        listen(tx, asked)
        file(tx, TEXTS[-1], "new")

    await db.write(work)
    assert len(asked) <= 19


async def test_related_stories_are_found_in_few_statements(db: Database, asked: list[str]) -> None:
    def work(tx: Transaction) -> None:
        *_, last = [file(tx, text, "i" * place) for place, text in enumerate(TEXTS)]
        story = stories.by_code(tx, last.code)
        assert story is not None
        listen(tx, asked)
        assert relating.relations(tx, story, now=NOW + timedelta(days=1), most=6)

    await db.write(work)
    assert len(asked) <= 11
