"""Feeds over HTTP, as another newsroom's program reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from aiohttp import ClientSession

from newsroom import copies, steps, wire
from newsroom.desk import Desk
from newsroom.incoming import Copy, Trust
from newsroom.visitor import Visitor
from storage import stories
from storage.database import Database, Transaction
from storage.records import ChatKind, Draft
from web.server import Doors

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PATHS = {
    "/ninjs": "application/json",
    "/feed.json": "application/feed+json",
    "/feed.rss": "application/rss+xml",
}
EDITOR = Visitor(chat_id=7, kind=ChatKind.PRIVATE, user_id=7, language="en")
FERRY = "(رويترز)\n\nعادت عبّارات الخليج إلى العمل صباح الأحد بعد توقف دام يومين بسبب الضباب."
TRAIN = "The coast train is back after a day.\n\nThe company says that it runs on most of its line."
RATE = "أبقى مصرف الجزيرة سعر الفائدة عند 4.25 في المئة للمرة الثالثة على التوالي."


@pytest.fixture
def desk(doors: Doors) -> Desk:
    return doors.desk


async def take(desk: Desk, text: str, *, embargo: datetime | None = None) -> str:
    copy = Copy(body=text.encode(), source="wire", trust=Trust.PUBLISH)
    bundle = await desk.read(copy)
    assert isinstance(bundle.only, Draft)
    return (await desk.file(copy, replace(bundle.only, embargo=embargo))).code


async def get(client: ClientSession, path: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with client.get(path, headers=headers) as response:
        return response.status, await response.read(), response.headers


def texts(body: bytes, media_type: str) -> list[str]:
    items = wire.read(body, media_type).items
    return [item.sections[0].paragraphs[0] for item in items if isinstance(item, Draft) and item.sections]


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_a_feed_has_what_is_out_newest_first(
    client: ClientSession, desk: Desk, path: str, media_type: str
) -> None:
    for text in (FERRY, TRAIN):
        await take(desk, text)
    status, body, headers = await get(client, path)
    assert (status, headers["Content-Type"]) == (200, f"{media_type}; charset=utf-8")
    assert texts(body, media_type) == [TRAIN.split("\n\n", maxsplit=1)[0], FERRY.split("\n\n")[1]]
    assert headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_nothing_is_in_it_that_readers_may_not_see(
    client: ClientSession, desk: Desk, database: Database, path: str, media_type: str
) -> None:
    await take(desk, FERRY, embargo=NOW + timedelta(hours=1))
    held = await take(desk, RATE)
    killed = await take(desk, TRAIN)

    def end(tx: Transaction, code: str, act: Callable[..., object]) -> None:
        story = stories.by_code(tx, code)
        assert story is not None
        act(tx, story, by=steps.by_editor(7), now=NOW)

    _, before, was = await get(client, path)
    assert len(texts(before, media_type)) == 2
    await database.write(partial(end, code=held, act=copies.hold))
    await database.write(partial(end, code=killed, act=copies.kill))
    status, body, now = await get(client, path, **{"If-None-Match": was["ETag"]})
    assert status == 200
    assert now["ETag"] != was["ETag"]
    assert texts(body, media_type) == []
    if path == "/ninjs":
        (told,) = json.loads(body)
        assert (told["pubStatus"], "headlines" in told, "bodies" in told) == ("canceled", False, False)
    for word in ("عبّارات", "مصرف", "train"):
        assert word not in body.decode()


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_it_is_told_so_until_it_changes(client: ClientSession, desk: Desk, path: str) -> None:
    await take(desk, FERRY)
    _, _, first = await get(client, path)
    tag = first["ETag"]
    assert (await get(client, path, **{"If-None-Match": tag}))[:2] == (304, b"")
    assert (await get(client, path, **{"If-None-Match": f'"other", W/{tag}'}))[0] == 304
    assert (await get(client, path, **{"If-None-Match": '"other"'}))[0] == 200
    await take(desk, TRAIN)
    status, _, second = await get(client, path, **{"If-None-Match": tag})
    assert (status, second["ETag"] != tag) == (200, True)


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_pages_lead_to_each_other_and_miss_nothing(
    client: ClientSession, desk: Desk, path: str, media_type: str
) -> None:
    for number in range(5):
        await take(desk, f"Ferry number {number} of the day has left the harbour of Suha for the mainland.")
    seen: list[str] = []
    address: str | None = f"{path}?limit=2"
    while address:
        async with client.get(address) as response:
            body = await response.read()
            address = str(response.links["next"]["url"]) if "next" in response.links else None
        seen += texts(body, media_type)
    assert [text.split()[2] for text in seen] == ["4", "3", "2", "1", "0"]
    if path == "/feed.json":
        async with client.get(f"{path}?limit=2") as response:
            told = json.loads(await response.read())
            assert told["next_url"] == str(response.links["next"]["url"])


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "before=NONE", "before=../etc"]
)
async def test_what_cannot_be_asked_is_a_problem(client: ClientSession, query: str) -> None:
    status, body, headers = await get(client, f"/feed.json?{query}")
    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert json.loads(body)["detail"]


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_an_empty_house_has_an_empty_feed(client: ClientSession, path: str, media_type: str) -> None:
    status, body, _ = await get(client, path)
    assert (status, wire.read(body, media_type).items) == (200, ())


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_read_back_is_the_same_story(client: ClientSession, desk: Desk, path: str) -> None:
    """By another newsroom's door, under another source."""
    codes = {await take(desk, text) for text in (FERRY, TRAIN, RATE)}
    _, body, _ = await get(client, path)
    headers = {"Authorization": "Bearer key-of-the-harbour", "Content-Type": PATHS[path]}
    async with client.post("/wire", data=body, headers=headers) as response:
        told = (await response.json())["items"]
    assert {item["story"] for item in told} == codes
    assert {item["outcome"] for item in told} == {"duplicate"}


@pytest.mark.parametrize(("path", "media_type"), PATHS.items())
async def test_an_editors_choice_of_topics_goes_along(
    client: ClientSession, desk: Desk, path: str, media_type: str
) -> None:
    code = await take(desk, FERRY)
    _, _, headers = await get(client, path)
    await desk.topics(EDITOR, f"{code} sport, health")
    status, body, _ = await get(client, path, **{"If-None-Match": headers["ETag"]})
    assert status == 200
    [item] = wire.read(body, media_type).items
    assert isinstance(item, Draft)
    assert set(item.topics) == {"sport", "health"}
