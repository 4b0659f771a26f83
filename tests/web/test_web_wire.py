"""Copy over HTTP, as a sender sees it."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from newsroom.wire import MAX_BYTES
from storage import engine
from web.documents import encoded

HARBOUR = {"Authorization": "Bearer key-of-the-harbour", "Content-Type": "text/plain; charset=utf-8"}
HILL = HARBOUR | {"Authorization": "Bearer key-of-the-hill"}

FERRY = """(رويترز)

عادت عبّارات الخليج الصغير إلى العمل صباح الأحد بعد توقف دام يومين بسبب الضباب.

وقالت هيئة الملاحة إن أول رحلة أقلت ثلاثمئة راكب.

ازدحام على الأرصفة

وانتظر مئات المسافرين ساعات قبل أن تفتح شبابيك التذاكر.

ووزع متطوعون الشاي على المنتظرين.

أخبار ذات صلة
الضباب يغلق الخليج الصغير يومين
رصيف جديد للعبّارات قبل الصيف
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database waits for a lock no longer than a test does. Ask for it before the server."""
    pragmas = ("busy_timeout = 20", *engine.SQLITE_PRAGMAS[1:])
    monkeypatch.setattr(engine, "SQLITE_PRAGMAS", pragmas)


async def push(
    client: ClientSession, copy: str | bytes, headers: dict[str, str] = HARBOUR
) -> tuple[int, Any]:
    async with client.post("/wire", data=copy, headers=headers) as response:
        return response.status, await response.json()


async def problem(response: ClientResponse) -> tuple[int, dict[str, Any]]:
    assert response.content_type == "application/problem+json"
    document = await response.json()
    assert document["status"] == response.status
    assert document["type"] == "about:blank"
    assert document["title"]
    return response.status, document


async def refused(
    client: ClientSession, copy: str | bytes | BytesIO | AsyncIterator[bytes], headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    async with client.post("/wire", data=copy, headers=headers) as response:
        return await problem(response)


async def test_new_copy_is_created_and_told_back(client: ClientSession) -> None:
    status, told = await push(client, FERRY)
    code = told.pop("story")
    assert 4 <= len(code) <= 6
    assert status == 201
    assert told == {
        "outcome": "new",
        "revision": 1,
        "state": "published",
        "kept_back": False,
        "breaking": False,
        "credit": "(رويترز)",
        "source": "REUTERS",
        "language": "ar",
        "headline": told["headline"],
        "headline_derived": True,
        "lead": {"paragraphs": 2},
        "sections": [{"heading": "ازدحام على الأرصفة", "paragraphs": 2}],
        "related": ["الضباب يغلق الخليج الصغير يومين", "رصيف جديد للعبّارات قبل الصيف"],
    }
    assert told["headline"].startswith("عادت عبّارات الخليج الصغير")


async def test_the_answer_is_readable_by_eye(client: ClientSession) -> None:
    async with client.post("/wire", data=FERRY, headers=HARBOUR) as response:
        assert '"heading": "ازدحام على الأرصفة"' in await response.text()
        assert (response.content_type, response.charset) == ("application/json", "utf-8")


def test_half_a_character_is_no_fault() -> None:
    assert encoded({"said": "\ud800ب"}) == '{"said": "?ب"}'.encode()


async def test_the_same_copy_again_is_the_same_story(client: ClientSession) -> None:
    _, first = await push(client, FERRY)
    status, again = await push(client, FERRY)
    assert (status, again["outcome"], again["story"], again["revision"]) == (
        200,
        "duplicate",
        first["story"],
        1,
    )


async def test_an_item_keeps_its_story_when_its_words_change(client: ClientSession) -> None:
    item = HARBOUR | {"X-Item-Id": "ferry-77"}
    _, first = await push(client, FERRY, item)
    status, next_take = await push(client, FERRY.replace("ثلاثمئة", "أربعمئة"), item)
    assert (status, next_take["outcome"]) == (200, "update")
    assert (next_take["story"], next_take["revision"]) == (first["story"], 2)


async def test_the_seed_story_is_understood(client: ClientSession) -> None:
    seed = Path(__file__).parents[3] / "shared" / "seed" / "kazakhstan.txt"
    if not seed.exists():
        pytest.skip("the seed story is not part of the repository and is not beside it")
    status, told = await push(client, seed.read_bytes())
    assert (status, told["source"], told["headline_derived"]) == (201, "AP", True)
    assert told["lead"] == {"paragraphs": 2}
    assert [(part["heading"], part["paragraphs"]) for part in told["sections"]] == [
        ("استعراض الأحداث", 1),
        ("وحدة متعددة الجنسيات", 3),
        ("«إرهابيون»", 2),
    ]
    assert len(told["related"]) == 2


@pytest.mark.parametrize(
    ("headers", "urgency", "fate"),
    [
        (HARBOUR, "1", ("published", True, 1)),
        (HARBOUR, "2", ("published", True, 1)),
        (HARBOUR, "3", ("published", False, 0)),
        (HILL, "1", ("review", False, 0)),
        (HILL, "3", ("published", False, 0)),
    ],
)
async def test_only_a_trusted_source_breaks_news_by_itself(
    client: ClientSession, wakings: Any, headers: dict[str, str], urgency: str, fate: tuple[str, bool, int]
) -> None:
    status, told = await push(client, FERRY, headers | {"X-Urgency": urgency})
    assert (status, (told["state"], told["breaking"], wakings.count)) == (201, fate)


async def test_the_declared_charset_is_honoured(client: ClientSession) -> None:
    headers = HARBOUR | {"Content-Type": "text/plain; charset=windows-1256"}
    status, told = await push(client, FERRY.encode("cp1256", errors="ignore"), headers)
    assert (status, told["source"], told["sections"][0]["heading"]) == (201, "REUTERS", "ازدحام على الأرصفة")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic key-of-the-harbour",
        "key-of-the-harbour",
        "Bearer ÿþ",
    ],
)
async def test_without_a_key_nobody_gets_in(client: ClientSession, authorization: str | None) -> None:
    headers = {"Content-Type": "text/plain"} | (
        {} if authorization is None else {"Authorization": authorization}
    )
    async with client.post("/wire", data=FERRY, headers=headers) as response:
        status, _ = await problem(response)
        assert (status, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="wire"')


async def test_the_scheme_may_be_written_in_any_case(client: ClientSession) -> None:
    status, _ = await push(client, FERRY, HARBOUR | {"Authorization": "bearer key-of-the-harbour"})
    assert status == 201


@pytest.mark.parametrize(
    "media_type", ["image/png", "application/x-www-form-urlencoded", "multipart/form-data", "text"]
)
async def test_another_media_type_is_told_what_is_taken(client: ClientSession, media_type: str) -> None:
    async with client.post("/wire", data=b"x", headers=HARBOUR | {"Content-Type": media_type}) as response:
        status, document = await problem(response)
        assert (status, "text/plain" in document["taken"]) == (415, True)
        assert response.headers["Accept"] == ", ".join(document["taken"])


@pytest.mark.parametrize(
    ("copy", "status", "reason"),
    [
        (b"", 422, "empty"),
        (b" \r\n\t\n", 422, "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), 422, "binary"),
        ("خبر عن البحر".encode() + b"\xff\xfe\xd8" + " وخبر عن السهل".encode(), 400, "undecodable"),
    ],
)
async def test_copy_that_is_none_is_refused_with_the_reason(
    client: ClientSession, copy: bytes, status: int, reason: str
) -> None:
    got, document = await refused(client, copy, HARBOUR)
    assert (got, document["reason"]) == (status, reason)


@pytest.mark.parametrize(
    "headers",
    [{"X-Urgency": value} for value in ("0", "10", "two", "-1", "٢", "1.0")]
    + [{"X-Item-Id": value} for value in ("", "x" * 256, "a\tb")],
)
async def test_a_header_that_says_nothing_sensible_is_refused(
    client: ClientSession, headers: dict[str, str]
) -> None:
    status, document = await refused(client, FERRY, HARBOUR | headers)
    assert (status, next(iter(headers)) in document["detail"]) == (400, True)


async def test_too_much_is_refused_by_its_length(client: ClientSession) -> None:
    status, document = await refused(client, BytesIO(b"a" * (MAX_BYTES + 1)), HARBOUR)
    assert (status, document["limit"]) == (413, MAX_BYTES)


async def test_too_much_is_refused_in_mid_stream(client: ClientSession) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(MAX_BYTES // 65536 + 2):
            yield b"a" * 65536

    status, document = await refused(client, stream(), HARBOUR)
    assert (status, document["limit"]) == (413, MAX_BYTES)


async def test_a_compressed_body_is_not_unpacked(client: ClientSession) -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    status, _ = await refused(client, bomb, HARBOUR | {"Content-Encoding": "gzip"})
    assert status == 415


async def test_a_source_that_sends_too_fast_is_told_when_to_come_back(
    client: ClientSession, clock: Any
) -> None:
    for _ in range(5):
        await push(client, FERRY)
    async with client.post("/wire", data=FERRY, headers=HARBOUR) as response:
        status, _ = await problem(response)
        assert (status, response.headers["Retry-After"]) == (429, "1")
    assert (await push(client, FERRY, HILL))[0] == 200, "another source has its own pace"
    clock.seconds += 0.5
    assert (await push(client, FERRY))[0] == 200


@pytest.mark.parametrize("path", ["/", "/wires", "/wire/", "/favicon.ico", "/%2e%2e/etc/passwd"])
async def test_nothing_is_anywhere_else(client: ClientSession, path: str) -> None:
    async with client.get(path) as response:
        assert (await problem(response))[0] == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_post_is_taken(client: ClientSession, method: str) -> None:
    async with client.request(method, "/wire", headers=HARBOUR) as response:
        assert ((await problem(response))[0], response.headers["Allow"]) == (405, "POST")


async def test_a_locked_store_asks_to_come_back(
    impatient: None, client: ClientSession, sqlite_url: str
) -> None:
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    async with client.post("/wire", data=FERRY, headers=HARBOUR) as response:
        status, document = await problem(response)
        assert (status, response.headers["Retry-After"]) == (503, "5")
        assert "sqlite" not in json.dumps(document)
    holder.execute("ROLLBACK")
    holder.close()
    assert (await push(client, FERRY))[0] == 201, "nothing was kept of the first"


async def test_a_broken_store_is_a_clear_error(client: ClientSession, sqlite_url: str) -> None:
    file = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    file.execute("PRAGMA foreign_keys = OFF")
    file.execute("ALTER TABLE story RENAME TO lost")
    file.commit()
    file.close()
    status, document = await refused(client, FERRY, HARBOUR)
    assert (status, "operator" in document["detail"]) == (500, True)


async def test_what_became_of_copy_is_counted(client: ClientSession) -> None:
    await push(client, FERRY)
    await push(client, FERRY)
    async with client.get("/metrics") as response:
        figures = (await response.text()).splitlines()
    assert 'ajil_wire_copy_total{outcome="new",source="harbour"} 1.0' in figures
    assert 'ajil_wire_copy_total{outcome="duplicate",source="harbour"} 1.0' in figures
    assert 'ajil_http_requests_total{route="/wire",status="201"} 1.0' in figures
