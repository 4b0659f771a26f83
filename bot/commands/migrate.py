"""`ajil migrate`."""

from __future__ import annotations

from rich.console import Console

from bot.settings import load
from storage.database import Database
from storage.migrate import upgrade


def migrate() -> None:
    url = load().database_url.get_secret_value()
    version = upgrade(url)
    Console().print(f"{Database.open(url).safe_url} is at version {version}", highlight=False)
