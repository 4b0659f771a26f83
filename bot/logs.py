"""Logs: one line an event, for people or for machines, and never a secret in any of them."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog

HIDDEN = "[secret]"
SHORTEST_SECRET = 6  # hiding shorter ones would blot out words; settings ask for longer ones
BOT_TOKEN = re.compile(r"(?<!\d)\d{6,20}(:|%3A)[A-Za-z0-9_-]{30,128}")

# They say at INFO, with the address and so the token, what the log of the house says better.
TALKATIVE = (
    "aiohttp.access",
    "aiohttp.client",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "telegram",
)
# It logs a traceback for an answer that is not JSON, and then raises the error that is handled anyway.
RAISES_WHAT_IT_LOGS = "telegram.request.BaseRequest"
# It warns at every tick that the one before is not over, which a slow database makes a usual thing.
COUNTS_TICKS = "apscheduler.scheduler"

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


class Redactor:
    """Hides the given secrets, in each spelling that a log may have, and whatever looks like a bot token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        spellings = {form for secret in long_enough for form in _spellings(secret)}
        known = "|".join(re.escape(form) for form in sorted(spellings, key=len, reverse=True))
        self._known = re.compile(known) if known else None

    def __call__(self, text: str) -> str:
        seen = self._known.sub(HIDDEN, text) if self._known else text
        return BOT_TOKEN.sub(HIDDEN, seen)


def _spellings(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last hand on every line, so that messages, arguments and tracebacks all pass through it."""

    def __init__(self, redact: Redactor, *processors: structlog.types.Processor) -> None:
        super().__init__(foreign_pre_chain=SHARED, processors=processors)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def set_up(level: str, form: str, redact: Redactor, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging down one way, to standard error."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter(redact, *_ending(form, colors=out.isatty())))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
    _hush(logging.getLevelName(level))
    sys.excepthook = _log_uncaught
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _ending(form: str, *, colors: bool) -> tuple[structlog.types.Processor, ...]:
    tidy = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        render = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        return (tidy, structlog.processors.format_exc_info, render)
    plain = structlog.dev.plain_traceback  # the rich one prints local variables
    return (tidy, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain))


def _hush(level: int) -> None:
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger(RAISES_WHAT_IT_LOGS).setLevel(logging.CRITICAL)
    logging.getLogger(COUNTS_TICKS).setLevel(max(level, logging.ERROR))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> Any:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("ajil").critical(
        "the program ended on a fault of its own", exc_info=(kind, error, trace)
    )
