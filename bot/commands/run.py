"""`ajil run`."""

from __future__ import annotations

import asyncio

from bot import logs, program
from bot.logs import Redactor
from bot.settings import load


def run() -> None:
    settings = load(needs_token=True)
    redact = Redactor(settings.secrets())
    logs.set_up(settings.log_level, settings.log_format, redact)
    asyncio.run(program.run(settings, redact))
