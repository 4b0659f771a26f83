"""The same story in another format is the same story, whichever comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from formats import FORMATS, SAMPLE, SEED

from newsroom import wire
from newsroom.desk import Desk
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from storage.database import Database
from storage.records import Draft

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STORIES = {"sample": SAMPLE, "seed": SEED}


@pytest.fixture(params=STORIES)
def text(request: pytest.FixtureRequest) -> str:
    file: Path = STORIES[request.param]
    if not file.exists():
        pytest.skip("this story is not on this machine")
    return file.read_text(encoding="utf-8")


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    database = Database.open(sqlite_url)
    yield Desk(database, House(owners=frozenset()), now=lambda: NOW, pushed=lambda: None)
    await database.close()


def copy(body: bytes, media_type: str) -> Copy:
    return Copy(body=body, source="wire", trust=Trust.PUBLISH, media_type=media_type)


def outline(draft: Draft) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(section.heading, section.paragraphs) for section in draft.sections]


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_understood_as_the_plain_copy_is(text: str, name: str) -> None:
    plain = wire.parse(text.encode())
    draft = wire.parse(*FORMATS[name](text))
    assert draft.headline == plain.headline
    assert outline(draft) == outline(plain)
    assert draft.related == plain.related
    assert draft.language == plain.language
    assert [part.anchor for part in draft.sections] == [part.anchor for part in plain.sections]


async def test_every_format_is_the_same_story(desk: Desk, text: str) -> None:
    first = await desk.take(copy(text.encode(), "text/plain"))
    assert first.outcome is Outcome.NEW
    for name, write in FORMATS.items():
        again = await desk.take(copy(*write(text)))
        assert (name, again.outcome, again.code, again.revision) == (name, Outcome.DUPLICATE, first.code, 1)


@pytest.mark.parametrize("name", FORMATS)
async def test_the_plain_copy_after_any_format_is_the_same_story(desk: Desk, text: str, name: str) -> None:
    first = await desk.take(copy(*FORMATS[name](text)))
    again = await desk.take(copy(text.encode(), "text/plain"))
    assert (first.outcome, again.outcome, again.code) == (Outcome.NEW, Outcome.DUPLICATE, first.code)
