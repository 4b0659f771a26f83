"""No secret gets into a log, by whatever way it comes."""

from __future__ import annotations

import io
import json
import logging
import sys
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.logs import HIDDEN, Redactor

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
KEY = 'pa"ss\\w/ord'


@pytest.fixture(params=["console", "json"])
def out(request: pytest.FixtureRequest, restored: None) -> io.StringIO:
    stream = io.StringIO()
    logs.set_up("INFO", request.param, Redactor({TOKEN, KEY}), stream)
    return stream


def cry(secret: str) -> None:
    raise RuntimeError(f"no answer from /bot{secret}/sendMessage")


@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_no_way_into_the_log_lets_a_secret_through(out: io.StringIO, secret: str) -> None:
    plain, structured = logging.getLogger("elsewhere"), structlog.stdlib.get_logger("ours")
    plain.warning("message with %s", secret)
    plain.warning({"in": {"a": [secret]}})
    plain.warning("as an url: %s", quote(secret, safe=""))
    structured.warning("an event", value=secret, deep={"a": secret.encode()})
    structlog.contextvars.bind_contextvars(who=secret)
    structured.info(secret)
    structlog.contextvars.clear_contextvars()
    try:
        cry(secret)
    except RuntimeError:
        plain.exception("it failed")
        structured.exception("it failed")
        sys.excepthook(*sys.exc_info())
    written = out.getvalue()
    assert written.count("RuntimeError") >= 3
    assert HIDDEN in written
    for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert form not in written


def test_a_bot_token_that_nobody_told_of_is_hidden_too() -> None:
    stranger = "987654321:" + "Zz" * 17
    assert Redactor(())(f"GET https://api.telegram.org/bot{stranger}/getMe") == (
        f"GET https://api.telegram.org/bot{HIDDEN}/getMe"
    )


@given(before=st.text(), after=st.text())
def test_what_is_no_secret_is_kept(before: str, after: str) -> None:
    redact = Redactor({"correct-horse"})
    if "correct-horse" not in before + after:
        assert redact(f"{before}correct-horse{after}").replace(HIDDEN, "correct-horse") == (
            f"{before}correct-horse{after}"
        )


def test_json_is_one_object_a_line_with_its_words_readable(restored: None) -> None:
    stream = io.StringIO()
    logs.set_up("INFO", "json", Redactor({TOKEN}), stream)
    structlog.stdlib.get_logger("ajil").info("عاجل", story="K7QX")
    logging.getLogger("other").error("plain %d", 7)
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["level"], first["logger"], first["story"]) == (
        "عاجل",
        "info",
        "ajil",
        "K7QX",
    )
    assert (second["event"], second["level"], second["logger"]) == ("plain 7", "error", "other")
    assert first["timestamp"].endswith("Z")


def test_libraries_are_quiet(out: io.StringIO) -> None:
    for name in ("httpx", "aiohttp.access", "telegram.ext.Application", "apscheduler.scheduler"):
        logging.getLogger(name).info("chatter")
    logging.getLogger("newsroom.desk").info("ours")
    assert "chatter" not in out.getvalue()
    assert "ours" in out.getvalue()
