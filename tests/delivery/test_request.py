"""Real HTTP, healthy and ill, through python-telegram-bot and through the lean way."""

from __future__ import annotations

import asyncio
import io
import json
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from raised import outcome_of
from servers import (
    TOKEN,
    Handler,
    answering,
    closed_port,
    hang_up,
    http,
    listening,
    request_of,
    reset,
    silence,
)
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from delivery import errors, outcomes
from delivery.caller import Caller
from delivery.outcomes import Failure, Outcome
from delivery.reasons import Reason
from delivery.request import AiohttpRequest
from delivery.transport import Patience
from delivery.wire import Wire

BRIEF = Patience(connect=0.2, read=0.2, write=0.2, pool=0.1)

MESSAGE = {
    "message_id": 31,
    "date": 1_700_000_000,
    "chat": {"id": 5, "type": "private", "first_name": "ليلى"},
    "text": "عاجل",
}
OK = http("200 OK", json.dumps({"ok": True, "result": MESSAGE}).encode())


def refused(code: int, description: str, *headers: str, **parameters: object) -> bytes:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return http(f"{code} Refused", json.dumps(body).encode(), *headers)


@asynccontextmanager
async def bot_at(url: str, *, patience: Patience = BRIEF, pool_size: int = 4) -> AsyncIterator[Bot]:
    """Opened without `Bot.initialize`, which calls `getMe`."""
    request = AiohttpRequest(pool_size=pool_size, patience=patience, upload_write=patience.write)
    async with request:
        yield Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)


@asynccontextmanager
async def caller_at(
    url: str, *, patience: Patience = BRIEF, pool_size: int = 4, biggest_answer: int = 100_000
) -> AsyncIterator[Caller]:
    wire = Wire(url, pool_size=pool_size, biggest_answer=biggest_answer)
    await wire.open()
    try:
        yield Caller(wire, TOKEN, patience=patience)
    finally:
        await wire.close()


async def error_of(handler: Handler, **how: Any) -> TelegramError:
    async with listening(handler) as url, bot_at(url, **how) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(5, "عاجل")
    assert_silent(caught.value)
    return caught.value


def assert_silent(error: BaseException) -> None:
    """Nothing that a log could print of it holds the token."""
    told = "".join(traceback.format_exception(error)) + repr(error) + str(error)
    linked: BaseException | None = error
    while linked is not None:
        told += repr(linked) + str(linked.__dict__ if hasattr(linked, "__dict__") else "")
        linked = linked.__context__ or linked.__cause__
    assert TOKEN not in told
    assert "secret_of_the_tests" not in told


async def test_a_message_goes_as_json_and_comes_back_as_an_object() -> None:
    seen: list[tuple[str, bytes]] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await request_of(reader))
        writer.write(OK)
        await reader.read()

    async with listening(handler) as url, bot_at(url) as bot:
        message = await bot.send_message(5, "عاجل: «خبر»", disable_notification=True)
    assert message.message_id == 31
    head, body = seen[0]
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n")
    assert "Content-Type: application/json\r\n" in head
    assert json.loads(body) == {"chat_id": 5, "text": "عاجل: «خبر»", "disable_notification": True}


async def test_a_connection_is_used_again() -> None:
    connections = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(OK, OK, OK)(reader, writer)

    async with listening(handler) as url, bot_at(url) as bot:
        for _ in range(3):
            await bot.send_message(5, "x")
    assert connections == 1


@pytest.mark.parametrize(
    ("answer", "kind", "outcome"),
    [
        (
            refused(403, "Forbidden: bot was blocked by the user"),
            Forbidden,
            outcomes.Rejected(Reason.BLOCKED, "Forbidden: bot was blocked by the user"),
        ),
        (
            refused(400, "Bad Request: chat not found"),
            BadRequest,
            outcomes.Rejected(Reason.CHAT_NOT_FOUND, "Chat not found"),
        ),
        (
            refused(400, "Bad Request: TOPIC_CLOSED"),
            BadRequest,
            outcomes.Rejected(Reason.THREAD_CLOSED, "Topic_closed"),
        ),
        (refused(400, "Bad Request: message is not modified"), BadRequest, outcomes.Done(unchanged=True)),
        (
            http("413 Too Large", b"<html>"),
            BadRequest,
            outcomes.Rejected(Reason.TOO_BIG, "Request Entity Too Large"),
        ),
        (refused(400, "group", migrate_to_chat_id=-1009), ChatMigrated, outcomes.Migrated(-1009)),
        (refused(429, "Too Many", retry_after=7), RetryAfter, outcomes.Throttled(7.0)),
        (http("429 Slow", b"<html>", "Retry-After: 3"), RetryAfter, outcomes.Throttled(3.0)),
        (refused(401, "Unauthorized"), InvalidToken, outcomes.Unauthorised("Unauthorized")),
        (refused(404, "Not Found"), InvalidToken, outcomes.Unauthorised("Not Found")),
        (refused(409, "Conflict: other"), Conflict, outcomes.Conflict("Conflict: other")),
        (refused(500, "Internal Server Error: restart"), NetworkError, outcomes.Uncertain("NetworkError")),
    ],
)
async def test_refusals_become_the_library_s_own_errors(
    answer: bytes, kind: type[TelegramError], outcome: Outcome
) -> None:
    error = await error_of(answering(answer))
    assert isinstance(error, kind)
    assert outcome_of(error) == outcome


PAGE = f"<html>cannot reach /bot{TOKEN}/sendMessage</html>".encode()


@pytest.mark.parametrize(
    "answer",
    [
        http("502 Bad Gateway", PAGE),
        http("403 Forbidden", PAGE),
        http("200 OK", PAGE),
        http("200 OK", b'{"ok":true, "result"' + PAGE),
        http("200 OK", b'{"ok":true}'),
        http("200 OK", b'{"ok":false,"error_code":400,"description":"chat not found"}'),
        http("302 Found", PAGE, f"Location: http://elsewhere.example/bot{TOKEN}/sendMessage"),
        http("200 OK", b"[" * 50_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nConnection: close\r\n\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + PAGE + b"\r\nnonsense",
        b"SSH-2.0-OpenSSH_9.6 " + PAGE + b"\r\n\r\n",
    ],
)
async def test_what_is_no_answer_is_uncertain_and_says_nothing(answer: bytes) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)

    error = await error_of(handler)
    assert isinstance(outcome_of(error), outcomes.Uncertain)


async def test_a_description_that_repeats_the_token_is_redacted() -> None:
    error = await error_of(answering(refused(400, f"Bad Request: bad url /bot{TOKEN}/sendMessage")))
    assert isinstance(error, BadRequest)
    assert "bad url /bot.../sendmessage" in str(error).lower()


async def test_a_token_is_redacted_wherever_the_api_lives() -> None:
    async with (
        listening(answering(refused(400, f"Bad Request: no bot{TOKEN} here"))) as url,
        bot_at(f"{url}/botapi") as bot,
    ):
        with pytest.raises(BadRequest) as caught:
            await bot.send_message(5, "x")
    assert_silent(caught.value)


async def test_an_error_that_python_telegram_bot_would_log_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO"):
        await error_of(answering(http("200 OK", PAGE)))
    assert TOKEN not in caplog.text


FAULTS: list[tuple[Handler, Failure]] = [
    (silence, Failure.READ_TIMEOUT),
    (reset, Failure.RESET),
    (hang_up, Failure.RESET),
]


@pytest.mark.parametrize(("handler", "failure"), FAULTS)
async def test_a_lost_answer_is_uncertain(handler: Handler, failure: Failure) -> None:
    error = await error_of(handler)
    assert isinstance(error, TimedOut) == (failure is Failure.READ_TIMEOUT)
    assert outcome_of(error) == outcomes.Uncertain(failure.value)
    async with listening(handler) as url, caller_at(url) as caller:
        assert isinstance(await caller.send("sendMessage", b"{}"), outcomes.Uncertain)


async def test_nobody_listening_is_unsent() -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    async with bot_at(url) as bot:
        with pytest.raises(errors.ExchangeError) as caught:
            await bot.send_message(5, "x")
    assert_silent(caught.value)
    assert outcome_of(caught.value) == outcomes.Unsent(Failure.CONNECT)
    async with caller_at(url) as caller:
        assert await caller.send("sendMessage", b"{}") == outcomes.Unsent(Failure.CONNECT)


async def test_a_name_that_does_not_resolve_is_unsent() -> None:
    async with caller_at("http://no-such-host.invalid") as caller:
        outcome = await caller.send("sendMessage", b"{}")
    assert isinstance(outcome, outcomes.Unsent)


async def test_a_handshake_that_never_ends_is_a_connect_time_out() -> None:
    async with listening(silence) as url, caller_at(url.replace("http:", "https:")) as caller:
        assert await caller.send("sendMessage", b"{}") == outcomes.Unsent(Failure.CONNECT_TIMEOUT)


async def test_a_handshake_that_fails_is_unsent() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 This is no TLS port\r\n\r\n")

    async with listening(handler) as url, caller_at(url.replace("http:", "https:")) as caller:
        assert await caller.send("sendMessage", b"{}") == outcomes.Unsent(Failure.CONNECT)


async def test_waiting_for_a_free_connection_ends_by_its_own_time_out() -> None:
    asked = asyncio.Event()
    answer = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await request_of(reader)
            asked.set()
            await answer.wait()
            writer.write(OK)

    patience = Patience(connect=5, read=5, write=5, pool=0.05)
    async with listening(handler) as url, bot_at(url, patience=patience, pool_size=1) as bot:
        first = asyncio.create_task(bot.send_message(5, "first"))
        await asked.wait()
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(5, "second")
        assert outcome_of(caught.value) == outcomes.Unsent(Failure.POOL)
        third = asyncio.create_task(bot.send_message(5, "third", pool_timeout=None))
        await asyncio.sleep(0)
        answer.set()
        assert (await first).message_id == (await third).message_id == 31


async def test_a_cancelled_call_gives_its_connection_back() -> None:
    asked = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_of(reader)
        asked.set()
        if b"first" not in body:
            writer.write(OK)
        await reader.read()

    patience = Patience(connect=5, read=5, write=5, pool=0.05)
    async with listening(handler) as url, caller_at(url, patience=patience, pool_size=1) as caller:
        first = asyncio.create_task(caller.send("sendMessage", b"first"))
        await asked.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await caller.send("sendMessage", b"second") == outcomes.Sent(31)


@pytest.mark.parametrize(
    ("given_time_outs", "failure"),
    [
        ({"read_timeout": 0.05}, Failure.READ_TIMEOUT),
        ({"read_timeout": 0.05, "connect_timeout": None, "write_timeout": None}, Failure.READ_TIMEOUT),
    ],
)
async def test_a_call_s_own_time_outs_count(given_time_outs: dict[str, Any], failure: Failure) -> None:
    async with listening(silence) as url, bot_at(url, patience=Patience(60, 60, 60, 60)) as bot:
        with pytest.raises(errors.ExchangeTimeoutError) as caught:
            await bot.send_message(5, "x", **given_time_outs)
    assert caught.value.failure is failure


async def test_an_answer_that_drips_ends_too() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await asyncio.sleep(0.02)

    async with listening(drip) as url, caller_at(url) as caller:
        assert await caller.send("sendMessage", b"{}") == outcomes.Uncertain(Failure.DEADLINE.value)


@pytest.mark.parametrize("head", [b"Content-Length: 9000000\r\n", b"Connection: close\r\n"])
async def test_an_answer_is_bounded(head: bytes) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        for _ in range(90):
            writer.write(b" " * 100_000)
            await writer.drain()

    patience = Patience(connect=5, read=5, write=5, pool=5)
    async with listening(flood) as url, caller_at(url, patience=patience) as caller:
        assert await caller.send("sendMessage", b"{}") == outcomes.Uncertain(Failure.OVERSIZE.value)


async def test_an_answer_in_many_pieces_is_whole() -> None:
    text = "خبر " * 12_000
    whole = http("200 OK", json.dumps({"ok": True, "result": MESSAGE | {"text": text}}).encode())

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await request_of(reader)
            for start in range(0, len(whole), 70_000):
                writer.write(whole[start : start + 70_000])
                await asyncio.sleep(0.001)

    patience = Patience(connect=5, read=5, write=5, pool=5)
    async with listening(slow) as url, bot_at(url, patience=patience) as bot:
        assert (await bot.send_message(5, "x")).text == text
        assert (await bot.send_message(5, "x")).text == text


Fields = dict[str, tuple[str | None, bytes]]


@asynccontextmanager
async def uploads() -> AsyncIterator[tuple[str, list[Fields]]]:
    """A server that reads forms and answers with a message."""
    taken: list[Fields] = []

    async def handler(request: web.Request) -> web.Response:
        fields: Fields = {}
        async for part in await request.multipart():
            assert not isinstance(part, web.BaseRequest)
            fields[str(part.name)] = (part.filename, bytes(await part.read()))  # type: ignore[union-attr]  # no nested forms
        taken.append(fields)
        return web.json_response({"ok": True, "result": [MESSAGE] if "media" in fields else MESSAGE})

    application = web.Application(client_max_size=10**8)
    application.router.add_post("/{token}/{method}", handler)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", taken
    finally:
        await runner.cleanup()


async def test_a_file_is_uploaded_under_its_own_name(tmp_path: Path) -> None:
    picture = bytes(range(256)) * 10_000
    patience = Patience(connect=5, read=5, write=5, pool=5)
    async with uploads() as (url, taken), bot_at(url, patience=patience) as bot:
        await bot.send_photo(5, picture, caption="صورة من المكان", filename="صورة 1.jpg")
        (tmp_path / "copy.pdf").write_bytes(picture)
        with (tmp_path / "copy.pdf").open("rb") as handle:
            await bot.send_document(5, InputFile(handle, read_file_handle=False))
    assert taken[0] == {
        "chat_id": (None, b"5"),
        "caption": (None, "صورة من المكان".encode()),
        "photo": ("صورة 1.jpg", picture),
    }
    assert taken[1]["document"] == ("copy.pdf", picture)


async def test_an_album_is_uploaded_by_reference() -> None:
    media = [InputMediaPhoto(io.BytesIO(b"one")), InputMediaPhoto("a-file-id", caption="اثنان")]
    async with uploads() as (url, taken), bot_at(url) as bot:
        messages = await bot.send_media_group(5, media)
    assert [message.message_id for message in messages] == [31]
    described = json.loads(taken[0]["media"][1])
    reference = described[0]["media"].removeprefix("attach://")
    assert taken[0][reference][1] == b"one"
    assert described[1] == {"type": "photo", "media": "a-file-id", "caption": "اثنان"}


async def test_an_upload_that_is_not_taken_ends_by_the_write_time_out() -> None:
    hold = asyncio.Event()

    async def stalled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hold.wait()

    patience = Patience(connect=5, read=60, write=0.1, pool=5)
    async with listening(stalled) as url, bot_at(url, patience=patience) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_photo(5, b"x" * 30_000_000)
    assert_silent(caught.value)
    assert outcome_of(caught.value) == outcomes.Uncertain(Failure.DEADLINE.value)


async def test_a_file_is_downloaded() -> None:
    path = http("200 OK", b'{"ok":true,"result":{"file_id":"f","file_unique_id":"u","file_path":"copy.txt"}}')
    async with listening(answering(path, http("200 OK", "نص".encode()))) as url, bot_at(url) as bot:
        file = await bot.get_file("f")
        assert bytes(await file.download_as_bytearray()) == "نص".encode()


async def test_a_call_without_parameters_has_no_body() -> None:
    me = http("200 OK", b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"a","username":"b"}}')
    async with listening(answering(me, me)) as url:
        async with bot_at(url) as bot:
            assert (await bot.get_me()).id == 1
        async with caller_at(url) as caller:
            assert await caller.act("getMe") == outcomes.Done()


async def test_it_can_be_opened_again() -> None:
    request = AiohttpRequest(patience=BRIEF)
    async with listening(answering(OK)) as url:
        for _ in range(2):
            async with request:
                status, _ = await request.do_request(f"{url}/bot{TOKEN}/getMe", "POST")
                assert status == 200
    with pytest.raises(NetworkError) as caught:
        await request.post(f"{url}/bot{TOKEN}/getMe")
    assert_silent(caught.value)
    assert request.read_timeout == BRIEF.read


async def test_a_url_that_is_none_says_nothing() -> None:
    async with AiohttpRequest(patience=BRIEF) as request:
        for url in (
            f"http://[/bot{TOKEN}/getMe",
            f"ftp://x/bot{TOKEN}/getMe",
            f"http://h:99999/bot{TOKEN}/getMe",
        ):
            with pytest.raises(NetworkError) as caught:
                await request.post(url)
            assert_silent(caught.value)


@settings(max_examples=40, deadline=None)
@given(
    status=st.integers(100, 599),
    body=st.sampled_from([PAGE, b"", b"{}", b'{"ok":false,"description":5}', TOKEN.encode()])
    | st.binary(max_size=99),
    cut=st.integers(0, 200),
)
def test_whatever_comes_back_the_token_stays_here(status: int, body: bytes, cut: int) -> None:
    answer = http(f"{status} {TOKEN}", body, f"X-Echo: {TOKEN}", "Connection: close")

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer[: len(answer) - cut])

    asyncio.run(_silent_at(handler))


async def _silent_at(handler: Handler) -> None:
    async with listening(handler) as url, bot_at(url) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(5, "x")
    assert_silent(caught.value)
