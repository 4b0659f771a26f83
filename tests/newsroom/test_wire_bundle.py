"""One body, several items: each is filed, refused and told on its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom import wire
from newsroom.desk import Desk
from newsroom.filing import Taken
from newsroom.house import House
from newsroom.identity import Outcome
from newsroom.incoming import Copy, Trust
from newsroom.wire import Bundle, CopyRefused, Reason, agency
from newsroom.wire.bundle import MOST_ITEMS, bounded
from storage import stories
from storage.database import Database

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FIRST = "عاد القطار إلى العمل بعد توقف يوم واحد على معظم خطه الساحلي."
SECOND = "أبقى مصرف الجزيرة سعر الفائدة عند 4.25 في المئة للمرة الثالثة."


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db, House(owners=frozenset()), now=lambda: NOW, pushed=lambda: None)


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A media type whose items are parted by form feeds."""

    def read(copy: bytes, media_type: str, charset: str | None, at: str | None) -> Bundle:
        return Bundle(items=tuple(page(part) for part in copy.split(b"\f")) if copy else ())

    def page(part: bytes) -> wire.Item:
        try:
            return agency.parse(part, "text/plain", None)
        except CopyRefused as refused:
            return refused

    monkeypatch.setitem(wire._READERS, "text/pages", read)


def pages(*parts: str, item_id: str | None = None) -> Copy:
    body = "\f".join(parts).encode()
    return Copy(body=body, source="wire", trust=Trust.PUBLISH, media_type="text/pages", item_id=item_id)


async def test_one_bad_item_does_not_lose_the_others_and_their_order_is_kept(desk: Desk) -> None:
    first, refused, second, again = await desk.take_all(pages(FIRST, " ", SECOND, FIRST))
    assert isinstance(refused, CopyRefused)
    assert refused.reason is Reason.EMPTY
    assert isinstance(first, Taken)
    assert isinstance(second, Taken)
    assert isinstance(again, Taken)
    assert [first.outcome, second.outcome, again.outcome] == [Outcome.NEW, Outcome.NEW, Outcome.DUPLICATE]
    assert first.code == again.code != second.code


async def test_a_name_for_one_item_does_not_make_several_one_story(desk: Desk) -> None:
    first, second = await desk.take_all(pages(FIRST, SECOND, item_id="train-7"))
    assert isinstance(first, Taken)
    assert isinstance(second, Taken)
    assert first.code != second.code
    (alone,) = await desk.take_all(pages(FIRST, item_id="train-7"))
    (next_take,) = await desk.take_all(pages(FIRST + " والمحطة مغلقة.", item_id="train-7"))
    assert isinstance(alone, Taken)
    assert isinstance(next_take, Taken)
    assert (next_take.outcome, next_take.code) == (Outcome.UPDATE, alone.code)


@pytest.mark.parametrize(("parts", "reason"), [((), Reason.EMPTY), ((" ",), Reason.EMPTY)])
async def test_where_there_is_nothing_to_take_it_is_refused_as_a_whole(
    desk: Desk, parts: tuple[str, ...], reason: Reason
) -> None:
    with pytest.raises(CopyRefused) as refused:
        await desk.take_all(pages(*parts))
    assert refused.value.reason is reason


async def test_who_takes_one_item_is_told_of_several(desk: Desk) -> None:
    with pytest.raises(CopyRefused, match="2 items") as refused:
        await desk.take(pages(FIRST, SECOND))
    assert refused.value.reason is Reason.SEVERAL


def test_more_items_than_are_taken_are_one_refusal_at_the_end() -> None:
    draft = agency.parse(FIRST.encode(), "text/plain", None)
    items = bounded((draft for _ in range(100_000)), 100_000)
    assert items[:MOST_ITEMS] == (draft,) * MOST_ITEMS
    (refused,) = items[MOST_ITEMS:]
    assert isinstance(refused, CopyRefused)
    assert refused.reason is Reason.TOO_MANY
    assert "100,000 items and the first 1,000" in str(refused)
    assert bounded([draft], 1) == (draft,)


async def test_a_time_in_the_future_is_not_believed_and_an_embargo_breaks_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(days=400)
    draft = agency.parse(FIRST.encode(), "text/plain", None)
    woken: list[int] = []
    desk = Desk(db, House(owners=frozenset()), now=lambda: NOW, pushed=lambda: woken.append(1))
    copy = Copy(body=b"", source="wire", trust=Trust.PUSH, urgency=1)

    embargoed = replace(draft, version_created=later, embargo=later)
    taken = await desk.file(copy, embargoed)
    story = await db.read(lambda tx: stories.by_code(tx, taken.code))
    assert story is not None
    assert (story.revision.version_created, story.revision.embargo) == (NOW, later)
    assert (taken.push, woken) == (None, [])
